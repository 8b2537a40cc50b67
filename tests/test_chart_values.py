"""What the values of deploy/kubernetes decide, and which of them are refused."""

import re

import helm_python
import pytest

from tests.support.chart import OF_OPERATORS, component, example, of_kind, pods, rendered, variables, with_value


def test_builds_run_side_by_side_and_letters_are_not_versioned() -> None:
    found = [
        (container["image"].rpartition(":")[2], variables(container).get("UGYFELKAPU_BUILD_ID"), name)
        for name, _, container in pods(rendered(example("full")))
        if name in {"registration", "letters"}
    ]
    assert found == [
        ("2026.12.1", "2026.12.1", "registration"),
        ("2026.12.2", "2026.12.2", "registration"),
        ("2026.12.2", None, "letters"),
    ]


def test_what_is_optional_is_there_only_where_it_is_asked_for() -> None:
    small, full = ({thing["kind"] for thing in rendered(example(name))} for name in ("small", "full"))
    assert full - small == {"Ingress", "HorizontalPodAutoscaler", *OF_OPERATORS}
    assert small - full == set()
    without = with_value(
        with_value(example("small"), "networkPolicy.enabled", value=False), "migrate.enabled", value=False
    )
    assert small - {thing["kind"] for thing in rendered(without)} == {"NetworkPolicy", "Job"}


def test_temporal_is_reached_by_what_is_given() -> None:
    """Without TLS, with TLS alone, with the migration's own token."""
    small, full = example("small"), example("full")
    bare = [pod for _, pod, _ in pods(rendered(with_value(small, "temporal.tls", {"enabled": False})))]
    assert {volume["name"] for pod in bare for volume in pod["volumes"]} == {"tmp", "secrets"}
    for _, _, container in pods(rendered(with_value(small, "temporal.tls", {"clientCertificate": False}))):
        given = {name for name in variables(container) if name.startswith("TEMPORAL_TLS")}
        assert given == {"TEMPORAL_TLS", "TEMPORAL_TLS_SERVER_CA_CERT_PATH"}
    named = {
        name: {volume["secret"]["secretName"] for volume in pod["volumes"] if volume["name"].startswith("temporal")}
        for name, pod, _ in pods(rendered(full))
    }
    own = {"ugyfelkapu-temporal-migrate", "ugyfelkapu-temporal-migrate-token"}
    assert named.pop("migrate") == own
    assert all(secrets == {"ugyfelkapu-temporal", "ugyfelkapu-temporal-token"} for secrets in named.values())


def test_the_addresses_that_people_know_are_the_hosts_of_the_ingresses() -> None:
    """That of staff is on another controller."""
    ingresses = {component(thing): thing["spec"] for thing in of_kind(rendered(example("full")), "Ingress")}
    assert {name: (spec["rules"][0]["host"], spec["ingressClassName"]) for name, spec in ingresses.items()} == {
        "api": ("api.ugyfelkapu.example.hu", "nginx"),
        "pages": ("ugyfelkapu.example.hu", "nginx"),
        "staff": ("munka.example.hu", "inside"),
    }


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("image.tag", "latest", "image.tag: name the version to run"),
        ("temporal.address", "", "temporal.address: name host:port"),
        ("temporal.address", "http://temporal", "at '/temporal/address': 'http://temporal' does not match"),
        ("api.replicas", "two", "at '/api/replicas': got string, want integer"),
        ("api.replica", 2, "at '/api': additional properties 'replica' not allowed"),
        ("settings.master_keys", "m1:…", "settings.master_keys: this is a secret"),
        ("settings.api_address", "127.0.0.1:1", "settings.api_address: the chart sets this itself"),
        ("settings.hashing_thread", 2, "settings.hashing_thread: no process reads"),
        ("settings.token_issuer", "", "settings.token_issuer: api does not start without it"),
        ("settings.mail_from", "", "settings.mail_from: set it"),
        ("secrets.omit", ["code_keys"], "secrets.omit: code_keys is needed by registration"),
        ("environment", {"UGYFELKAPU_DATABASE_URL": "x"}, "environment.UGYFELKAPU_DATABASE_URL: settings"),
        ("environment", {"SMTP_PASSWORD": "x"}, "environment.SMTP_PASSWORD: this is the name of a secret"),
        ("environment", {"HTTPS_PROXY": "http://a:b@proxy"}, "environment.HTTPS_PROXY: this address has a password"),
        ("settings.token_keys", "https://a:b@login", "settings.token_keys: this address has a password"),
        ("checkpoints.claim", "kept", "settings.auditors: with checkpoints"),
        ("networkPolicy.mail", {"peers": []}, "networkPolicy.mail.peers: name where it is; letters"),
        ("networkPolicy.proxies", [], "networkPolicy.proxies: name who may call api"),
        ("api.ingress.enabled", True, "api.ingress: an ingress needs a host"),
        ("externalSecrets.enabled", True, "externalSecrets.store.name: name the store"),
        ("registration.builds", [{"id": "A b"}], "at '/registration/builds/0/id': 'A b' does not match"),
        ("registration.builds", [{"id": "1.0"}, {"id": "1-0"}], "registration.builds: two ids make the name"),
        ("settings.database_connections", 0, "at '/settings/database_connections': minimum: got 0, want 2"),
        ("api.autoscaling", {"enabled": True, "maxReplicas": 1}, "api.autoscaling.maxReplicas: must be at least"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(path: str, value: object, sentence: str) -> None:
    with pytest.raises(helm_python.HelmError, match=re.escape(sentence)):
        rendered(with_value(example("small"), path, value))
