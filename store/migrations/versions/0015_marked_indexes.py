"""Blind indexes begin with the mark of the search index that made them, and twins of names and addresses have one."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from alembic import context, op
from sqlalchemy import bindparam, text

from store.migrations.script import run_sql
from store.reindexing import Changes

if TYPE_CHECKING:
    from store.sealing import KeyRing

revision = "0015"
down_revision = "0014"
OLDER_PROCESSES_FAIL = True

_BATCH: Final = 1000
_PERSONS: Final = """
select r.id, r.user_name_index, p.identity_index, p.sealed as person, k.master_key_id, k.wrapped
from data_keys k join registrations r on r.id = k.registration_id join persons p on p.registration_id = r.id
where r.id > :after
order by r.id
limit :most
"""
_EMAILS: Final = "select id, registration_id, sealed, address_index from emails where registration_id in :ids"


def upgrade() -> None:
    """Makes every index anew from what is sealed; what cannot be unsealed keeps its own, and is found no more."""
    keys: KeyRing = context.config.attributes["keys"]
    connection, after = op.get_bind(), UUID(int=0)
    emails_of = text(_EMAILS).bindparams(bindparam("ids", expanding=True))
    while rows := connection.execute(text(_PERSONS), {"after": after, "most": _BATCH}).mappings().all():
        emails = connection.execute(emails_of, {"ids": [row["id"] for row in rows]}).mappings().all()
        changes = Changes(keys, rows, emails)
        for statement, values in (
            ("update registrations set user_name_index = :anew where id = :id", changes.user_names()),
            ("update persons set identity_index = :anew where registration_id = :id", changes.identities()),
            ("update emails set address_index = :anew where id = :id", changes.addresses()),
        ):
            if values:
                connection.execute(text(statement), [{"id": row_id, "anew": anew} for row_id, _, anew in values])
        after = rows[-1]["id"]
    run_sql("0015_marked_indexes.sql")
