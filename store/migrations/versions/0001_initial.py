"""The schema of version 1.0, and the key of the seals of rows."""

from typing import TYPE_CHECKING

from alembic import context

from store.migrations.script import run_async, run_sql
from store.seals import SEAL_KEY

if TYPE_CHECKING:
    import asyncpg

    from store.sealing import KeyRing

revision = "0001"
down_revision = None
RESTORE_INSTEAD = True


def upgrade() -> None:
    """Creates both."""
    run_sql("0001_initial.sql")
    run_async(_add_seal_key)


async def _add_seal_key(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    keys: KeyRing = context.config.attributes["keys"]
    _, wrapped = keys.new_key(SEAL_KEY)
    await connection.execute("insert into seal_keys values ('rows', $1, $2)", wrapped.master_key_id, wrapped.wrapped)
