"""Whatever a command lacks when it starts, it ends in one sentence that names dependency, setting and next step.

A table: command by missing dependency. In this process, so that some hundred starts are a matter of seconds.
"""

import json
import logging
import shutil
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from settings.processes import Process
from store.clock import check_clock
from tests.acceptance.command_line import EXAMPLES, CommandLine
from tests.acceptance.start_scene import OTHER, SERVICES, Servers, Starting, started_servers

UNREACHABLE: Final = "postgresql://somebody:once-secret@127.0.0.1:1/nothing"
COMMANDS: Final = ("migrate", "worker", "api", "describe nobody", "admin policy --operator op-1", "audit verify --all")
RUNNING: Final = tuple(command for command in COMMANDS if command != "migrate")

REFUSED, BAD_INPUT = 1, 2

SILENT_SECONDS: Final = 34
"""The 10 that a start waits, on a machine that others keep busy; the library alone would wait for 36."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def servers() -> AsyncIterator[Servers]:
    """For all tests here; none of them changes anything."""
    async with started_servers() as started:
        yield started


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service sets the logging of its process; here it is put back."""
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def database(request: pytest.FixtureRequest, servers: Servers) -> str:
    """The address of a database by what is wrong with it."""
    return {
        "nobody there": UNREACHABLE,
        "no such host": "postgresql://somebody:once-secret@nohost.invalid/nothing",
        "no such database": servers.postgres.url.replace("@/postgres", "@/nowhere"),
        "wrong password": servers.role("poor", "once-secret", "prepared"),
        "no such role": servers.role("nobody", "once-secret", "prepared"),
        "no rights": servers.role("poor", "right", "prepared"),
        "no rights to prepare": servers.role("poor", "right", "empty"),
        "empty": servers.postgres.url.replace("@/postgres", "@/empty"),
        "newer": servers.postgres.url.replace("@/postgres", "@/newer"),
    }[request.param]


@pytest.fixture
def starting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], servers: Servers, tmp_path: Path
) -> Starting:
    monkeypatch.chdir(tmp_path)
    shutil.copy(EXAMPLES / "online.json", "form.json")
    return Starting(monkeypatch, capsys, servers.environment)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("database", "status", "words"),
    [
        ("nobody there", REFUSED, "PostgreSQL does not answer"),
        ("no such host", REFUSED, "PostgreSQL does not answer"),
        ("no such database", BAD_INPUT, "has no database of this name"),
        ("wrong password", BAD_INPUT, "refuses this user or password"),
        ("no such role", BAD_INPUT, "refuses this user or password"),
        ("no rights", BAD_INPUT, "lacks the rights"),
    ],
    indirect=["database"],
)
def test_a_database_that_cannot_be_used(
    starting: Starting, command: str, database: str, status: int, words: str
) -> None:
    starting.refused(command, status, "UGYFELKAPU_DATABASE_URL", words, UGYFELKAPU_DATABASE_URL=database)


@pytest.mark.parametrize("command", RUNNING)
@pytest.mark.parametrize("database", ["empty"], indirect=True)
def test_a_database_that_is_not_prepared(starting: Starting, command: str, database: str) -> None:
    words = ("is not prepared", "ugyfelkapu migrate")
    starting.refused(command, REFUSED, "UGYFELKAPU_DATABASE_URL", *words, UGYFELKAPU_DATABASE_URL=database)


@pytest.mark.parametrize("database", ["newer"], indirect=True)
def test_a_migration_on_a_newer_schema(starting: Starting, database: str) -> None:
    words = ("9999", "newer", "nothing was changed")
    starting.refused("migrate", REFUSED, "UGYFELKAPU_DATABASE_URL", *words, UGYFELKAPU_DATABASE_URL=database)


@pytest.mark.parametrize("database", ["no rights to prepare"], indirect=True)
def test_a_migration_by_a_user_who_may_not_make_tables(starting: Starting, database: str) -> None:
    words = "lacks the rights"
    starting.refused("migrate", BAD_INPUT, "UGYFELKAPU_DATABASE_URL", words, UGYFELKAPU_DATABASE_URL=database)


