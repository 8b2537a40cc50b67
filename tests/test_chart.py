"""deploy/kubernetes is whole, safe and agrees with the code: rendered as Helm does, checked without a cluster."""

import re
from pathlib import Path
from typing import Final

import helm_python
import pytest
import yaml

from settings.fresh_secrets import fill
from settings.processes import Process
from settings.settings import SECRETS, Settings, load_settings
from store.keys import KEY_USES
from tests.support.chart import (
    Thing,
    component,
    example,
    of_kind,
    pods,
    problems,
    rendered,
    variables,
    with_value,
)

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")

PROCESSES: Final = {
    "migrate": Process.MIGRATE,
    "registration": Process.WORKER,
    "letters": Process.WORKER,
    "api": Process.API,
    "pages": Process.PAGES,
    "staff": Process.STAFF_PAGES,
}
SERVICE_OF: Final = {"registration": "worker", "letters": "worker"}
"""Where docker-compose.yml has another name for it: there one process serves both queues."""

LEFT_OUT: Final = {
    "letters": {"checkpoint_keys", "checkpoint_folder", "archive_folder", "build_id"},
    "staff": {"staff_client_secret"},  # the example has a key in its place
}
DOORS: Final = {"api": 8000, "pages": 8080, "staff": 8081}
MIGRATION_CONNECTIONS: Final = 2
"""What `ugyfelkapu migrate` opens, as in tests/test_compose.py."""


@pytest.fixture(scope="module", params=["small", "full"])
def things(request: pytest.FixtureRequest) -> list[Thing]:
    """What an example renders."""
    return rendered(example(request.param))


@pytest.fixture(scope="module")
def compose() -> Thing:
    loaded: Thing = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def settings_of(environment: dict[str, str]) -> set[str]:
    """The settings that variables give, by value or by file."""
    names = [name.removeprefix("UGYFELKAPU_").lower() for name in environment if name.startswith("UGYFELKAPU_")]
    return {name if name in Settings.model_fields else name.removesuffix("_file") for name in names}


def fields(container: Thing) -> set[str]:
    """The settings that a container is given."""
    return settings_of(variables(container))


def test_helm_finds_nothing_to_correct_and_kubernetes_accepts_what_the_examples_render() -> None:
    """Also: what the chart knows of the processes is what settings/processes.py says."""
    assert problems() == []


def test_every_process_of_compose_has_its_workload_with_the_same_settings_and_secrets(compose: Thing) -> None:
    """Each queue has workers of its own here; those of letters make no checkpoints and are not versioned."""
    containers = {name: container for name, _, container in pods(rendered(example("full")))}
    assert containers.keys() == PROCESSES.keys()
    ours = {name for name, service in compose["services"].items() if service["image"].startswith("ugyfelkapu")}
    assert {SERVICE_OF.get(name, name) for name in containers} == ours
    for name, container in containers.items():
        there = settings_of(compose["services"][SERVICE_OF.get(name, name)]["environment"])
        here = fields(container)
        assert there - here == LEFT_OUT.get(name, set()), name
        assert (here - there) & set(SECRETS) == set(), name


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_given_what_it_reads_and_nothing_else(things: list[Thing], name: str) -> None:
    process = PROCESSES[name]
    (_, pod, container), *_ = (found for found in pods(things) if found[0] == name)
    assert process.needs <= fields(container) <= process.reads
    files = {
        setting: path.removeprefix("/run/secrets/")
        for setting, path in variables(container).items()
        if path.startswith("/run/secrets/")
    }
    assert {setting.removeprefix("UGYFELKAPU_").removesuffix("_FILE").lower() for setting in files} == set(
        files.values()
    )
    (mounted,) = (volume["secret"] for volume in pod["volumes"] if volume["name"] == "secrets")
    assert sorted(item["key"] for item in mounted["items"]) == sorted(files.values())
    assert all(item["key"] == item["path"] for item in mounted["items"])


