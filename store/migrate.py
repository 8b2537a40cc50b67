"""Brings a database to the committed schema (`store/schema.sql`) with Alembic, through asyncpg only."""

from functools import cache
from importlib.resources import as_file, files
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
from store.database import connected, queries
from store.processes import running_processes
from store.sealing import KeyRing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import sqlalchemy

    from store.processes import Connection


async def migrate(
    database_url: str,
    keys: KeyRing,
    *,
    revision: str = "head",
    then: "Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[None]] | None" = None,
) -> None:
    """Runs every migration up to `revision` that the database (`postgresql://…`) lacks; again, it is harmless.

    All of it is one transaction, `then` at its end included: what any of them raises leaves the database as it was. A
    second migration waits meanwhile. The address is asyncpg's to read, as everywhere: SQLAlchemy would refuse `sslmode`
    and several hosts. Raises `CannotStart` on a newer schema, where a migration would make older processes fail that
    still run, and where the index key is not that of the stored indexes. Else what asyncpg raises.
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
                await begun.run_sync(_upgrade, keys, revision)
            if then:
                adapted = await begun.get_raw_connection()
                await then(cast("asyncpg.Connection[asyncpg.Record]", adapted.driver_connection))
    except DBAPIError as trouble:
        cause = trouble.orig and trouble.orig.__cause__
        raise cause or trouble from None
    finally:
        await engine.dispose()
        await connection.close()


@cache
def newest_revision() -> str:
    """The revision that a migrated database has: four digits, so their order is that of text."""
    with as_file(files("store.migrations")) as scripts:
        return ScriptDirectory.from_config(_config(str(scripts))).get_current_head() or ""


async def revision_of(connection: "Connection") -> str | None:
    """The last migration that ran; `None` in a database that was never prepared."""
    try:
        revision: str | None = await queries.find_revision(connection)
    except asyncpg.UndefinedTableError:
        return None
    return revision


def breaking_after(found: str | None) -> list[str]:
    """The migrations that a database lacks and that say of themselves that older processes fail afterwards."""
    with as_file(files("store.migrations")) as scripts:
        lacking = ScriptDirectory.from_config(_config(str(scripts))).walk_revisions(base=found or "base")
        return sorted(
            script.revision
            for script in lacking
            if script.revision != found and getattr(script.module, "OLDER_PROCESSES_FAIL", False)
        )


async def _check(connection: "asyncpg.Connection[asyncpg.Record]", found: str | None) -> None:
    newest = newest_revision()
    if found and found > newest:
        raise CannotStart(StartProblem.NEWER_SCHEMA, found=found, needed=newest)
    breaking = breaking_after(found)
    try:
        running = await running_processes(connection) if breaking else []
    except asyncpg.UndefinedTableError:  # a schema so old that its processes do not say that they run
        return
    if running:
        raise CannotStart(
            StartProblem.OLDER_PROCESSES, migrations=", ".join(breaking), processes=", ".join(map(str, running))
        )


def _upgrade(connection: "sqlalchemy.Connection", keys: KeyRing, revision: str) -> None:
    with as_file(files("store.migrations")) as scripts:
        config = _config(str(scripts))
        config.attributes.update(connection=connection, keys=keys)
        command.upgrade(config, revision)


def _config(scripts: str) -> Config:
    config = Config()
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
