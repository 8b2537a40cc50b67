"""Rows of a database from before blind indexes had marks, as version 0009 wrote them."""

import hmac
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from registration.forms import RegistrationForm
from registration.record import GENESIS
from store.documents import dump
from store.rows import Opening, Person
from store.sealing import KeyRing, part, seal
from tests.store.lives import CITIZEN, HASH, NOW

if TYPE_CHECKING:
    import asyncpg


class OlderIds(NamedTuple):
    """Of a registration, its address and its credential."""

    registration: str
    address: str
    credential: str


async def submit_older(
    connection: "asyncpg.Connection[asyncpg.Record]", keys: KeyRing, ids: OlderIds, filled: RegistrationForm
) -> None:
    """A registration whose workflow has not begun, and a credential that waits for it."""
    registration_id = ids.registration
    key, wrapped = keys.new_key(registration_id)
    name, mothers = (_nfc(" ".join(text.split())) for text in (filled.birth_name, filled.mothers_birth_name))

    def index(use: str, text: str) -> bytes:
        return hmac.digest(keys.index_key, f"{use}|{text}".encode(), "sha256")

    await connection.execute(
        "insert into registrations "
        "(id, channel, opened_by, user_name_index, submitted_at, recorded_at, email_id, head) "
        "values ($1, 'ONLINE', $2, $3, $4, $4, $5, $6)",
        *(registration_id, dump(Opening(CITIZEN)).decode(), index("user-name", _nfc(filled.user_name)), NOW),
        *(ids.address, GENESIS),
    )
    await connection.execute(
        "insert into data_keys values ($1, $2, $3)", registration_id, wrapped.master_key_id, wrapped.wrapped
    )
    await connection.execute(
        "insert into persons values ($1, $2, $3)",
        *(registration_id, seal(key, dump(Person.of(filled)), registration_id)),
        index("identity", f"{name}\n{filled.birth_date.isoformat()}\n{mothers}"),
    )
    await connection.execute(
        "insert into emails values ($1, $2, $3, $4)",
        *(ids.address, registration_id, seal(key, filled.email.encode(), ids.address)),
        index("e-mail", _nfc(filled.email)),
    )
    await connection.execute(
        "insert into credentials (id, registration_id, state, kind, message, submitted_at, sealed) "
        "values ($1, $2, 'PENDING', 'RedeemCode', '{}', $3, $4)",
        *(ids.credential, registration_id, NOW, seal(key, HASH.encode(), part(registration_id, ids.credential))),
    )


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
