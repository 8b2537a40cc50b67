"""docker-compose.yml cannot be run where there is no Docker; that it is whole and safe can be checked everywhere."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.settings import Settings
from store.keys import KEY_USES

ROOT = Path(__file__).resolve().parent.parent
COMPOSE_FILE = ROOT / "docker-compose.yml"

# ${NAME:?message}: Compose refuses to start without it.
REQUIRED = re.compile(r"\$\{(?P<name>[A-Z_]+):\?[^}]+\}")
SECRET_NAME = re.compile(r"(PASSWORD|PWD|SECRET|TOKEN|KEYS?)$")
SECRETS = {
    "POSTGRES_PASSWORD",
    "TEMPORAL_DATABASE_PASSWORD",
    "UGYFELKAPU_ASSERTION_KEYS",
    "UGYFELKAPU_CHECKPOINT_KEYS",
    "UGYFELKAPU_CODE_KEYS",
    "UGYFELKAPU_DATABASE_PASSWORD",
    "UGYFELKAPU_INDEX_KEY",
    "UGYFELKAPU_MASTER_KEYS",
    "UGYFELKAPU_STAFF_CLIENT_SECRET",
    "UGYFELKAPU_STAFF_KEYS",
}
OF_ONE_PROCESS = {"UGYFELKAPU_ASSERTION_KEYS", "UGYFELKAPU_STAFF_KEYS"}
"""Keys that, besides the migration, one kind of process has."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def settings(compose: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every (service, variable, value) of the file."""
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            yield name, variable, value


