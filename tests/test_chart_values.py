"""What the values of deploy/kubernetes decide, and which of them are refused."""

import json
import re
from collections.abc import Iterator
from typing import Final

import helm_python
import pytest
import yaml

from settings.settings import SECRETS, Settings
from tests.support.chart import (
    CHART,
    OF_OPERATORS,
    Thing,
    component,
    example,
    of_kind,
    pods,
    rendered,
    variables,
    with_value,
)


def leaves(values: Thing, above: str = "") -> Iterator[tuple[str, object]]:
    """Each value that is no group of others, with its path."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


LEAVES: Final = dict(leaves(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))))
WRONG: Final[dict[type, object]] = {
    bool: "yes",
    int: "2",
    str: 'x"\n{{ .Values }}: #',
    list: "x",
    dict: {"a b": "x"},
}
"""By the type of the default: another type, or, of a text, one that would be more than a value in YAML."""


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
        ("environment", {"OTEL_BSP_SCHEDULE_DELAY": 1_000_000}, "at '/environment/OTEL_BSP_SCHEDULE_DELAY'"),
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
        ("image.repository", "Registry/Our Image", "at '/image/repository'"),
        ("image.repository", "registry.example.hu/ugyfelkapu:1.0", "at '/image/repository'"),
        ("image.tag", "x" * 64, "at '/image/tag'"),  # it is the value of a label, too
        ("image.pullSecrets", ["a..b"], "at '/image/pullSecrets/0'"),
        ("secrets.name", "Secrets", "at '/secrets/name'"),
        ("temporal.address", "temporal:65536", "at '/temporal/address'"),
        ("temporal.namespace", "our namespace", "at '/temporal/namespace'"),
        ("temporal.token.secrets", {"worker": "token"}, "at '/temporal/token/secrets'"),
        ("settings.portal_url", "https://[::1", "at '/settings/portal_url'"),
        ("settings.portal_url", "https://ugyfelkapu.example.hu/fiok", "at '/settings/portal_url'"),
        ("settings.staff_url", "munka.example.hu", "at '/settings/staff_url'"),
        ("settings.staff_issuer", "login.example.hu", "at '/settings/staff_issuer'"),
        ("settings.mail_from", "a@example.hu\nBcc: b@example.hu", "at '/settings/mail_from'"),
        ("settings.trusted_proxies", "proxies", "at '/settings/trusted_proxies'"),
        ("settings.letters_per_second", 0, "at '/settings/letters_per_second'"),  # 0 would be left out as empty
        ("settings.security_txt", "security.txt", "at '/settings/security_txt'"),
        ("pages.resources.limits.cpu", "0", "at '/pages/resources/limits/cpu'"),
        ("pages.resources.limits.cpu", 0.0001, "at '/pages/resources/limits/cpu'"),
        ("pages.resources.limits.memory", "512m", "at '/pages/resources/limits/memory'"),  # thousandths of a byte
        ("pages.resources.limits.memory", "383Mi", "pages.resources.limits.memory: must be at least what is requested"),
        ("pages.resources.requests.cpu", 2.5, "pages.resources.limits.cpu: must be at least what is requested"),
        ("migrate.resources.requests.memory", "1Gi", "migrate.resources.limits.memory: must be at least"),
        ("migrate.deadlineSeconds", 100, "at '/migrate/deadlineSeconds': minimum"),
        ("letters.replicas", 0, "at '/letters/replicas': minimum"),
        ("registration.builds", [{"id": "1.0", "tag": "a b"}], "at '/registration/builds/0/tag'"),
        ("api.ingress.host", "api_1.example.hu", "at '/api/ingress/host'"),
        ("ingress.annotations", {"two words": "x"}, "at '/ingress/annotations'"),
        ("networkPolicy.database.port", 0, "at '/networkPolicy/database/port'"),
        ("networkPolicy.proxies", [{"ipBlock": {"cidr": "10.0.0.0/33"}}], "at '/networkPolicy/proxies/0/ipBlock/cidr'"),
        ("networkPolicy.proxies", [{"ipBlock": {"cidr": "::/0"}, "podSelector": {}}], "at '/networkPolicy/proxies/0'"),
        ("networkPolicy.monitoring", [{"podSelector": {"labels": {}}}], "at '/networkPolicy/monitoring/0/podSelector'"),
        ("networkPolicy.egress", [{"to": []}], "at '/networkPolicy/egress/0/to'"),  # which would be everywhere
        ("podLabels", {"app.kubernetes.io/instance": "other"}, "podLabels.app.kubernetes.io/instance: the chart sets"),
        ("podLabels", {"ugyfelkapu/build": "other"}, "podLabels.ugyfelkapu/build: the chart sets this label itself"),
        ("podLabels", {"team": "a b"}, "at '/podLabels/team'"),
        (
            "podMonitor.labels",
            {"app.kubernetes.io/name": "other"},
            "podMonitor.labels.app.kubernetes.io/name: the chart",
        ),
        ("podMonitor.interval", "0s", "at '/podMonitor/interval'"),
        ("externalSecrets.refreshInterval", "hourly", "at '/externalSecrets/refreshInterval'"),
        ("tolerations", [{"key": "gate", "operator": "Is"}], "at '/tolerations/0/operator'"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(path: str, value: object, sentence: str) -> None:
    with pytest.raises(helm_python.HelmError, match=re.escape(sentence)):
        rendered(with_value(example("small"), path, value))


@pytest.mark.parametrize("path", LEAVES)
def test_each_value_has_a_type_and_none_can_be_taken_away(path: str) -> None:
    """In a text neither quotes nor lines reach what is rendered."""
    group, _, name = f"/{path.replace('.', '/')}".rpartition("/")
    with pytest.raises(helm_python.HelmError, match=rf"at '{group}/{name}|\b{path}\."):
        rendered(with_value(example("small"), path, WRONG[type(LEAVES[path])]))
    with pytest.raises(helm_python.HelmError, match=f"at '{group}': missing property '{name}'"):
        rendered(with_value(example("small"), path, None))


def test_the_schema_knows_every_setting_that_is_given_as_a_value() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    own = {f"{name}_address" for name in ("admin", "api", "pages", "staff")}
    own |= {"checkpoint_folder", "archive_folder", "build_id", "staff_client_key"}
    assert schema["properties"]["settings"]["properties"].keys() == {*Settings.model_fields} - {*SECRETS} - own
