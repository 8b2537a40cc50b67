"""Older and newer processes side by side while each migration is applied, and the way back."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from store.database import DATABASE_FAILURES, opened_pool, passes, queries
from store.migrate import downgrade, migrate
from store.preparation import prepare_database
from store.processes import Processes
from store.revisions import known_revisions
from tests.acceptance.command_line import CommandLine, Outcome
from tests.store.later import earlier_version
from tests.store.lives import KEYS, NOW, Store
from tests.store.rings import RINGS, settings, sql, used

WRITERS_WAIT: Final[Mapping[str, set[str]]] = {
    "0002": {"registrations"},
    "0003": {"registrations"},
    "0004": set(),
    "0005": set(),
    "0006": {"events"},
    "0007": {"access_entries"},
    "0008": set(),
}
"""Whose writers wait until a migration is committed: what a foreign key points to, and what an index is made on."""

RESTORE_INSTEAD: Final = {"0001", "0003"}
"""What citizens would miss: everything, and their past log-ins."""

SOON_SECONDS: Final = 60

_STATEMENTS: Final = [name for name in queries.available_queries if not name.endswith("_cursor")]

_CATALOGUE: Final = """
select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
    || coalesce(' default ' || column_default, '') from information_schema.columns where table_schema = 'public'
union all
select 'constraint on ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace
union all
select 'index ' || indexdef from pg_indexes where schemaname = 'public'
union all
select 'function ' || oid::regprocedure || ' ' || prosrc from pg_proc where pronamespace = 'public'::regnamespace
union all
select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
"""


async def test_older_processes_go_on_while_each_migration_is_applied_and_after(server: PostgresServer) -> None:
    """Nobody but the writers that are named waits, and they go on; what there was is there, and nothing else is asked.

    The way back ends in the same schema, and the way there again; where there is none, it is said, and nothing changes.
    """
    url = await server.create_database("rolling")
    with earlier_version("0001"):
        await prepare_database(settings(url), NOW)
        await used(url)
    first, *others = known_revisions()
    assert list(WRITERS_WAIT) == others
    before, schema, statements = first, await server.dump(url, schema_only=True), await prepared(url)
    for revision, waiting in WRITERS_WAIT.items():
        tables, had = await names_of_tables(url), await catalogue(url)
        async with traffic(url) as lives:

            async def look(_: object, tables: set[str] = tables, waiting: set[str] = waiting) -> None:
                assert await locked_out(url, tables, "access share") == set()
                assert await locked_out(url, tables, "row exclusive") == waiting

            with earlier_version(revision):
                await migrate(url, KEYS, then=look)
            await lives.another()
            await lives.another()
        assert contracted(had, await catalogue(url), tables) == set()
        newer, understood = await server.dump(url, schema_only=True), await prepared(url)
        assert statements <= understood
        with earlier_version(revision):
            if revision in RESTORE_INSTEAD:
                await refused(url, before, StartProblem.RESTORE_INSTEAD)
                assert await server.dump(url, schema_only=True) == newer
            else:
                await downgrade(url, before)
                assert await server.dump(url, schema_only=True) == schema
                await migrate(url, KEYS)
                assert await server.dump(url, schema_only=True) == newer
        before, schema, statements = revision, newer, understood
    assert statements == set(_STATEMENTS)


async def test_an_operator_takes_back_what_may_be_while_no_process_runs(url: str, tmp_path: Path) -> None:
    rings = {f"UGYFELKAPU_{name.upper()}": text for name, text in RINGS.items()}
    variables = {**rings, "UGYFELKAPU_DATABASE_URL": url, "UGYFELKAPU_LANG": "en"}

    async def terminal(*arguments: str) -> Outcome:
        return await asyncio.to_thread(CommandLine(tmp_path, variables), "migrate", "--downgrade-to", *arguments)

    newest = known_revisions()[-1]
    (await terminal("0099")).refused(2, f"--downgrade-to: must be one of {', '.join(known_revisions())}")
    (await terminal("0002")).refused(1, "docs/upgrades.md, Restore instead")
    async with opened_pool(url, most=2) as pool, Processes(pool, "worker", {}).announced():
        assert "worker " in await refused(url, "0005", StartProblem.PROCESSES_RUN)
    await downgrade(url, newest)
    assert await revision_in(url) == newest
    assert (await terminal("0003", "--json")).data == {"schema": "0003"}
    assert await revision_in(url) == "0003"
    with earlier_version("0002"):
        await refused(url, "0001", StartProblem.NEWER_SCHEMA)


async def test_a_migration_that_finds_a_table_in_use_gives_up_and_lets_those_behind_it_pass(
    server: PostgresServer,
) -> None:
    """Behind its lock all writers would wait, as long as another transaction keeps the table."""
    url = await server.create_database("table_in_use")
    with earlier_version("0005"):
        await prepare_database(settings(url), NOW)
    keeping = await asyncpg.connect(url)
    async with keeping.transaction():
        await keeping.execute("lock table events in row exclusive mode")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await migrate(url, KEYS)
        assert await locked_out(url, {"events"}, "row exclusive") == set()
    await keeping.close()
    await migrate(url, KEYS)


@pytest.mark.parametrize(
    "change",
    [
        "alter table offices drop column name",
        "alter table offices rename column name to title",
        "alter table offices add column telephone text not null",
        "alter table credentials alter column sealed set not null",
        "alter table events add constraint late check (at > '2020-01-01')",
        "create unique index one_at_a_time on events (at)",
        "drop index events_undelivered",
        "drop table desk_pages",
    ],
)
async def test_what_older_processes_could_fail_after_is_found(migrated: str, change: str) -> None:
    """What the test above would find in a migration to come, which then has to say `OLDER_PROCESSES_FAIL = True`."""
    tables, had = await names_of_tables(migrated), await catalogue(migrated)
    connection = await asyncpg.connect(migrated)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(change)
        rows = {row[0] for row in await connection.fetch(_CATALOGUE)}
    finally:
        await transaction.rollback()
        await connection.close()
    assert contracted(had, rows, tables) != set()


class Traffic:
    """Registrations, one after the other, as older processes open and redeem them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lives = asyncio.Semaphore(0)

    async def go_on(self) -> None:
        """For ever; what passes by itself is tried again, as by the programs, and everything else is raised."""
        while True:
            try:
                state = await self._store.redeemed()
                assert await self._store.reader.person(state.registration_id) is not None
            except DATABASE_FAILURES as failure:
                if not passes(failure):
                    raise
            else:
                self._lives.release()

    async def another(self) -> None:
        """Waits for a life that has been lived to its end and not been counted."""
        async with asyncio.timeout(SOON_SECONDS):
            await self._lives.acquire()