def compose_command() -> list[str] | None:
    """How this machine runs Compose, if it can."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        if subprocess.run([*command, "version"], capture_output=True, timeout=30, check=False).returncode == 0:
            return command
    return None


def test_the_whole_stack_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {
        "api",
        "mail",
        "migrate",
        "pages",
        "postgresql",
        "staff",
        "temporal",
        "temporal-schema",
        "temporal-ui",
        "worker",
    }


def test_everything_that_is_referred_to_exists(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        assert {use["source"] for use in service.get("configs", [])} <= set(compose["configs"]), name
        assert {use.partition(":")[0] for use in service.get("volumes", [])} <= set(compose["volumes"]), name


def test_who_is_waited_for_to_be_healthy_says_when_it_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    waited_for = {
        dependency
        for service in services.values()
        for dependency, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert waited_for == {"postgresql", "temporal"}
    assert all("test" in services[name]["healthcheck"] for name in waited_for | {"api", "pages", "staff", "worker"})


def test_the_worker_starts_after_one_migration_has_succeeded(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["migrate"]["command"] == ["migrate"]
    assert "restart" not in services["migrate"]
    assert services["worker"]["command"] == ["worker"]
    assert services["worker"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_api_starts_after_the_migration_too_and_has_what_it_needs_besides(compose: dict[str, Any]) -> None:
    migrate, api = compose["services"]["migrate"], compose["services"]["api"]
    assert api["command"] == ["api"]
    assert api["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert set(migrate["environment"]) - set(api["environment"]) == {"UGYFELKAPU_STAFF_KEYS"}
    assert all(api["environment"].get(name, text) == text for name, text in migrate["environment"].items())
    assert set(api["environment"]) - set(migrate["environment"]) == {
        "UGYFELKAPU_ADMIN_ADDRESS",
        "UGYFELKAPU_API_ADDRESS",
        "UGYFELKAPU_TOKEN_ISSUER",
        "UGYFELKAPU_TOKEN_KEYS",
    }


def test_the_pages_start_after_the_migration_too_and_must_know_their_proxies(compose: dict[str, Any]) -> None:
    """They sign no assertion, so they get no key for it; they read no file."""
    migrate, pages = compose["services"]["migrate"], compose["services"]["pages"]
    assert pages["command"] == ["pages"]
    assert pages["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    own = {"UGYFELKAPU_PAGES_ADDRESS", "UGYFELKAPU_ADMIN_ADDRESS", "UGYFELKAPU_TRUSTED_PROXIES"}
    assert set(pages["environment"]) - set(migrate["environment"]) == own
    assert set(migrate["environment"]) - set(pages["environment"]) == OF_ONE_PROCESS
    assert REQUIRED.fullmatch(pages["environment"]["UGYFELKAPU_TRUSTED_PROXIES"])
    assert pages["volumes"] == []


def test_the_pages_for_staff_are_a_process_of_their_own_with_keys_of_their_own(compose: dict[str, Any]) -> None:
    pages, staff = compose["services"]["pages"], compose["services"]["staff"]
    assert staff["command"] == ["pages", "--site", "staff"]
    assert staff["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    own = set(staff["environment"]) - set(pages["environment"])
    assert own == {
        f"UGYFELKAPU_STAFF_{name}" for name in ("ADDRESS", "URL", "KEYS", "ISSUER", "CLIENT_ID", "CLIENT_SECRET")
    }
    assert all(REQUIRED.fullmatch(staff["environment"][name]) for name in own - {"UGYFELKAPU_STAFF_ADDRESS"})
    assert staff["volumes"] == []


def test_the_migration_gets_every_key_that_a_process_has(compose: dict[str, Any]) -> None:
    """It registers them: what it does not know, no process may start with."""
    services = compose["services"]
    keys = {
        name
        for service in ("worker", "api", "pages", "staff")
        for name in services[service]["environment"]
        if name.removeprefix("UGYFELKAPU_").lower() in {use.field for use in KEY_USES}
    }
    assert len(keys) == len(KEY_USES)
    assert keys <= services["migrate"]["environment"].keys()


def test_migration_and_worker_are_built_here_and_get_the_same_settings(compose: dict[str, Any]) -> None:
    migrate, worker = compose["services"]["migrate"], compose["services"]["worker"]
    assert migrate["build"] == worker["build"]
    assert (ROOT / migrate["build"]["context"] / migrate["build"]["dockerfile"]).is_file()
    addresses = {"UGYFELKAPU_ADMIN_ADDRESS"}
    assert set(worker["environment"]) - set(migrate["environment"]) == addresses
    assert set(migrate["environment"]) - set(worker["environment"]) == OF_ONE_PROCESS
    assert all(worker["environment"].get(name, text) == text for name, text in migrate["environment"].items())


def test_the_worker_writes_checkpoints_and_archive_the_api_reads_them_and_the_image_owns_their_folders(
    compose: dict[str, Any],
) -> None:
    """A new volume takes its owner from the folder in the image; `migrate` is created first, and makes the schedule."""
    services, dockerfile = compose["services"], (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (user,) = re.findall(r"^USER (\d+)$", dockerfile, re.MULTILINE)
    ((owner, made),) = re.findall(r"install --directory --owner=(\d+) --mode=0700 (.+)$", dockerfile, re.MULTILINE)
    folders = [services["worker"]["environment"][f"UGYFELKAPU_{kind}_FOLDER"] for kind in ("CHECKPOINT", "ARCHIVE")]
    assert (owner, made.split()) == (user, folders)
    mounts = [f"{Path(folder).name}:{folder}" for folder in folders]
    assert services["worker"]["volumes"] == services["migrate"]["volumes"] == mounts
    assert services["api"]["volumes"] == [f"{mount}:ro" for mount in mounts]


def test_every_setting_of_ours_is_known(compose: dict[str, Any]) -> None:
    known = {f"UGYFELKAPU_{name.upper()}" for name in Settings.model_fields}
    for name in ("api", "migrate", "pages", "staff", "worker"):
        ours = {variable for variable in compose["services"][name]["environment"] if variable.startswith("UGYFELKAPU_")}
        assert ours <= known, name


def test_the_image_runs_without_privileges_and_installs_only_what_is_hashed() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in dockerfile
    last_stage = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!0\b|root\b)", last_stage, re.MULTILINE)
    assert 'ENTRYPOINT ["ugyfelkapu"]' in last_stage
    assert 'CMD ["worker"]' in last_stage


def test_no_secret_stands_in_the_file_or_has_a_default(compose: dict[str, Any]) -> None:
    named = [
        (service, variable, value) for service, variable, value in settings(compose) if SECRET_NAME.search(variable)
    ]
    assert named
    for service, variable, value in named:
        assert REQUIRED.fullmatch(value), f"{service}: {variable} must be ${{NAME:?message}}"
    for service, variable, value in settings(compose):
        # scheme://user:password@host, with the password as a variable if there is one
        inside = re.search(r"://[^:/@$]+:(?P<password>.+)@", value)
        assert inside is None or REQUIRED.fullmatch(inside["password"]), f"{service}: {variable} holds a password"
    required = set(REQUIRED.findall(COMPOSE_FILE.read_text(encoding="utf-8")))
    assert required >= SECRETS


def test_every_published_port_is_bound_to_this_machine_only(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", str(port))] == []


def test_every_image_has_a_version(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    assert [
        image for image in images if not re.fullmatch(r"[a-z/-]+:[\w.-]+", image) or image.endswith(":latest")
    ] == []


def test_compose_itself_accepts_the_file_with_secrets_and_refuses_it_without() -> None:
    """Where there is no Compose (as on the machine this was written on), the tests above are all there is."""
    command = compose_command()
    if command is None:
        return
    variables = set(REQUIRED.findall(COMPOSE_FILE.read_text(encoding="utf-8")))
    check = [*command, "--env-file", "/dev/null", "--file", str(COMPOSE_FILE), "config", "--quiet"]
    path = {"PATH": str(Path(shutil.which(command[0]) or command[0]).parent)}
    given = subprocess.run(
        check, env=path | dict.fromkeys(variables, "dummy"), capture_output=True, text=True, timeout=60, check=False
    )
    assert given.returncode == 0, given.stderr
    missing = subprocess.run(check, env=path, capture_output=True, text=True, timeout=60, check=False)
    assert missing.returncode != 0
