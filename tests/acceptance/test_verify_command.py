"""`ugyfelkapu audit verify --all` with several processes, interrupted and continued, on a real database."""

import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import psutil
import pytest
import pytest_asyncio

from audit.verification.parts import PART
from starter.dev.postgres import PostgresServer
from starter.gateway.verification_progress import ProgressFile
from store.audited import AuditStore
from store.database import opened_pool
from store.keys import key_ring
from store.preparation import prepare_database
from tests.acceptance.command_line import LIMIT_SECONDS, CommandLine, Outcome, command, environment_of
from tests.store.damaged_record import Record, written
from tests.store.rings import RINGS, settings, sql

REGISTRATIONS: Final = 4 * PART + 10
DAMAGED: Final = (0, PART - 1, PART, 3 * PART + 1, REGISTRATIONS - 1)
WHOLE: Final = ("audit", "verify", "--all", "--without-temporal", "--json")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def record(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Five parts, in four of which a registration is damaged."""
    made = await written(postgres, "verified", tmp_path_factory.mktemp("checkpoints"), REGISTRATIONS)
    owner = await asyncpg.connect(made.url)
    for place in DAMAGED:
        await owner.execute("delete from evidence where registration_id = $1", made.ids[place])
    await owner.close()
    return made


def variables(record: Record) -> dict[str, str]:
    """What names this installation; no Temporal answers."""
    named = {"database_url": record.url, "checkpoint_folder": str(record.settings.checkpoint_folder), **RINGS}
    return {f"UGYFELKAPU_{name.upper()}": text for name, text in named.items()} | {
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "UGYFELKAPU_LANG": "en",
    }


@pytest.fixture
def cli(record: Record, tmp_path: Path) -> CommandLine:
    """A terminal on this installation."""
    return CommandLine(tmp_path, variables(record))


def is_complete(outcome: Outcome, record: Record) -> None:
    """Every registration was verified, and each damage found once."""
    assert outcome.status == 1, outcome
    report = json.loads(outcome.output)
    assert [found["about"] for found in report["findings"]] == [
        record.ids[place] for place in DAMAGED for _ in range(2)
    ]
    assert (report["whole"], report["registrations"], report["events"]) == (False, REGISTRATIONS, 10 * REGISTRATIONS)


@pytest.mark.parametrize("options", [[], ["--processes", "1"], ["--processes", "3"]])
def test_any_number_of_processes_finds_the_same(cli: CommandLine, record: Record, options: list[str]) -> None:
    is_complete(cli(*WHOLE, *options), record)


@contextmanager
def verifying(record: Record, file: Path) -> Iterator["subprocess.Popen[str]"]:
    """A verification by two processes, which stand still once the first of it is in the file of the progress."""
    with subprocess.Popen(
        command(*WHOLE, "--processes", "2", "--resume", str(file)),
        cwd=file.parent,
        env=environment_of(**variables(record)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            until = time.monotonic() + LIMIT_SECONDS
            while not (file.exists() and '"after":"' in file.read_text(encoding="utf-8")):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until
                let_run(verifiers(process), 0.05)
                time.sleep(0.05)  # in which the first process writes what they have found
            yield process
        finally:
            process.kill()


def let_run(children: list[psutil.Process], seconds: float) -> None:
    """So that they are never done before they are looked at, however busy the machine is."""
    for each in children:
        each.resume()
    time.sleep(seconds)
    for each in children:
        each.suspend()


def verifiers(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Its further processes."""
    return psutil.Process(process.pid).children(recursive=True)


def ended(process: "subprocess.Popen[str]", children: list[psutil.Process]) -> Outcome:
    """How it ends once its further processes go on; they have ended, too."""
    for each in children:
        with suppress(psutil.NoSuchProcess):
            each.resume()
    output, error = process.communicate(timeout=LIMIT_SECONDS)
    _, alive = psutil.wait_procs(children, timeout=LIMIT_SECONDS)
    assert alive == []
    return Outcome(process.returncode, output, error)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_verification_is_continued_and_tells_everything(
    cli: CommandLine, record: Record, number: signal.Signals
) -> None:
    file = cli.folder / "progress"
    with verifying(record, file) as process:
        children = verifiers(process)
        assert len(children) == 2
        process.send_signal(number)
        interrupted = ended(process, children)
    assert interrupted.status == 130
    assert re.fullmatch(rf"[^\n]*registrations verified: [1-4],\d{{3}}\. [^\n]*{file}\.[^\n]*\n", says(interrupted))
    assert file.stat().st_mode & 0o777 == 0o600
    assert record.ids[0] in file.read_text(encoding="utf-8")
    assert [each.name for each in cli.folder.iterdir()] == [file.name]
    continued = cli(*WHOLE, "--resume", str(file))
    is_complete(continued, record)
    assert "a run that began" in continued.error
    assert json.loads(continued.output)["continued_from"].startswith("20")
    assert not file.exists()


def says(outcome: Outcome) -> str:
    """What a person is told: JSON of a command with `--json`."""
    return str(json.loads(outcome.error)["detail"]) + "\n"


def test_a_process_that_is_killed_ends_the_verification_with_one_sentence(cli: CommandLine, record: Record) -> None:
    """As the system kills when there is no memory left; nothing says that the record is whole."""
    file = cli.folder / "progress"
    with verifying(record, file) as process:
        children = verifiers(process)
        children[0].kill()
        killed = ended(process, children)
    assert killed.status == 1
    assert "too little memory" in says(killed)
    assert "whole" not in killed.output
    is_complete(cli(*WHOLE, "--resume", str(file)), record)


async def test_what_was_verified_before_a_crash_is_not_verified_again(cli: CommandLine, record: Record) -> None:
    """What is damaged behind it is left to the next verification. The further processes end with the first one."""
    file, status = cli.folder / "progress", "update registrations set status = $2 where id = $1"
    with verifying(record, file) as process:
        children = verifiers(process)
        process.kill()
        ended(process, children)
    found = await sql(record.url, "select status from registrations where id = $1", record.ids[5])
    await sql(record.url, status, record.ids[5], "INACTIVE")
    try:
        is_complete(cli(*WHOLE, "--resume", str(file)), record)
    finally:
        await sql(record.url, status, record.ids[5], found[0]["status"])


@pytest.fixture(scope="module")
def progress(record: Record, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file that a verification has left behind."""
    file = tmp_path_factory.mktemp("left") / "progress"
    with verifying(record, file) as process:
        children = verifiers(process)
        process.kill()
        ended(process, children)
    return file.read_bytes()


def _further(content: bytes) -> bytes:
    document = json.loads(content)
    document["progress"]["reached"]["after"] = "ffffffff-ffff-ffff-ffff-ffffffffffff"
    return json.dumps(document).encode()


_CHANGES: Final[dict[str, tuple[Callable[[bytes], bytes], str]]] = {
    "empty": (lambda _: b"", "it was changed"),
    "no text": (lambda _: b"\xff", "it was changed"),
    "cut off": (lambda content: content[:-9], "it was changed"),
    "further than it was": (_further, "it was changed"),
    "too long": (lambda content: content + b" " * 5_000_000, "it is too long"),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_a_file_that_is_no_progress_is_refused_and_left_as_it_is(
    cli: CommandLine, progress: bytes, change: str
) -> None:
    changed, words = _CHANGES[change]
    is_refused(cli, changed(progress), words)


def is_refused(cli: CommandLine, content: bytes, words: str, *options: str, **others: str) -> None:
    """With one sentence; the file stays what it is."""
    file = cli.folder / "progress"
    file.write_bytes(content)
    cli("audit", "verify", "--all", "--resume", str(file), *options, **others).refused(2, words)
    assert file.read_bytes() == content


async def test_a_progress_goes_with_one_record_and_one_way_to_verify_it(
    cli: CommandLine, progress: bytes, record: Record, postgres: PostgresServer
) -> None:
    is_refused(cli, progress, "it was begun with Temporal's histories")
    copy = cli.folder / "copy"
    copy.mkdir()
    shutil.copy(record.folder.document(1), copy)
    shutil.copy(record.folder.heads(1), copy)
    is_refused(cli, progress, "the checkpoint that it was begun with", "--without-temporal", "--checkpoints", str(copy))
    other = settings(await postgres.create_database("verified_not"))
    await prepare_database(other, datetime.now(UTC))
    address = other.database_url.get_secret_value()
    is_refused(cli, progress, "it was changed", "--without-temporal", UGYFELKAPU_DATABASE_URL=address)


async def test_a_progress_of_long_ago_is_refused(cli: CommandLine, record: Record) -> None:
    async with opened_pool(record.url, most=1) as pool:
        store = AuditStore(pool, key_ring(record.settings))
        assert await store.opens_seals()
        old = ProgressFile(cli.folder / "old", store, with_temporal=False)
        old.progress = replace(old.progress, begun_at=datetime.now(UTC) - timedelta(days=8))
        old.open()
    is_refused(cli, (cli.folder / "old").read_bytes(), "too long ago", "--without-temporal")


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_verified(cli: CommandLine) -> None:
    cli(*WHOLE[:-1], "--resume", "/proc/progress").refused(2, "--resume: the file cannot be written")
    cli(*WHOLE[:-1], "--resume", str(cli.folder)).refused(2, "--resume: the file cannot be read")
    cli("audit", "verify", "anybody", "--resume", "file").refused(2, "--resume go with --all")
