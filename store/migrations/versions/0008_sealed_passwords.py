"""Password hashes are sealed with their registration's key."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from alembic import context, op
from sqlalchemy import text

from store.migrations.script import run_sql
from store.sealing import WrappedKey, part, seal

if TYPE_CHECKING:
    from store.sealing import KeyRing

revision = "0008"
down_revision = "0007"

OLDER_PROCESSES_FAIL = True

_BATCH: Final = 1000
_BARE: Final = """
select credential.id, credential.registration_id, credential.password_hash, key.master_key_id, key.wrapped
from credentials credential join data_keys key using (registration_id)
where credential.password_hash is not null and credential.id > :after
order by credential.id
limit :most
"""


def upgrade() -> None:
    """Seals the hashes that stand, and takes the bare ones away."""
    keys: KeyRing = context.config.attributes["keys"]
    connection, after = op.get_bind(), UUID(int=0)
    connection.execute(text("alter table credentials add column sealed bytea"))
    while rows := connection.execute(text(_BARE), {"after": after, "most": _BATCH}).all():
        sealed = [
            {
                "id": row.id,
                "sealed": seal(
                    keys.unwrap(WrappedKey(row.master_key_id, row.wrapped), str(row.registration_id)),
                    row.password_hash.encode(),
                    part(str(row.registration_id), str(row.id)),
                ),
            }
            for row in rows
        ]
        connection.execute(text("update credentials set sealed = :sealed where id = :id"), sealed)
        after = rows[-1].id
    run_sql("0008_sealed_passwords.sql")
