"""What a migration takes of a full database: how long, which locks, and how long writers wait for it meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from time import perf_counter
from typing import Any, Final

import asyncpg

from bench.system import System
from store.migrate import LOCK_SECONDS

_LOOK_SECONDS: Final = 0.01
_CALM_SECONDS: Final = 2
_STRENGTH: Final = (
    *("AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock"),
    *("ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"),
)
"""Weakest first; writers wait for the last four (PostgreSQL, 13.3.1)."""

_LOCKS: Final = """
select relation::regclass::text, mode from pg_locks join pg_class on pg_class.oid = relation
where pid = $1 and granted and relkind = 'r' and relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class MeasuredMigration:
    """`locks` are the strongest that were seen, by table; `longest_wait_ms` of a writer to those tables."""

    what: str
    seconds: float
    longest_wait_ms: float
    locks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Step:
    """Statements that are one transaction, unless they are `concurrent`; others undo before what they would find."""

    what: str
    tables: Sequence[str]
    statements: Sequence[str]
    before: Sequence[str] = ()
    concurrent: bool = False


def _script(name: str) -> str:
    return files("store.migrations.versions").joinpath(name).read_text(encoding="utf-8")


_STEPS: Final = (
    _Step("nothing, for comparison", ("events", "registrations"), (f"select pg_sleep({_CALM_SECONDS})",)),
    _Step(
        "0006, its index not made before",
        ("events",),
        (f"set local lock_timeout = '{LOCK_SECONDS}s'", _script("0006_undelivered_letters.sql")),
        ("drop index events_undelivered",),
    ),
    _Step(
        "0007, its index not made before",
        ("access_entries",),
        (f"set local lock_timeout = '{LOCK_SECONDS}s'", _script("0007_actors_of_accesses.sql")),
        ("drop index access_entries_actor",),
    ),
    _Step(
        "0008",
        ("events", "registrations", "attempts"),
        (f"set local lock_timeout = '{LOCK_SECONDS}s'", _script("0008_vacuuming.sql")),
    ),
    _Step("a column that may be null", ("events",), ("alter table events add column bench text",)),
    _Step(
        "an index, concurrently", ("events",), ("create index concurrently bench on events (kind)",), concurrent=True
    ),
    _Step(
        "a check, not valid yet",
        ("events",),
        ("alter table events add constraint bench check (sequence > 0) not valid",),
    ),
    _Step("the check, validated", ("events",), ("alter table events validate constraint bench",)),
)
_UNDONE: Final = (
    "alter table events drop constraint bench",
    "drop index bench",
    "alter table events drop column bench",
)


async def measure_migrations(system: System) -> list[MeasuredMigration]:
    """Ours, on a database that lacks what they make, and steps of such as are to come; the schema stays as it was."""
    database = system.world.addresses.database
    connection = await asyncpg.connect(database)
    try:
        measured = [await _measured(database, connection, step) for step in _STEPS]
        for undone in _UNDONE:
            await connection.execute(undone)
    finally:
        await connection.close()
    return measured


async def _measured(database: str, connection: "asyncpg.Connection[asyncpg.Record]", step: _Step) -> MeasuredMigration:
    for statement in step.before:
        await connection.execute(statement)
    waits, locks = dict.fromkeys(step.tables, 0.0), dict[str, str]()
    writing = [_writing(database, table, waits) for table in step.tables]
    async with _beside(*writing, _looking(database, connection.get_server_pid(), locks)):
        began = perf_counter()
        async with nullcontext() if step.concurrent else connection.transaction():
            for statement in step.statements:
                await connection.execute(statement)
            await _look(connection, connection.get_server_pid(), locks)  # also those that were taken just now
        seconds = perf_counter() - began
    return MeasuredMigration(step.what, seconds, max(waits.values()) * 1000, locks)


@asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.sleep(_LOOK_SECONDS * 10)  # until they are connected
        yield
        await asyncio.sleep(_LOOK_SECONDS * 10)  # until who waited has gone on
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _writing(database: str, table: str, waits: dict[str, float]) -> None:
    """Writes no row, again and again, under the lock that every writer needs."""
    connection = await asyncpg.connect(database)
    try:
        while True:
            began = perf_counter()
            await connection.execute(f"delete from {table} where false")  # noqa: S608  our own names
            waits[table] = max(waits[table], perf_counter() - began)
            await asyncio.sleep(_LOOK_SECONDS / 2)
    finally:
        connection.terminate()


async def _looking(database: str, pid: int, locks: dict[str, str]) -> None:
    connection = await asyncpg.connect(database)
    try:
        while True:
            await _look(connection, pid, locks)
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        connection.terminate()


async def _look(connection: "asyncpg.Connection[asyncpg.Record]", pid: int, locks: dict[str, str]) -> None:
    for table, mode in await connection.fetch(_LOCKS, pid):
        locks[table] = max(locks.get(table, mode), mode, key=_STRENGTH.index)
