"""A PostgreSQL that answers with errors of its own: 503 meanwhile, everything whole afterwards."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from starter.dev.installation import World
from starter.dev.postgres import PostgresServer
from starter.dev.samples import form
from tests.support.api import Api, api_on, problem
from tests.support.installation import Installation, installation
from tests.support.soundness import assert_sound
from worker import running_workers

DISK_MEGABYTES: Final = 160
"""Of which an empty cluster with our schema takes about 70."""

STATES: Final = ("40001", "40P01", "53100", "55P03", "55000", "57014", "58030", "XX000")
WRITES_EVERY_SECONDS: Final = 5.5
"""A little longer than readiness remembers its last write."""

RECOVERS_SECONDS: Final = 60
"""From the end of a trouble of seconds: a request that was cut off is taken up again after half a minute."""


@asynccontextmanager
async def system() -> AsyncIterator[tuple[Installation, World, Api]]:
    async with installation() as (servers, world), running_workers(world.client, world.settings), api_on(world) as api:
        yield servers, world, api


async def test_a_failure_of_the_servers_own_is_503_and_passes() -> None:
    """The server raises it in the statement that counts the try, as it would at a lock or a broken disk."""
    async with system() as (_, world, api):
        _, filled = await world.temporary()
        for state in STATES:
            await world.sql(
                "create function trouble() returns trigger language plpgsql as "
                f"$$ begin raise sqlstate '{state}' using message = 'titok'; end $$"
            )
            await world.sql("create trigger trouble before insert on attempts for each row execute function trouble()")
            refused = await api.log_in(filled["user_name"])
            await world.sql("drop function trouble cascade")
            assert problem(refused) == (503, "unavailable"), state
            assert int(refused.headers["retry-after"]) > 0
            assert "titok" not in refused.text
            assert (await api.log_in(filled["user_name"])).status_code == 200


async def test_a_read_only_server_is_not_ready_and_no_error_of_ours() -> None:
    """As a standby behind an address that still names it. What asks only is answered."""
    async with system() as (servers, world, api):
        registration_id, filled = await world.temporary()
        await _reconnecting(servers, "alter database ugyfelkapu set default_transaction_read_only = on")
        try:
            assert problem(await api.log_in(filled["user_name"])) == (503, "unavailable")
            assert (await api.http.get(f"/v1/registrations/{registration_id}")).status_code == 200
            await asyncio.sleep(WRITES_EVERY_SECONDS)
            assert problem(await api.http.get("/readyz")) == (503, "not-ready")
        finally:
            await _reconnecting(servers, "alter database ugyfelkapu reset default_transaction_read_only")
        await asyncio.sleep(WRITES_EVERY_SECONDS)
        assert (await api.http.get("/readyz")).status_code == 200
        assert (await api.log_in(filled["user_name"])).status_code == 200


async def _reconnecting(servers: Installation, statement: str) -> None:
    """Runs it from another database, and ends all sessions, so that each begins anew with what it sets."""
    connection = await asyncpg.connect(servers.postgres.url)
    try:
        await connection.execute(statement)
        await connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'ugyfelkapu'")
    finally:
        await connection.close()


async def test_an_immediate_shutdown_in_the_middle_of_many_registrations_loses_none() -> None:
    """SIGQUIT: backends answer 57P02 and end. Clients with a 202 have a registration, the others ask again."""
    async with system() as (servers, world, api):
        forms = [form() for _ in range(20)]
        sent = [asyncio.create_task(_registered(api, filled)) for filled in forms]
        done, _ = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
        assert done
        os.kill(servers.postgres.pid, signal.SIGQUIT)
        await asyncio.gather(*sent)
        await servers.postgres.kill()
        await servers.postgres.start()
        async with asyncio.timeout(RECOVERS_SECONDS):
            answers = [await _until_registered(api, filled) for filled in forms]
        for filled, answer in zip(forms, answers, strict=True):
            await world.code(filled["email"], within_seconds=RECOVERS_SECONDS)
            await assert_sound(world, answer["registration_id"], filled["email"], within_seconds=RECOVERS_SECONDS)


async def _registered(api: Api, filled: dict[str, Any]) -> dict[str, Any] | None:
    answer = await api.post("/v1/registrations", {"form": filled}, key=filled["user_name"])
    if answer.status_code == 202:
        registration: dict[str, Any] = answer.json()
        return registration
    assert problem(answer) in {(503, "unavailable"), (409, "request-in-progress")}
    return None


async def _until_registered(api: Api, filled: dict[str, Any]) -> dict[str, Any]:
    """Under the same Idempotency-Key; a request that was cut off is taken up again after half a minute."""
    while (answer := await _registered(api, filled)) is None:  # noqa: ASYNC110  it is asked again
        await asyncio.sleep(0.5)
    return answer


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own in memory, for as long as the context lasts; mounting needs root."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=0755", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@asynccontextmanager
async def on_a_small_disk() -> AsyncIterator[tuple[Installation, World, Api, Path]]:
    """The database alone is on it."""
    with ExitStack() as stack:
        async with (
            installation(database_folder=lambda folder: stack.enter_context(small_disk(folder)) / "postgres") as (
                servers,
                world,
            ),
            running_workers(world.client, world.settings),
            api_on(world) as api,
        ):
            yield servers, world, api, servers.folder / "disk" / "filler"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system that can be filled needs root")
async def test_a_full_disk_is_503_and_everything_is_whole_once_there_is_room() -> None:
    """PostgreSQL refuses with 53100, or ends where it cannot write its log; then it is started again."""
    async with on_a_small_disk() as (servers, world, api, filler):
        before, filled = await world.temporary()
        forms = [form() for _ in range(30)]
        full = time.monotonic()
        _fill(filler)
        async with asyncio.timeout(60):
            while await _taken_in(api, forms):
                _fill(filler)
        filler.unlink()
        await _running(servers.postgres)
        # What failed while the disk was full is tried again after as long a time, for back-off doubles.
        within = RECOVERS_SECONDS + time.monotonic() - full
        async with asyncio.timeout(within):
            for each in forms:
                answer = await _until_registered(api, each)
                await world.code(each["email"], within_seconds=within)
                await assert_sound(world, answer["registration_id"], each["email"], within_seconds=within)
        assert (await api.log_in(filled["user_name"])).status_code == 200
        await assert_sound(world, before, filled["email"])
        record = world.audit
        for each in [*forms, filled]:
            findings = (await record.verification.one(each["user_name"])).findings
            assert findings == ()


async def _taken_in(api: Api, forms: list[dict[str, Any]]) -> bool:
    """Whether all of them were registered in spite of the full disk: there was a little room in files that exist."""
    answers = await asyncio.gather(*(_registered(api, filled) for filled in forms))
    if all(answers):
        forms.extend(form() for _ in range(30))
    return all(answers)


def _fill(filler: Path) -> None:
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass


async def _running(postgres: PostgresServer) -> None:
    """Starts it again if it has ended."""
    with suppress(RuntimeError):
        if postgres.pid:
            return
    await postgres.kill()
    await postgres.start()