@asynccontextmanager
async def traffic(url: str) -> AsyncIterator[Traffic]:
    """As long as the context lasts, on connections that are older than any migration in it."""
    async with opened_pool(url, most=2) as pool:
        lives = Traffic(Store(pool, KEYS))
        going_on = asyncio.create_task(lives.go_on())
        try:
            await lives.another()
            yield lives
            assert not going_on.done()
        finally:
            going_on.cancel()
            with suppress(asyncio.CancelledError):
                await going_on


async def refused(url: str, revision: str, problem: StartProblem) -> str:
    """The sentence with which a way back is refused."""
    with pytest.raises(CannotStart) as found:
        await downgrade(url, revision)
    assert found.value.problem is problem
    return str(found.value)


async def locked_out(url: str, tables: set[str], mode: str) -> set[str]:
    """The tables that a statement of a kind would have to wait for."""
    connection, waiting = await asyncpg.connect(url), set()
    try:
        for table in tables:
            try:
                async with connection.transaction():
                    await connection.execute(f"lock table {table} in {mode} mode nowait")
            except asyncpg.LockNotAvailableError:
                waiting.add(table)
    finally:
        await connection.close()
    return waiting


async def names_of_tables(url: str) -> set[str]:
    rows = await sql(
        url, "select tablename from pg_tables where schemaname = 'public' and tablename != 'alembic_version'"
    )
    return {row["tablename"] for row in rows}


async def catalogue(url: str) -> set[str]:
    """Columns, constraints, indexes, functions and triggers, a line each."""
    return {row[0] for row in await sql(url, _CATALOGUE)}


def contracted(before: set[str], after: set[str], tables: set[str]) -> set[str]:
    """What is gone, and what tables that there were ask for now and did not before."""
    return (before - after) | {line for line in after - before if set(_asks_of(line)) & tables}


def _asks_of(line: str) -> Iterator[str]:
    """The tables whose writers a new line may refuse something."""
    words = line.replace(".", " ").split()
    if line.startswith("column") and " NO" in line and " default " not in line:
        yield words[1]
    if line.startswith(("constraint on", "index CREATE UNIQUE", "trigger")):
        yield words[words.index("on" if "on" in words else "ON") + 1]
        yield from (
            words[place + 2] for place, word in enumerate(words) if word == "ON" and words[place + 1] == "public"
        )


async def prepared(url: str) -> set[str]:
    """The statements of today's programs that a database understands."""
    connection, understood = await asyncpg.connect(url), set()
    try:
        for name in _STATEMENTS:
            statement: Any = getattr(queries, name)
            with suppress(asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.UndefinedFunctionError):
                await connection.prepare(statement.sql)
                understood.add(name)
    finally:
        await connection.close()
    return understood


async def revision_in(url: str) -> str:
    (row,) = await sql(url, "select version_num from alembic_version")
    return str(row["version_num"])
