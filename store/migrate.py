"""Brings a database to the committed schema (`store/schema.sql`) with Alembic, through asyncpg only."""

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from store.database import connected
from store.sealing import KeyRing

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def migrate(database_url: str, keys: KeyRing, *, revision: str = "head") -> None:
    """Runs every migration up to `revision` that the database (`postgresql://…`) lacks; again, it is harmless.

    The address is asyncpg's to read, as everywhere: SQLAlchemy would refuse `sslmode` and several hosts.
    """
    engine = create_async_engine(
        "postgresql+asyncpg://", poolclass=NullPool, async_creator=lambda: connected(database_url)
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, keys, revision)
    finally:
        await engine.dispose()


def newest_revision() -> str | None:
    """The revision that a migrated database has."""
    with as_file(files("store.migrations")) as scripts:
        return ScriptDirectory.from_config(_config(str(scripts))).get_current_head()


def _upgrade(connection: "Connection", keys: KeyRing, revision: str) -> None:
    with as_file(files("store.migrations")) as scripts:
        config = _config(str(scripts))
        config.attributes.update(connection=connection, keys=keys)
        command.upgrade(config, revision)


def _config(scripts: str) -> Config:
    config = Config()
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
