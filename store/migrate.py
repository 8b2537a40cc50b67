"""Brings a database to the committed schema (`store/schema.sql`) with Alembic, through asyncpg only."""

from contextlib import contextmanager
from importlib.resources import as_file
from typing import TYPE_CHECKING, cast

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
    from collections.abc import Awaitable, Callable, Iterator

    import sqlalchemy


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
    that still run. Else what asyncpg raises.
    """
    connection = await connected(database_url)  # looks, outside the transaction that a missing table would end
    engine = create_async_engine(
        "postgresql+asyncpg://", poolclass=NullPool, async_creator=lambda: connected(database_url)
    )
    try:
        async with engine.begin() as begun:
            await begun.execute(text("select pg_advisory_xact_lock(hashtext('migrate'))"))
            found = await revision_of(connection)
            if found != newest_revision():
                await _check(connection, found)
                await begun.run_sync(_upgrade, keys)
            if then:
                adapted = await begun.get_raw_connection()
                await then(cast("asyncpg.Connection[asyncpg.Record]", adapted.driver_connection))
    except DBAPIError as trouble:
        cause = trouble.orig and trouble.orig.__cause__
        raise cause or trouble from None
    finally:
        await engine.dispose()
        await connection.close()


def _breaking_after(found: str) -> list[str]:
    """The migrations that a database lacks and that say of themselves that older processes fail afterwards."""
    with _configured() as config:
        lacking = ScriptDirectory.from_config(config).walk_revisions(base=found)
        return sorted(
            script.revision
            for script in lacking
            if script.revision != found and getattr(script.module, "OLDER_PROCESSES_FAIL", False)
        )


async def _check(connection: "asyncpg.Connection[asyncpg.Record]", found: str | None) -> None:
    if found is None:
        return
    newest = newest_revision()
    if found > newest:
        raise CannotStart(StartProblem.NEWER_SCHEMA, found=found, needed=newest)
    breaking = _breaking_after(found)
    if breaking and (running := await running_processes(connection)):
        raise CannotStart(
            StartProblem.OLDER_PROCESSES, migrations=", ".join(breaking), processes=", ".join(map(str, running))
        )


def _upgrade(connection: "sqlalchemy.Connection", keys: KeyRing) -> None:
    with _configured() as config:
        config.attributes.update(connection=connection, keys=keys)
        command.upgrade(config, "head")


@contextmanager
def _configured() -> "Iterator[Config]":
    with as_file(revisions.MIGRATIONS) as scripts:
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        yield config