@pytest.mark.parametrize("command", [*RUNNING, "register form.json"])
@pytest.mark.parametrize("namespace", ["nope", "not a name", "x" * 2000])
def test_a_namespace_that_temporal_does_not_have(starting: Starting, command: str, namespace: str) -> None:
    """Else a registration would be accepted here and done nowhere."""
    words = ("no such namespace", "ugyfelkapu migrate")
    starting.refused(command, BAD_INPUT, "TEMPORAL_NAMESPACE", *words, TEMPORAL_NAMESPACE=namespace)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "changes",
    [
        {"TEMPORAL_PROFILE": "nope"},
        {"TEMPORAL_CONFIG_FILE": "broken.toml"},
        {"TEMPORAL_TLS_CLIENT_CERT_PATH": "/nonexistent", "TEMPORAL_TLS_CLIENT_KEY_PATH": "/nonexistent"},
        {"TEMPORAL_TLS_CLIENT_CERT_PATH": "broken.toml"},
    ],
)
def test_settings_of_temporal_that_cannot_be_used(
    starting: Starting, tmp_path: Path, command: str, changes: dict[str, str]
) -> None:
    (tmp_path / "broken.toml").write_text("api_key once-secret", encoding="utf-8")
    starting.refused(command, BAD_INPUT, "TEMPORAL_ADDRESS", *("TEMPORAL_PROFILE", "cannot be used"), **changes)


@pytest.mark.parametrize("command", ["migrate", "worker", "admin reconcile --operator op-1"])
@pytest.mark.parametrize("address", ["127.0.0.1:1", "nohost.invalid:7233", "nothing"])
def test_a_temporal_that_is_not_there(starting: Starting, command: str, address: str) -> None:
    """The API and log-ins start without: they need PostgreSQL alone (principle 10)."""
    starting.refused(command, REFUSED, "TEMPORAL_ADDRESS", "Temporal does not answer", TEMPORAL_ADDRESS=address)


