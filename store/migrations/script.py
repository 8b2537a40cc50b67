"""Runs a migration's SQL file as it is: asyncpg takes many statements at once, SQLAlchemy does not."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from alembic import op

if TYPE_CHECKING:
    import asyncpg


def run_sql(name: str) -> None:
    """Runs `versions/<name>` in the migration's transaction."""
    text = files("store.migrations.versions").joinpath(name).read_text(encoding="utf-8")

    async def execute(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        await connection.execute(text)

    run_async(execute)


def run_async(work: Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[None]]) -> None:
    """Does some work on asyncpg's own connection, in the migration's transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    if adapted is None:
        raise RuntimeError(op.get_context().script)
    adapted.run_async(work)
