"""An older database gets a later schema with all that is in it, or stays as it was."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import asyncpg
import pytest

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from store.database import opened_pool, queries
from store.keys import INDEX, MASTER, KeyUse
from store.migrate import downgrade, migrate
from store.open_store import check_schema
from store.preparation import prepare_database
from store.processes import Processes
from store.revisions import newest_revision, revision_of
from tests.store.later import ADDS_A_COLUMN, Migration, later_version
from tests.store.lives import KEYS, NOW, Store
from tests.store.rings import key, refused, settings, sql, starts, unregistered, used

if TYPE_CHECKING:
    from store.processes import Connection

OPENS_DATA_KEYS: Final = Migration(
    "9002",
    "[context.config.attributes['keys'].unwrap(WrappedKey(row.master_key_id, row.wrapped), str(row.registration_id))"
    " for row in op.get_bind().execute(sqlalchemy.text('select * from data_keys'))]",
)
"""Like every migration that reads what is sealed, it needs each master key."""

FAILS: Final = Migration("9002", "op.execute('alter table no_such_table add column x text')")
WAITS: Final = Migration(
    "9002", "op.execute('set local lock_timeout = 0'); op.execute('select pg_advisory_xact_lock(9002)')"
)
LOCKED: Final = "select pid from pg_locks where locktype = 'advisory' and objid = 9002 and not granted"
WAITS_FOR_STARTS: Final = (
    "select true from pg_locks l join pg_database d on d.oid = l.database "
    "where locktype = 'advisory' and not granted and datname = current_database()"
)
BREAKS_OLDER_PROCESSES: Final = Migration("9001", "pass", older_processes_fail=True)
BREAKS_NOTHING: Final = Migration("9002", "pass")

WITHOUT: Final = {"master_keys": f"2026:{key('m')}"}
WRONG: Final = {"master_keys": f"2027:{key('x')},2026:{key('m')}"}
WRONG_INDEX: Final = {"index_key": key("x")}


async def version_of(url: str) -> str | None:
    connection = await asyncpg.connect(url)
    try:
        return await revision_of(connection)
    finally:
        await connection.close()


async def test_what_is_stored_stays_and_the_later_programs_start(url: str) -> None:
    ids = await used(url, 2)
    async with opened_pool(url, most=2) as pool:
        before = await Store(pool, KEYS).contents()
    with later_version(ADDS_A_COLUMN, OPENS_DATA_KEYS):
        await prepare_database(settings(url), NOW)
        assert await version_of(url) == "9002"
        await starts(settings(url))
    async with opened_pool(url, most=2) as pool:
        after = await Store(pool, KEYS).contents()
        assert [await Store(pool, KEYS).reader.person(one) is not None for one in ids] == [True, True]
    assert {name for name in before if before[name] != after[name]} == {"alembic_version"}
    assert await sql(url, "select telephone from offices") == []


async def test_a_migration_that_fails_takes_those_before_it_back(server: PostgresServer, url: str) -> None:
    before = await server.dump(url)
    with later_version(ADDS_A_COLUMN, FAILS):
        with pytest.raises(asyncpg.UndefinedTableError):
            await migrate(url, KEYS)
        assert await server.dump(url) == before
        found = await problem_of_start(url)
    assert found.problem is StartProblem.OLD_SCHEMA
    with later_version(ADDS_A_COLUMN, OPENS_DATA_KEYS):
        await prepare_database(settings(url), NOW)
        assert await version_of(url) == "9002"


async def test_a_migration_that_is_cut_off_leaves_nothing_and_is_run_again(server: PostgresServer, url: str) -> None:
    before = await server.dump(url)
    holding = await asyncpg.connect(url)
    with later_version(ADDS_A_COLUMN, WAITS):
        await holding.execute("select pg_advisory_lock(9002)")
        migrating = asyncio.ensure_future(prepare_database(settings(url), NOW))
        async with asyncio.timeout(60):
            while not (waiting := await holding.fetchval(LOCKED)):  # noqa: ASYNC110  a lock sends no event
                await asyncio.sleep(0.02)
            await holding.execute("select pg_terminate_backend($1)", waiting)
            with pytest.raises(Unavailable) as found:
                await migrating
        assert found.value.dependency is Dependency.DATABASE
        await holding.close()
        assert await server.dump(url) == before
        await prepare_database(settings(url), NOW)
        assert await version_of(url) == "9002"


@pytest.mark.parametrize("registered", [True, False])
@pytest.mark.parametrize(
    "case",
    [
        (WITHOUT, StartProblem.KEY_NEEDED, MASTER),
        (WRONG, StartProblem.KEY_OPENS_NOTHING, MASTER),
        (WRONG_INDEX, StartProblem.KEY_OPENS_NOTHING, INDEX),
    ],
    ids=["master key lacks", "wrong master key", "wrong index key"],
)
async def test_a_wrong_key_is_named_and_nothing_is_changed(
    server: PostgresServer, url: str, case: tuple[Mapping[str, str], StartProblem, KeyUse], *, registered: bool
) -> None:
    """Before a migration uses it; a key that was registered is known to be another one without opening anything."""
    rings, problem, use = case
    await used(url)
    if not registered:
        await unregistered(url)
    elif problem is StartProblem.KEY_OPENS_NOTHING:
        problem = StartProblem.KEY_DIFFERS
    before = await server.dump(url)
    with later_version(ADDS_A_COLUMN, OPENS_DATA_KEYS):
        await refused(problem, use, "2027" if use is MASTER else "index", settings(url, rings), migrating=True)
        assert await server.dump(url) == before
        await prepare_database(settings(url), NOW)
        assert await version_of(url) == "9002"


async def test_two_migrations_at_once_wait_for_each_other(server: PostgresServer) -> None:
    """Of an empty database, and of an older one."""
    for number in range(3):
        url = await server.create_database(f"at_once_{number}")
        await asyncio.gather(*(prepare_database(settings(url), NOW) for _ in range(2)))
        assert len(await sql(url, "select * from seal_keys")) == 1
        with later_version(ADDS_A_COLUMN, OPENS_DATA_KEYS):
            await asyncio.gather(*(prepare_database(settings(url), NOW) for _ in range(2)))
            await starts(settings(url))


async def test_a_migration_that_breaks_older_processes_waits_until_they_have_ended(url: str) -> None:
    """Nothing is changed before, and the process is named."""
    before = await version_of(url)
    with later_version(BREAKS_OLDER_PROCESSES, BREAKS_NOTHING):
        async with opened_pool(url, most=2) as pool, Processes(pool, "worker", {}).announced():
            with pytest.raises(CannotStart) as found:
                await migrate(url, KEYS)
        assert found.value.problem is StartProblem.OLDER_PROCESSES
        assert "9001" in str(found.value)
        assert "9002" not in str(found.value)
        assert "worker " in str(found.value)
        assert await version_of(url) == before
        await migrate(url, KEYS)
        assert await version_of(url) == "9002"


async def test_a_process_that_starts_while_the_schema_is_taken_back_is_seen_or_sees_it(url: str) -> None:
    """One that has checked the schema and not announced itself yet is waited for; one that comes later is refused."""
    checked, may_announce = asyncio.Event(), asyncio.Event()
    async with opened_pool(url, most=3) as pool, asyncio.TaskGroup() as group:

        async def check(connection: "Connection") -> None:
            await queries.share_key_checks(connection)
            await check_schema(connection)
            checked.set()
            await may_announce.wait()

        async def start() -> None:
            async with Processes(pool, "worker", {}).announced(check):
                with pytest.raises(CannotStart) as found:
                    await taking_back
                assert found.value.problem is StartProblem.PROCESSES_RUN

        group.create_task(start())
        await checked.wait()
        taking_back = asyncio.ensure_future(downgrade(url, newest_revision()))
        async with asyncio.timeout(60):
            while not taking_back.done() and not await pool.fetchval(WAITS_FOR_STARTS):  # noqa: ASYNC110  as above
                await asyncio.sleep(0.02)
        may_announce.set()
    async with opened_pool(url, most=3) as pool, pool.acquire() as holding:
        async with holding.transaction():
            await queries.lock_key_checks(holding)
            starting = asyncio.ensure_future(starts(settings(url)))
            async with asyncio.timeout(60):
                while not starting.done() and not await pool.fetchval(WAITS_FOR_STARTS):  # noqa: ASYNC110  as above
                    await asyncio.sleep(0.02)
            await holding.execute("update alembic_version set version_num = '0001'")
        with pytest.raises(CannotStart) as found:
            await starting
        assert found.value.problem is StartProblem.OLD_SCHEMA


async def test_other_migrations_run_beside_older_processes(url: str) -> None:
    """Also behind one of that kind that ran before; and an empty database has no processes."""
    with later_version(BREAKS_OLDER_PROCESSES):
        await migrate(url, KEYS)
    with later_version(BREAKS_OLDER_PROCESSES, BREAKS_NOTHING):
        async with opened_pool(url, most=2) as pool, Processes(pool, "worker", {}).announced():
            await migrate(url, KEYS)
        assert await version_of(url) == "9002"


async def test_an_empty_database_gets_every_migration(server: PostgresServer) -> None:
    url = await server.create_database("every_migration")
    with later_version(BREAKS_OLDER_PROCESSES, BREAKS_NOTHING):
        await prepare_database(settings(url), NOW)
        assert await version_of(url) == "9002"


async def problem_of_start(url: str) -> CannotStart:
    with pytest.raises(CannotStart) as found:
        await starts(settings(url))
    return found.value