@pytest.mark.parametrize("command", ["migrate", "worker"])
def test_a_temporal_that_takes_the_connection_and_says_nothing(starting: Starting, command: str) -> None:
    """As one that is frozen; the worker is started in both languages."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address, began = f"127.0.0.1:{silent.getsockname()[1]}", time.monotonic()
        starting.refused(command, REFUSED, "TEMPORAL_ADDRESS", "Temporal does not answer", TEMPORAL_ADDRESS=address)
        assert time.monotonic() - began < (2 if command == "worker" else 1) * SILENT_SECONDS


def reads(command: str, setting: str) -> bool:
    """A service reads its own keys; every other command reads all."""
    return command not in SERVICES or setting.lower() in Process[command.upper()].reads


def reading(commands: Sequence[str], *settings: str) -> list[tuple[str, str]]:
    """The commands with each setting that they read."""
    return [(command, setting) for setting in settings for command in commands if reads(command, setting)]


@pytest.mark.parametrize(
    ("command", "setting"), reading(COMMANDS, "MASTER_KEYS", "CODE_KEYS", "INDEX_KEY", "ASSERTION_KEYS")
)
def test_another_key_than_the_installation_works_with(starting: Starting, command: str, setting: str) -> None:
    ids = {"MASTER_KEYS": "m1:", "CODE_KEYS": "c1:", "ASSERTION_KEYS": "a1:"}
    changes = {f"UGYFELKAPU_{setting}": f"{ids.get(setting, '')}{OTHER}"}
    starting.refused(command, BAD_INPUT, f"UGYFELKAPU_{setting}", "is not the one", **changes)


@pytest.mark.parametrize(("command", "setting"), reading(RUNNING, "MASTER_KEYS", "CODE_KEYS", "ASSERTION_KEYS"))
def test_a_key_that_was_not_migrated_before_it_is_rolled_out(starting: Starting, command: str, setting: str) -> None:
    variable = f"UGYFELKAPU_{setting}"
    ring = f"{starting.environment[variable]},k2:{OTHER}"
    starting.refused(command, REFUSED, variable, "k2", "ugyfelkapu migrate", **{variable: ring})


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("ahead", "sign"), [(600, "+"), (-86_400, "-")])
def test_a_clock_that_is_not_that_of_the_database(
    starting: Starting, monkeypatch: pytest.MonkeyPatch, command: str, ahead: int, sign: str
) -> None:
    async def on_another_clock(connection: Any) -> None:  # noqa: ANN401  as check_clock
        await check_clock(connection, lambda: time.time() + ahead)

    for place in ("store.open_store", "store.preparation"):
        monkeypatch.setattr(f"{place}.check_clock", on_another_clock)
    words = ("clock", f"differ by {sign}", "at most 60")
    starting.refused(command, REFUSED, "UGYFELKAPU_DATABASE_URL", *words)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such file or folder"),
        (b"", "JSONDecodeError"),
        (b'{"keys": []}', "BrokenRule"),
        (b"\xff", "it is not text in UTF-8"),
    ],
)
def test_a_file_of_token_keys_that_cannot_be_read(
    starting: Starting, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "keys").write_bytes(content)
    changes = {"UGYFELKAPU_TOKEN_KEYS": str(tmp_path / "keys")}
    starting.refused("api", BAD_INPUT, "UGYFELKAPU_TOKEN_KEYS", "no public key can be read", reason, **changes)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SMTP_URL", "http://mail"),
        ("SMTP_URL", "smtp://user:once-secret@mail:25"),
        ("SMTP_CA_FILE", "/nonexistent"),
        ("SIGNATURE_TRUST_ROOTS", "/nonexistent"),
        ("CHECKPOINT_FOLDER", "/nonexistent"),
        ("ARCHIVE_FOLDER", "/nonexistent"),
        ("MASTER_KEYS", f"{OTHER}:m1"),
        ("CODE_KEYS", "c1"),
        ("INDEX_KEY", "short"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "worker", "describe nobody"])
def test_a_setting_of_the_wrong_form(starting: Starting, command: str, setting: str, value: str) -> None:
    variable = f"UGYFELKAPU_{setting}"
    starting.refused(command, BAD_INPUT, variable, **{variable: value})


@pytest.mark.parametrize(
    ("command", "setting"),
    [
        ("worker", "ADMIN_ADDRESS"),
        ("api", "ADMIN_ADDRESS"),
        ("api", "API_ADDRESS"),
        ("pages", "PAGES_ADDRESS"),
        ("pages", "ADMIN_ADDRESS"),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"])
def test_an_address_that_is_taken_or_not_of_this_machine(
    starting: Starting, command: str, setting: str, host: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"{host}:{taken.getsockname()[1]}"
        variable = f"UGYFELKAPU_{setting}"
        starting.refused(command, BAD_INPUT, variable, f"cannot listen on {address}; the port", **{variable: address})


@pytest.mark.parametrize(
    ("changes", "status", "setting"),
    [
        ({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, REFUSED, "TEMPORAL_ADDRESS"),
        ({"UGYFELKAPU_DATABASE_URL": UNREACHABLE}, REFUSED, "UGYFELKAPU_DATABASE_URL"),
        ({"UGYFELKAPU_INDEX_KEY": OTHER}, BAD_INPUT, "UGYFELKAPU_INDEX_KEY"),
    ],
)
def test_the_development_environment_on_servers_of_the_users_own(
    servers: Servers, tmp_path: Path, changes: dict[str, str], status: int, setting: str
) -> None:
    """It starts none of its own then, and says what is wrong with those that were named."""
    ended = CommandLine(tmp_path, servers.environment, starts_python=True)(
        "dev", **{"UGYFELKAPU_LANG": "en", **changes}
    )
    ended.refused(status, setting)
    assert "once-secret" not in ended.error


def test_a_service_says_it_in_its_log_and_for_people(servers: Servers, tmp_path: Path) -> None:
    """As a process of its own: the last line is the sentence, the others are JSON."""
    ended = CommandLine(tmp_path, servers.environment, starts_python=True)(
        "worker", UGYFELKAPU_LANG="en", TEMPORAL_NAMESPACE="nope"
    )
    ended.refused(BAD_INPUT, "TEMPORAL_NAMESPACE: Temporal has no such namespace")
    *lines, sentence = ended.error.splitlines()
    (failed,) = [line for line in map(json.loads, lines) if line["event"] == "command_failed"]
    assert failed["sentence"] == sentence
    assert (failed["command"], failed["dependency"], failed["setting"]) == ("worker", "TEMPORAL", "TEMPORAL_NAMESPACE")
    assert failed["timestamp"]
