"""docker-compose.yml is whole, safe and agrees with the code: checked without a container (tests/stack starts it)."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from registration.names import NAMESPACE
from settings.fresh_secrets import FILES, fill
from settings.processes import Process
from settings.settings import SECRETS, Settings, load_settings, site_origin_of, staff_origin_of, trusted_proxies_of
from starter.dev.temporal_server import DYNAMIC_CONFIG
from starter.gateway.openid_client import OpenIdClient
from store.keys import KEY_USES, signing_keys, verification_keys

ROOT: Final = Path(__file__).resolve().parent.parent
COMPOSE_FILE: Final = ROOT / "docker-compose.yml"
SERVICES: Final = {
    "migrate": Process.MIGRATE,
    "worker": Process.WORKER,
    "api": Process.API,
    "pages": Process.PAGES,
    "staff": Process.STAFF_PAGES,
}

# ${NAME:?message}: Compose refuses to start without it. ${NAME:-}: empty, and so not set.
REQUIRED: Final = re.compile(r"\$\{(?P<name>[A-Z_]+):\?[^}]+\}")
OPTIONAL: Final = re.compile(r"\$\{(?P<name>[A-Z_]+):-\}")
SECRET_NAME: Final = re.compile(r"(PASSWORD|PWD|SECRET|KEYS?|DATABASE_URL|SMTP_URL)$")
NO_SECRETS: Final = {"UGYFELKAPU_TOKEN_KEYS"}
"""Where public keys are."""

RESERVED_CONNECTIONS: Final = 3
"""PostgreSQL's `superuser_reserved_connections`."""
MIGRATION_CONNECTIONS: Final = 2
TEMPORAL_ROLES: Final = 4
"""Frontend, history, matching and worker of the one server; each has a pool for either of its databases."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    """The variables of .env.example."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return {
        name: text.strip('"') for name, _, text in (line.partition("=") for line in lines if line and line[0] != "#")
    }


def ours(service: dict[str, Any]) -> dict[str, str]:
    """Our variables of a service."""
    return {name: text for name, text in service["environment"].items() if name.startswith("UGYFELKAPU_")}


def fields(service: dict[str, Any]) -> set[str]:
    """The settings that they give, by value or by file."""
    names = {name.removeprefix("UGYFELKAPU_").lower() for name in ours(service)}
    return {name if name in Settings.model_fields else name.removesuffix("_file") for name in names}


