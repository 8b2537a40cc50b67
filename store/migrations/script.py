"""Runs a migration's SQL file as it is: asyncpg takes many statements at once, SQLAlchemy does not."""

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

    adapted = op.get_bind().connection.dbapi_connection
    if adapted is None:
        raise RuntimeError(name)
    adapted.run_async(execute)
