"""Processes are seen in the database as long as they run, with the ids of their keys and never with a key."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from store import processes
from store.keys import ASSERTION, CODE, MASTER, Keys
from store.processes import SEEN_WITHIN_SECONDS, Processes, running_processes
from tests.store.lives import Store, another_pool, new_id

OLD: Keys = {MASTER: {"old": b"o" * 32}, CODE: {"c1": b"c" * 32}}
BOTH: Keys = {MASTER: {"old": b"o" * 32, "new": b"n" * 32}, CODE: {"c1": b"c" * 32}}
NEW: Keys = {MASTER: {"new": b"n" * 32, "old": b"o" * 32}, CODE: {"c1": b"c" * 32}}
SOON_SECONDS = 60


async def test_it_is_seen_while_it_runs_and_not_afterwards(store: Store) -> None:
    async with Processes(store.pool, "worker", OLD).announced(), Processes(store.pool, "api", OLD).announced():
        seen = await running_processes(store.pool)
        assert [(process.kind, process.keys) for process in seen] == [
            ("api", {"master": ["old"], "code": ["c1"]}),
            ("worker", {"master": ["old"], "code": ["c1"]}),
        ]
        host, _, number = seen[0].name.rpartition(":")
        assert host
        assert number.isdecimal()
        assert str(seen[0]) == f"api {seen[0].name}"
    assert await running_processes(store.pool) == []


async def test_no_key_stands_in_the_table(store: Store) -> None:
    async with Processes(store.pool, "worker", BOTH).announced():
        (row,) = await store.rows("select * from processes")
    assert json.loads(row["keys"]) == {"master": ["old", "new"], "code": ["c1"]}
    assert not any(isinstance(cell, bytes) for cell in row.values())


async def test_one_that_died_counts_for_two_minutes_and_its_row_goes_after_an_hour(store: Store) -> None:
    dead = Processes(store.pool, "worker", OLD)
    await dead._announce(store.pool)
    await _age(store, timedelta(seconds=SEEN_WITHIN_SECONDS - 30))
    assert len(await running_processes(store.pool)) == 1
    await _age(store, timedelta(seconds=60))
    assert await running_processes(store.pool) == []
    await _age(store, timedelta(hours=1))
    async with Processes(store.pool, "api", OLD).announced():
        assert [row["kind"] for row in await store.rows("select kind from processes")] == ["api"]


async def test_of_a_kind_the_one_that_has_run_longest_is_the_first_until_it_ends_or_is_dead(store: Store) -> None:
    older, younger = Processes(store.pool, "worker", OLD), Processes(store.pool, "worker", OLD)
    async with Processes(store.pool, "api", OLD).announced(), younger.announced(), older.announced():
        assert (await older.is_first(), await younger.is_first()) == (True, False)
        await store.pool.execute(
            "update processes set seen_at = seen_at - $1::interval where id = $2",
            timedelta(seconds=SEEN_WITHIN_SECONDS),
            older._id,
        )
        assert await younger.is_first()


async def _age(store: Store, by: timedelta) -> None:
    await store.pool.execute("update processes set seen_at = seen_at - $1::interval", by)


async def test_a_first_key_that_a_running_process_lacks_is_refused_and_the_process_named(store: Store) -> None:
    """It would seal what the other could not open. The refused one is withdrawn, so that it blocks no other."""
    async with Processes(store.pool, "worker", OLD).announced():
        with pytest.raises(CannotStart) as refused:
            async with Processes(store.pool, "api", NEW).announced():
                raise AssertionError
        assert refused.value.problem is StartProblem.KEY_NOT_EVERYWHERE
        assert str(refused.value).startswith("UGYFELKAPU_MASTER_KEYS: the key new ")
        assert "worker " in str(refused.value)
        async with Processes(store.pool, "api", BOTH).announced():
            assert [process.kind for process in await running_processes(store.pool)] == ["api", "worker"]
    async with Processes(store.pool, "worker", BOTH).announced(), Processes(store.pool, "api", NEW).announced():
        pass


async def test_a_process_that_does_not_use_a_kind_of_key_lacks_none(store: Store) -> None:
    """A worker signs no assertions."""
    signing: Keys = {**OLD, ASSERTION: {"a2": b"a" * 32}}
    async with Processes(store.pool, "worker", OLD).announced(), Processes(store.pool, "api", signing).announced():
        assert await Processes(store.pool, "api", signing).lacking(ASSERTION, "a2") == []
        assert [str(process)[:3] for process in await Processes(store.pool, "api", OLD).lacking(ASSERTION, "a9")] == [
            "api"
        ]


@pytest.mark.parametrize(
    "keys", ["not json", "", "[]", "null", "7", '{"master": "old"}', '{"master": [1]}', '{"master": null}', "[" * 9999]
)
async def test_a_row_that_cannot_be_read_is_a_process_that_lacks_every_key(store: Store, keys: str) -> None:
    """Starting and rotating keys is refused, and names it; once the row is deleted or repaired both work again."""
    await store.pool.execute("insert into processes values ($1, 'worker', 'host:7', $2, now())", new_id(), keys)
    assert [str(process) for process in await Processes(store.pool, "api", OLD).lacking(MASTER, "old")] == [
        "worker host:7"
    ]
    with pytest.raises(CannotStart, match=r"UGYFELKAPU_MASTER_KEYS: the key old .*worker host:7"):
        async with Processes(store.pool, "api", OLD).announced():
            raise AssertionError
    assert [process.first(MASTER) for process in await running_processes(store.pool)] == [None]
    await store.pool.execute("delete from processes")
    async with Processes(store.pool, "api", OLD).announced():
        pass


async def test_of_two_that_start_at_once_with_other_first_keys_not_both_start(store: Store) -> None:
    """Each announces itself before it looks."""
    alone: Keys = {MASTER: {"new": b"n" * 32}, CODE: {"c1": b"c" * 32}}

    async def started(keys: Keys, meanwhile: asyncio.Barrier) -> bool:
        try:
            async with Processes(store.pool, "api", keys).announced():
                await meanwhile.wait()
                return True
        except CannotStart:
            await meanwhile.wait()
            return False

    for _ in range(10):
        barrier = asyncio.Barrier(2)
        assert not all(await asyncio.gather(started(OLD, barrier), started(alone, barrier)))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refreshes are 50 ms apart instead of 20 s."""
    monkeypatch.setattr(processes, "REFRESHED_EVERY_SECONDS", 0.05)