def compose_command() -> list[str] | None:
    """How this machine runs Compose, if it can."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        if subprocess.run([*command, "version"], capture_output=True, timeout=30, check=False).returncode == 0:
            return command
    return None


def test_the_whole_stack_is_there(compose: dict[str, Any]) -> None:
    servers = {"mail", "postgresql", "temporal", "temporal-schema", "temporal-ui"}
    assert set(compose["services"]) == servers | SERVICES.keys()


def test_everything_that_is_referred_to_exists_and_all_is_used(compose: dict[str, Any]) -> None:
    used: dict[str, set[str]] = {kind: set() for kind in ("configs", "volumes", "networks", "secrets")}
    for name, service in compose["services"].items():
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        used["configs"] |= {use["source"] for use in service.get("configs", [])}
        used["volumes"] |= {use.partition(":")[0] for use in service.get("volumes", [])} - {"./config"}
        used["networks"] |= set(service["networks"])
        used["secrets"] |= set(service.get("secrets", []))
    assert used == {kind: set(compose[kind]) for kind in used}


def test_who_is_waited_for_to_be_healthy_says_when_it_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    waited_for = {
        dependency
        for service in services.values()
        for dependency, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert waited_for == {"postgresql", "temporal"}
    assert all("test" in services[name]["healthcheck"] for name in waited_for | SERVICES.keys() - {"migrate"})


def test_all_start_after_one_migration_has_succeeded_and_wait_for_a_server_that_is_slow(
    compose: dict[str, Any],
) -> None:
    """A service whose server is away for longer ends, and is started again; it counts as ill only after that time."""
    services = compose["services"]
    commands = {name: services[name]["command"] for name in SERVICES}
    assert commands == {
        "migrate": ["migrate", "--wait", "120"],
        "worker": ["worker", "--wait", "60"],
        "api": ["api", "--wait", "60"],
        "pages": ["pages", "--wait", "60"],
        "staff": ["pages", "--site", "staff", "--wait", "60"],
    }
    assert "restart" not in services["migrate"]
    for name in SERVICES.keys() - {"migrate"}:
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert services[name]["restart"] == "unless-stopped"
        assert int(services[name]["healthcheck"]["start_period"].removesuffix("s")) > 60
        assert services[name]["build"] == services["migrate"]["build"]
    build = services["migrate"]["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()


@pytest.mark.parametrize(("name", "process"), SERVICES.items())
def test_a_process_is_given_what_it_reads_and_nothing_else(
    compose: dict[str, Any], name: str, process: Process
) -> None:
    """Of secrets all that it reads, each as a file, and no other is mounted into its container."""
    service = compose["services"][name]
    assert process.needs <= fields(service) <= process.reads
    assert fields(service) & set(SECRETS) == process.reads & set(SECRETS)
    files = {variable: path for variable, path in ours(service).items() if path.startswith("/run/secrets/")}
    assert {variable.removeprefix("UGYFELKAPU_").removesuffix("_FILE").lower() for variable in files} == {
        path.removeprefix("/run/secrets/") for path in files.values()
    }
    assert sorted(files.values()) == sorted(f"/run/secrets/{secret}" for secret in service["secrets"])
    for other in SERVICES:
        shared = ours(service).keys() & ours(compose["services"][other]).keys() - {"UGYFELKAPU_ADMIN_ADDRESS"}
        assert {key: ours(service)[key] for key in shared} == {
            key: ours(compose["services"][other])[key] for key in shared
        }


def test_temporal_gives_turns_as_the_embedded_server_does(compose: dict[str, Any]) -> None:
    """And neither forgets an idle queue: the scanner that would is one for all namespaces."""
    given = yaml.safe_load(compose["configs"]["temporal-dynamic-config"]["content"])
    values = {name: json.loads(value) for name, value in DYNAMIC_CONFIG.items()}
    ours = {"constraints": {"namespace": NAMESPACE}}
    assert given == {
        **{name: [{"value": value, **ours}] for name, value in values.items() if name.startswith("matching.")},
        **{name: [{"value": value}] for name, value in values.items() if name.startswith("worker.")},
    }


def test_the_migration_gets_every_key_that_a_process_has(compose: dict[str, Any]) -> None:
    """It registers them: what it does not know, no process may start with."""
    keys = {use.field for use in KEY_USES} | {"search_keys"}
    assert keys <= fields(compose["services"]["migrate"])
    assert keys <= {field for name in SERVICES.keys() - {"migrate"} for field in fields(compose["services"][name])}


def test_the_worker_writes_checkpoints_and_archive_auditors_read_them_and_the_image_owns_their_folders(
    compose: dict[str, Any],
) -> None:
    """A new volume takes its owner from the folder in the image; `migrate` is created first, and makes the schedule."""
    services, dockerfile = compose["services"], (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (user,) = re.findall(r"^USER (\d+)$", dockerfile, re.MULTILINE)
    ((owner, made),) = re.findall(r"install --directory --owner=(\d+) --mode=0700 (.+)$", dockerfile, re.MULTILINE)
    folders = [services["worker"]["environment"][f"UGYFELKAPU_{kind}_FOLDER"] for kind in ("CHECKPOINT", "ARCHIVE")]
    assert (owner, made.split()) == (user, folders)
    mounts, files = [f"{Path(folder).name}:{folder}" for folder in folders], "./config:/etc/ugyfelkapu:ro"
    assert services["migrate"]["volumes"] == mounts
    assert services["worker"]["volumes"] == [*mounts, files]
    assert services["api"]["volumes"] == services["staff"]["volumes"] == [*(f"{mount}:ro" for mount in mounts), files]
    assert services["pages"]["volumes"] == [files]


def test_no_secret_is_in_an_environment(compose: dict[str, Any]) -> None:
    """Neither one of ours nor one of a server; none has a default."""
    for name, service in compose["services"].items():
        for variable, text in service.get("environment", {}).items():
            if variable.endswith("_FILE") and SECRET_NAME.search(variable.removesuffix("_FILE")):
                assert text.removeprefix("/run/secrets/") in service["secrets"], f"{name}: {variable}"
            else:
                assert variable in NO_SECRETS or not SECRET_NAME.search(variable), f"{name}: {variable}"
                assert "@" not in text, f"{name}: {variable}"


def test_the_secrets_are_those_that_make_secrets_makes(compose: dict[str, Any]) -> None:
    assert compose["secrets"] == {name: {"file": f"./secrets/{name}"} for name in FILES}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/secrets/", "/config/", "/.env", "!/.env.example"} <= set(ignored)


def test_with_fresh_secrets_and_the_example_of_an_environment_every_process_starts(
    compose: dict[str, Any], example: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example names what the file asks for. What exists is kept, a second time and after a file was exchanged."""
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    assert set(REQUIRED.findall(text)) | set(OPTIONAL.findall(text)) == example.keys()
    folder = tmp_path / "secrets"
    assert fill(folder) == FILES
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {(folder / name).stat().st_mode & 0o777 for name in FILES} == {0o444}
    before = {name: (folder / name).read_bytes() for name in FILES}
    (folder / "checkpoint_public_keys").unlink()
    assert fill(folder) == ("checkpoint_public_keys",)
    assert fill(folder) == ()
    assert {name: (folder / name).read_bytes() for name in FILES} == before
    found = {}
    for name, process in SERVICES.items():
        for variable, value in ours(compose["services"][name]).items():
            given = REQUIRED.fullmatch(value) or OPTIONAL.fullmatch(value)
            placed = value.replace("/run/secrets", str(folder)).replace("/var/lib/ugyfelkapu/checkpoints", str(folder))
            placed = placed.replace("/var/lib/ugyfelkapu/archive", str(folder))
            monkeypatch.setenv(variable, example[given["name"]] if given else placed)
        found[process] = load_settings(process=process)
    assert verification_keys(found[Process.API]) == verification_keys(found[Process.WORKER])
    assert signing_keys(found[Process.WORKER])
    assert trusted_proxies_of(found[Process.PAGES], site_origin_of(found[Process.PAGES])) == ()
    assert staff_origin_of(found[Process.STAFF_PAGES])
    assert OpenIdClient.of(found[Process.STAFF_PAGES])


