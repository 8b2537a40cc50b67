"""Accounts of older systems, many at once: which exist already, and the SUBMITTED rows of the others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from registration.accounts import AccountForm
from registration.forms import user_name_key
from registration.messages import Actor
from registration.record import GENESIS
from registration.state import Imported
from store.database import queries, retried
from store.documents import dump
from store.intake import lock
from store.rows import Opening, Person, Submitted
from store.sealing import KeyRing, part, seal
from store.seals import RowSeals, seal_of

if TYPE_CHECKING:
    import asyncpg

    from store.intake import Connection


@dataclass(frozen=True)
class AccountKey:
    """What an account is found by: the id that it always gets, and the blind indexes of its user name.

    The first of them is stored.
    """

    registration_id: str
    user_name_indexes: tuple[bytes, ...]

    @property
    def user_name_index(self) -> bytes:
        """The one that is stored."""
        return self.user_name_indexes[0]


@dataclass(frozen=True)
class Account:
    """An account to be written; `valid_until` is the end of its password's validity here (UTC)."""

    key: AccountKey
    form: AccountForm
    valid_until: datetime | None


class AccountStore:
    """Writes through a pool, sealing with a key ring."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys
        self._seals = RowSeals(pool, keys)

    def key_of(self, source: str, user_name: str) -> AccountKey:
        """The same account of the same source always has the same id; the id does not reveal the user name.

        UUIDv5 in a namespace that only the index key's holder can compute.
        """
        secret_namespace = UUID(bytes=self._keys.blind("import", source)[:16])
        registration_id = str(uuid5(secret_namespace, user_name_key(user_name)))
        return AccountKey(registration_id, tuple(self._keys.user_name_indexes(user_name)))

    async def existing(self, keys: Collection[AccountKey]) -> tuple[set[str], set[bytes]]:
        """The ids of those that are registrations already, and the user names that a registration holds."""
        return await _existing(self._pool, keys)

    @retried
    async def write(self, accounts: Sequence[Account], actor: Actor, now: datetime) -> set[str]:
        """Writes SUBMITTED rows in one transaction; returns the ids of the new ones."""
        key = await self._seals.key()
        async with self._pool.acquire() as connection, connection.transaction():
            if len(self._keys.search_indexes) > 1:
                await lock(connection, [name for it in accounts for name in it.key.user_name_indexes])
                _, names = await _existing(connection, [account.key for account in accounts])
                accounts = [account for account in accounts if names.isdisjoint(account.key.user_name_indexes)]
            rows = [self._row(account, actor) for account in accounts]
            if not rows:
                return set()
            columns = {name: [row[name] for row in rows] for name in rows[0]}
            inserted = queries.insert_accounts(connection, **columns, submitted_at=now, head=GENESIS)
            written = [row async for row in inserted]
            await queries.seal_registrations(
                connection,
                ids=[row["id"] for row in written],
                seals=[seal_of(key, "registrations", row) for row in written],
            )
        return {str(row["id"]) for row in written}

    async def submitted(self, registration_ids: Collection[str]) -> list[Submitted]:
        """Those of these registrations whose workflows have not taken over yet."""
        rows = queries.submitted_among(self._pool, ids=list(registration_ids))
        return [Submitted.of(row) async for row in rows]

    def _row(self, account: Account, actor: Actor) -> dict[str, Any]:
        registration_id, line, form = account.key.registration_id, account.form, account.form.form
        email_id, credential_id = _part_of(registration_id, "email"), _part_of(registration_id, "credential")
        imported = Imported(
            status=line.status,
            password_valid_until=account.valid_until,
            identity_verified=line.identity_verified,
            credential_id=credential_id if line.password_hash else None,
        )
        key, wrapped = self._keys.new_key(registration_id)
        return {
            "ids": registration_id,
            "channels": line.channel,
            "openings": dump(Opening(actor, imported=imported)).decode(),
            "user_name_indexes": account.key.user_name_index,
            "email_ids": email_id,
            "master_key_ids": wrapped.master_key_id,
            "wrapped_keys": wrapped.wrapped,
            "persons": seal(key, dump(Person.of(form)), registration_id),
            "identity_indexes": self._keys.identity_index(form.birth_name, form.birth_date, form.mothers_birth_name),
            "emails": seal(key, form.email.encode(), email_id),
            "address_indexes": self._keys.address_index(form.email),
            "credential_ids": credential_id,
            "sealed_hashes": line.password_hash
            and seal(key, line.password_hash.encode(), part(registration_id, credential_id)),
        }


async def _existing(
    connection: "Connection | asyncpg.Pool[asyncpg.Record]", keys: Collection[AccountKey]
) -> tuple[set[str], set[bytes]]:
    rows = [
        row
        async for row in queries.find_accounts(
            connection,
            ids=[key.registration_id for key in keys],
            user_name_indexes=[index for key in keys for index in key.user_name_indexes],
        )
    ]
    return {str(row["id"]) for row in rows}, {row["user_name_index"] for row in rows}


def _part_of(registration_id: str, name: str) -> str:
    return str(uuid5(UUID(registration_id), name))