async def _until_logged(logs: Sequence[Mapping[str, object]], event: str) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while event not in [line["event"] for line in logs]:  # noqa: ASYNC110  a log sends no event
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("hurried")
async def test_a_clock_that_jumps_later_is_an_alarm_once_and_stops_nothing(store: Store) -> None:
    ahead = 0.0
    shown: list[float] = []
    process = Processes(store.pool, "api", OLD, lambda: time.time() + ahead)
    with capture_logs() as logs:
        async with process.announced():
            process.show_clock(shown.append)
            ahead = 600.0
            await _until_logged(logs, "clocks_differ")
            await asyncio.sleep(0.3)
            ahead = 0.0
            await _until_logged(logs, "clocks_differ_no_more")
    assert [line["event"] for line in logs] == ["clocks_differ", "clocks_differ_no_more"]
    assert logs[0]["log_level"] == "error"
    assert logs[0]["seconds"] == pytest.approx(600, abs=10)
    assert max(shown) == pytest.approx(600, abs=10)
    assert shown[0] == 0


@pytest.mark.usefixtures("hurried")
async def test_a_database_that_goes_away_is_an_alarm_once_and_the_process_is_seen_again_afterwards(
    server: PostgresServer, store: Store
) -> None:
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(another_pool(server, store))
        logs = stack.enter_context(capture_logs())
        await stack.enter_async_context(Processes(pool, "api", OLD).announced())
        await store.pool.execute("alter table processes rename to elsewhere")
        await _until_logged(logs, "process_not_announced")
        await asyncio.sleep(0.3)
        await store.pool.execute("delete from elsewhere")
        await store.pool.execute("alter table elsewhere rename to processes")
        await _until_logged(logs, "process_not_announced_no_more")
        assert len(await running_processes(store.pool)) == 1
    assert [line["event"] for line in logs] == ["process_not_announced", "process_not_announced_no_more"]


async def test_a_process_that_cannot_withdraw_ends_all_the_same(server: PostgresServer, store: Store) -> None:
    async with another_pool(server, store) as pool:
        with capture_logs() as logs:
            async with Processes(pool, "api", OLD).announced():
                await store.pool.execute("alter table processes rename to elsewhere")
    assert [(line["event"], line["error"]) for line in logs] == [("process_not_withdrawn", "UndefinedTableError")]