def test_the_pools_together_are_within_the_connections_that_postgresql_takes(compose: dict[str, Any]) -> None:
    """The table in docs/settings.md has the same numbers. One command of an operator runs beside all else."""
    services = compose["services"]
    (most,) = re.findall(r"max_connections=(\d+)", " ".join(services["postgresql"]["command"]))
    temporal = services["temporal"]["environment"]
    each = Settings.model_fields["database_connections"].default
    serving = SERVICES.keys() - {"migrate"}
    assert not any("UGYFELKAPU_DATABASE_CONNECTIONS" in services[name]["environment"] for name in serving)
    pools = {
        "Temporal": TEMPORAL_ROLES * (int(temporal["SQL_MAX_CONNS"]) + int(temporal["SQL_VIS_MAX_CONNS"])),
        "worker, API, pages, pages for staff": each * len(serving),
        "`ugyfelkapu migrate`": MIGRATION_CONNECTIONS,
        "one command (`ugyfelkapu admin …`, `doctor`)": each,
        "reserved for administrators": RESERVED_CONNECTIONS,
    }
    assert sum(pools.values()) <= int(most)
    rows = [f"| {who} | {count} |" for who, count in (pools | {"together": sum(pools.values())}).items()]
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in document
    assert f"`max_connections` is {most}" in document


def test_networks_separate_what_need_not_meet(compose: dict[str, Any]) -> None:
    services = compose["services"]
    members = {
        network: {name for name, service in services.items() if network in service["networks"]}
        for network in compose["networks"]
    }
    assert members == {
        "database": {"postgresql", "temporal-schema", "temporal", *SERVICES},
        "temporal": {"temporal", "temporal-ui", *SERVICES},
        "mail": {"mail", "worker"},
        "edge": {"api", "pages", "staff"},
    }
    assert [name for name, network in compose["networks"].items() if (network or {}).get("internal")] == ["database"]
    for name, service in services.items():
        if service.get("ports"):
            assert set(service["networks"]) != {"database"}, f"{name} publishes a port on an internal network"


def test_every_container_has_limits_and_its_log_does_not_fill_the_disk(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["mem_limit"], name
        assert 0 < service["cpus"] <= 1, f"{name}: more processors than a small machine has are refused"
        assert service["logging"]["options"]["max-size"], name
        assert service["logging"]["options"]["max-file"], name
    for name in ("postgresql", "temporal", *SERVICES.keys() - {"migrate"}):
        assert compose["services"][name]["stop_grace_period"], name


def test_the_image_runs_without_privileges_and_installs_only_what_is_hashed() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert dockerfile.count("--require-hashes -r requirements-") == dockerfile.count("--require-hashes") == 2
    last_stage = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!0\b|root\b)", last_stage, re.MULTILINE)
    assert 'ENTRYPOINT ["ugyfelkapu"]' in last_stage
    assert 'CMD ["worker"]' in last_stage


def test_every_published_port_is_bound_to_this_machine_only(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", str(port))] == []


def test_every_image_has_a_version(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    assert [
        image for image in images if not re.fullmatch(r"[a-z/-]+:[\w.-]+", image) or image.endswith(":latest")
    ] == []


def test_compose_itself_accepts_the_file_with_its_variables_and_refuses_it_without(example: dict[str, str]) -> None:
    """Where there is no Compose the tests above are all there is."""
    command = compose_command()
    if command is None:
        return
    check = [*command, "--env-file", "/dev/null", "--file", str(COMPOSE_FILE), "config", "--quiet"]
    path = {"PATH": str(Path(shutil.which(command[0]) or command[0]).parent)}
    given = subprocess.run(check, env=path | example, capture_output=True, text=True, timeout=60, check=False)
    assert given.returncode == 0, given.stderr
    missing = subprocess.run(check, env=path, capture_output=True, text=True, timeout=60, check=False)
    assert missing.returncode != 0