def test_with_fresh_secrets_every_workload_starts(
    things: list[Thing], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As far as settings go: each is accepted, and none is missing."""
    fill(tmp_path)
    (tmp_path / "staff_client_key").write_text("a key", encoding="utf-8")
    security = "Contact: https://ugyfelkapu.example.hu/kapcsolat\nExpires: 2999-01-01T00:00:00Z\n"
    (tmp_path / "security.txt").write_text(security, encoding="utf-8")
    mounts = re.compile(r"^(/run/secrets|/var/lib/ugyfelkapu/\w+|/etc/ugyfelkapu)")
    for name, _, container in pods(things):
        with monkeypatch.context() as environment:
            for variable, value in variables(container).items():
                environment.setenv(variable, mounts.sub(str(tmp_path), value))
            assert load_settings(process=PROCESSES[name]).database_url


def test_the_migration_gets_every_key_that_a_process_has(things: list[Thing]) -> None:
    given = {name: fields(container) for name, _, container in pods(things)}
    keys = {use.field for use in KEY_USES} | {"search_keys"}
    assert keys & {field for found in given.values() for field in found} <= given["migrate"]


def test_no_secret_is_in_an_environment_and_none_is_made_by_the_chart(things: list[Thing]) -> None:
    for name, _, container in pods(things):
        for setting, value in variables(container).items():
            if re.search(r"(PASSWORD|SECRET|KEYS?|URL|TOKEN)(_FILE|_PATH)$", setting):
                assert value.startswith("/run/"), f"{name}: {setting}"
            else:
                assert setting.removeprefix("UGYFELKAPU_").lower() not in SECRETS, f"{name}: {setting}"
    assert of_kind(things, "Secret", "ConfigMap", "PersistentVolumeClaim") == []


def test_every_container_has_limits_and_no_rights(things: list[Thing]) -> None:
    (user,) = re.findall(r"^USER (\d+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    for name, pod, container in pods(things):
        assert pod["automountServiceAccountToken"] is pod["enableServiceLinks"] is False, name
        rights = pod["securityContext"]
        assert (rights["runAsNonRoot"], rights["runAsUser"]) == (True, int(user))
        assert rights["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"].keys() == container["resources"]["requests"].keys() == {"cpu", "memory"}
        writable = {mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")}
        kept = {"/var/lib/ugyfelkapu/checkpoints", "/var/lib/ugyfelkapu/archive"}
        assert writable - {"/tmp"} <= (kept if name in {"migrate", "registration"} else set()), name  # noqa: S108  a mount


def test_alive_ready_and_started_are_asked_at_the_admin_port_and_an_end_has_time(things: list[Thing]) -> None:
    """A pod that is not ready is not restarted; one that waits for a server at its start is not, either."""
    for name, pod, container in pods(things):
        if name == "migrate":
            assert (container["args"], pod["restartPolicy"]) == (["migrate", "--wait", "120"], "Never")
            continue
        assert variables(container)["UGYFELKAPU_ADMIN_ADDRESS"] == "0.0.0.0:9464"
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports == {"admin": 9464} | ({"http": DOORS[name]} if name in DOORS else {})
        asked = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}
        assert asked == {
            "startup": {"path": "/livez", "port": "admin"},
            "liveness": {"path": "/livez", "port": "admin"},
            "readiness": {"path": "/readyz", "port": "admin"},
        }
        *command, option, waits = container["args"]
        assert (option, command[0]) == ("--wait", "worker" if name in SERVICE_OF else command[0])
        startup = container["startupProbe"]
        assert startup["periodSeconds"] * startup["failureThreshold"] > int(waits)
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert (pause > 0) is (name in DOORS)
        assert pod["terminationGracePeriodSeconds"] >= 60 + pause


def test_every_deployment_has_one_budget_of_disruption_and_no_pod_has_two(things: list[Thing]) -> None:
    labels = [thing["spec"]["template"]["metadata"]["labels"] for thing in of_kind(things, "Deployment")]
    chosen = [thing["spec"]["selector"]["matchLabels"] for thing in of_kind(things, "PodDisruptionBudget")]
    for pod in labels:
        assert sum(budget.items() <= pod.items() for budget in chosen) == 1
    for thing in of_kind(things, "Deployment"):
        assert sum(thing["spec"]["selector"]["matchLabels"].items() <= pod.items() for pod in labels) == 1


def test_the_network_lets_through_what_the_document_says_and_nothing_else() -> None:
    """The policy of a migration is there before its job."""
    things = rendered(example("full"))
    values = example("full")["networkPolicy"]
    reached = {"PostgreSQL": values["database"], "Temporal": values["temporal"], "mail server": values["mail"]}
    reached["providers"] = values["providers"]
    callers = {"proxies": values["proxies"], "monitoring": values["monitoring"]}
    rows: dict[str, str] = {}
    for policy in of_kind(things, "NetworkPolicy"):
        spec = policy["spec"]
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        dns, *others = spec["egress"]
        assert {port["port"] for port in dns["ports"]} == {53}
        out = [who for rule in others for who, known in reached.items() if rule["to"] == known["peers"]]
        assert len(out) == len(others)
        inward = [
            f"{who} ({port['port']})"
            for rule in spec["ingress"] or []
            for who, peers in callers.items()
            for port in rule["ports"]
            if rule["from"] == peers
        ]
        assert len(inward) == len(spec["ingress"] or [])
        rows[component(policy)] = f"| {component(policy)} | {', '.join(inward) or '–'} | {', '.join(out)} |"
    assert rows.keys() == PROCESSES.keys()
    for row in rows.values():
        assert row in DOCUMENT
    (early,) = (each for each in of_kind(things, "NetworkPolicy") if component(each) == "migrate")
    (job,) = of_kind(things, "Job")
    first, then = (int(each["metadata"]["annotations"]["helm.sh/hook-weight"]) for each in (early, job))
    assert first < then


def test_the_pools_add_up_to_the_table_of_the_document() -> None:
    """Each replica, one more while a version is exchanged, the migration, one command of an operator."""
    each = Settings.model_fields["database_connections"].default
    values = yaml.safe_load((ROOT / "deploy" / "kubernetes" / "values.yaml").read_text(encoding="utf-8"))
    pods_of = {name: values[name]["replicas"] + 1 for name in PROCESSES if name != "migrate"}
    counts = {name: number * each for name, number in pods_of.items()}
    counts |= {"`ugyfelkapu migrate`": MIGRATION_CONNECTIONS, "one command (`ugyfelkapu admin …`, `doctor`)": each}
    total = sum(counts.values())
    rows = [f"| {who} | {count} |" for who, count in (counts | {"together": total}).items()]
    assert "\n".join(rows) in DOCUMENT
    small = example("small")
    rendered(with_value(small, "database.connections", total))
    with pytest.raises(helm_python.HelmRenderError, match=rf"may open {total} connections, and PostgreSQL keeps 161"):
        rendered(with_value(small, "database.connections", total - 1))


def test_an_external_secret_is_made_of_what_pods_mount() -> None:
    things = rendered(example("full"))
    (made,) = of_kind(things, "ExternalSecret")
    mounted = {
        item["key"]
        for _, pod, _ in pods(things)
        for volume in pod["volumes"]
        if volume.get("secret", {}).get("secretName") == made["spec"]["target"]["name"]
        for item in volume["secret"]["items"]
    }
    assert {entry["secretKey"]: entry["remoteRef"]["key"] for entry in made["spec"]["data"]} == {
        name: f"ugyfelkapu/{name}" for name in mounted
    }
