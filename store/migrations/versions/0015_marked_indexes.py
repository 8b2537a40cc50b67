"""Blind indexes begin with the mark of the search index that made them, and twins of names and addresses have one."""

import hmac
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from alembic import context, op
from sqlalchemy import bindparam, text

from registration.forms import nfc
from settings.start_problems import CannotStart, StartProblem
from store.keys import INDEX
from store.migrations.script import run_sql
from store.reindexing import Changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.rows import Person
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
    """Makes every index anew from what is sealed; what is damaged keeps its own, and is found no more.

    Raises `CannotStart` where the index key has made none of the indexes of before.
    """
    keys: KeyRing = context.config.attributes["keys"]
    connection, after, made = op.get_bind(), UUID(int=0), set[bool | None]()
    emails_of = text(_EMAILS).bindparams(bindparam("ids", expanding=True))
    while rows := connection.execute(text(_PERSONS), {"after": after, "most": _BATCH}).mappings().all():
        emails = connection.execute(emails_of, {"ids": [row["id"] for row in rows]}).mappings().all()
        changes = Changes(keys, rows, emails)
        made.update(_made(keys.index_key, row, person) for row, person in changes.persons("user_name_index"))
        for statement, values in (
            ("update registrations set user_name_index = :anew where id = :id", changes.user_names()),
            ("update persons set identity_index = :anew where registration_id = :id", changes.identities()),
            ("update emails set address_index = :anew where id = :id", changes.addresses()),
        ):
            if values:
                connection.execute(text(statement), [{"id": row_id, "anew": anew} for row_id, _, anew in values])
        after = rows[-1]["id"]
    if False in made and True not in made:
        raise CannotStart(StartProblem.KEY_OPENS_NOTHING, setting=INDEX.setting, key=INDEX.name)
    run_sql("0015_marked_indexes.sql")


def _made(key: bytes, row: "Mapping[str, Any]", person: "Person") -> bool | None:
    """Whether the index key made an index without a mark, by the folding of before; `None` where there is none."""
    identity = (_folded(person.birth_name), person.birth_date.isoformat(), _folded(person.mothers_birth_name))
    texts = (f"user-name|{nfc(nfc(person.user_name).casefold())}", "identity|" + "\n".join(identity))
    pairs = [
        (stored, hmac.digest(key, folded.encode(errors="replace"), "sha256"))
        for stored, folded in zip((row["user_name_index"], row["identity_index"]), texts, strict=True)
        if stored is not None
    ]
    return any(stored == made for stored, made in pairs) if pairs else None


def _folded(name: str) -> str:
    return nfc(" ".join(nfc(name).casefold().split()))
