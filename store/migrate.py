"""Brings a database to the committed schema (`store/schema.sql`), or back, with Alembic, through asyncpg only."""

from contextlib import asynccontextmanager, contextmanager
from importlib.resources import as_file
from typing import TYPE_CHECKING, Final, cast

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from settings.start_problems import CannotStart, StartProblem
from store import revisions
from store.database import connected
from store.processes import running_processes
from store.revisions import newest_revision, revision_of
from store.sealing import KeyRing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    import sqlalchemy
    from sqlalchemy.ext.asyncio import AsyncConnection


LOCK_SECONDS: Final = 2
"""How long a migration waits for a table: who wants to write there waits behind it, and gives up after 3 seconds."""


async def migrate(
    database_url: str,
    keys: KeyRing,
    *,
    then: "Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[None]] | None" = None,
) -> None:
    """Runs every migration that the database (`postgresql://…`) lacks; again, it is harmless.

    All of it is one transaction, `then` at its end included: what any of them raises leaves the database as it was. A
    second migration waits meanwhile. The address is asyncpg's to read, as everywhere: SQLAlchemy would refuse `sslmode`
    and several hosts. Raises `CannotStart` on a newer schema, and where a migration would make older processes fail
    that still run. Else what asyncpg raises, such as `LockNotAvailableError` where another transaction keeps a table.
    """
    async with _alone(database_url) as (begun, connection):
        found = await revision_of(connection)
        if found != newest_revision():
            await _check(begun, connection, found)
            await begun.run_sync(_run, lambda config: command.upgrade(config, "head"), keys)
        if then:
            adapted = await begun.get_raw_connection()
            await then(cast("asyncpg.Connection[asyncpg.Record]", adapted.driver_connection))


async def downgrade(database_url: str, revision: str) -> None:
    """Takes back every migration behind a revision, with what is stored in their tables, in one transaction.

    Where none is behind it, nothing happens. Raises `CannotStart` on a newer or no schema, where one of them says
    `RESTORE_INSTEAD`, and while any process runs: one of this version would fail afterwards. Else what asyncpg raises.
    """
    async with _alone(database_url) as (begun, connection):
        found, newest = await revision_of(connection), newest_revision()
        if found is None:
            raise CannotStart(StartProblem.NO_SCHEMA)
        if found > newest:
            raise CannotStart(StartProblem.NEWER_SCHEMA, found=found, needed=newest)
        if irreversible := [each for each in _saying("RESTORE_INSTEAD", after=revision) if each <= found]:
            raise CannotStart(StartProblem.RESTORE_INSTEAD, migrations=", ".join(irreversible))
        await _keep_from_starting(begun)
        if running := await running_processes(connection):
            raise CannotStart(StartProblem.PROCESSES_RUN, processes=", ".join(map(str, running)))
        if revision < found:
            await begun.run_sync(_run, lambda config: command.downgrade(config, revision))


@asynccontextmanager
async def _alone(
    database_url: str,
) -> "AsyncIterator[tuple[AsyncConnection, asyncpg.Connection[asyncpg.Record]]]":
    """A transaction beside which no other migration runs, and a connection outside of it.

    What looks for a table that may be missing uses the second: the error would end the transaction.
    """
    connection = await connected(database_url)
    engine = create_async_engine(
        "postgresql+asyncpg://", poolclass=NullPool, async_creator=lambda: connected(database_url)
    )
    try:
        async with engine.begin() as begun:
            await begun.execute(text("select pg_advisory_xact_lock(hashtext('migrate'))"))
            await begun.execute(text(f"set local lock_timeout = '{LOCK_SECONDS}s'"))
            yield begun, connection
    except DBAPIError as trouble:
        cause = trouble.orig and trouble.orig.__cause__
        raise cause or trouble from None
    finally:
        await engine.dispose()
        await connection.close()


def _saying(declared: str, *, after: str) -> list[str]:
    """The migrations behind a revision that declare something of themselves, such as `OLDER_PROCESSES_FAIL = True`."""
    with _configured() as config:
        scripts = ScriptDirectory.from_config(config).walk_revisions()
        return sorted(
            script.revision for script in scripts if script.revision > after and getattr(script.module, declared, False)
        )


async def _keep_from_starting(begun: "AsyncConnection") -> None:
    """Until the transaction ends, no process checks the schema and announces itself: one that has done so is seen.

    The lock is that of `share_key_checks`, under which `opened_store` does both.
    """
    await begun.execute(text("select pg_advisory_xact_lock(hashtext('key_checks'))"))


async def _check(begun: "AsyncConnection", connection: "asyncpg.Connection[asyncpg.Record]", found: str | None) -> None:
    if found is None:
        return
    newest = newest_revision()
    if found > newest:
        raise CannotStart(StartProblem.NEWER_SCHEMA, found=found, needed=newest)
    breaking = _saying("OLDER_PROCESSES_FAIL", after=found)
    if not breaking:
        return
    await _keep_from_starting(begun)
    if running := await running_processes(connection):
        raise CannotStart(
            StartProblem.OLDER_PROCESSES, migrations=", ".join(breaking), processes=", ".join(map(str, running))
        )


def _run(connection: "sqlalchemy.Connection", work: "Callable[[Config], None]", keys: KeyRing | None = None) -> None:
    with _configured() as config:
        config.attributes.update(connection=connection, keys=keys)
        work(config)


@contextmanager
def _configured() -> "Iterator[Config]":
    with as_file(revisions.MIGRATIONS) as scripts:
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        yield config
