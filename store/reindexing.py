"""Recomputes blind indexes under the search index in use, while processes run: every key of the ring still finds."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag

from registration.errors import Unavailable
from store.database import queries
from store.documents import load
from store.indexes import MARK_BYTES, SearchIndex
from store.rows import Person
from store.sealing import KeyRing, WrappedKey, unseal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.Pool[asyncpg.Record]

_BATCH: Final = 500
"""Registrations in one step: unsealed and indexed in some tens of milliseconds."""


@dataclass(frozen=True)
class RenewedBatch:
    """How many registrations were read and indexes replaced; `last` is the last of them, `None` after the end."""

    looked_at: int
    renewed: int
    last: str | None


class Reindexing:
    """Writes through a pool. Only indexes change: the sealed data that they are made from stays as it is."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys

    @property
    def present(self) -> str:
        """The mark of the search index in use, in hexadecimal."""
        return self._keys.search_index.mark.hex()

    async def registrations(self) -> int:
        """How many registrations have personal data."""
        return int(await queries.count_data_keys(self._pool))

    async def behind(self) -> dict[str, int]:
        """How many values each search index but the one in use has made, by name; by mark where the ring lacks it."""
        names = {index.mark.hex(): index.name for index in self._keys.search_indexes}
        behind = await _behind(self._pool, self._keys)
        return {names.get(mark, mark): made for mark, made in behind.items()}

    async def renew(self, after: str | None) -> RenewedBatch:
        """Replaces older indexes of up to 500 registrations, in the order of ids, after the one given.

        Left as it is: what another process changes or erases meanwhile, what cannot be unsealed, and a user name that
        another registration holds by the present folding.
        """
        rows = await _all(
            queries.persons_to_index(self._pool, after=UUID(after) if after else UUID(int=0), most=_BATCH)
        )
        if not rows:
            return RenewedBatch(0, 0, None)
        emails = await _all(queries.emails_to_index(self._pool, registration_ids=[row["id"] for row in rows]))
        changes = Changes(self._keys, rows, emails)
        renewed = 0
        for write, values in (
            (queries.renew_user_name_indexes, changes.user_names()),
            (queries.renew_identity_indexes, changes.identities()),
            (queries.renew_address_indexes, changes.addresses()),
        ):
            if values:
                ids, known, anew = (list(column) for column in zip(*values, strict=True))
                renewed += await write(self._pool, ids=ids, known=known, anew=anew)
        return RenewedBatch(len(rows), renewed, str(rows[-1]["id"]))


class Changes:
    """What the indexes of some registrations become: each by the id of its row, its value so far, and the new one."""

    def __init__(self, keys: KeyRing, rows: "Sequence[Any]", emails: "Sequence[Any]") -> None:
        """`rows` are those of `persons_to_index`, `emails` of `emails_to_index`."""
        self._index: SearchIndex = keys.search_index
        self._keys = keys
        self._rows = rows
        self._emails = emails

    def user_names(self) -> list[tuple[UUID, bytes, bytes]]:
        """Of two user names that the folding makes equal, only the first."""
        taken: dict[bytes, tuple[UUID, bytes, bytes]] = {}
        for row, person in self.persons("user_name_index"):
            if row["user_name_index"] is not None:
                anew = self._index.user_name(person.user_name)
                taken.setdefault(anew, (row["id"], row["user_name_index"], anew))
        return list(taken.values())

    def identities(self) -> list[tuple[UUID, bytes, bytes]]:
        """Of the natural identity data."""
        return [
            (row["id"], row["identity_index"], self._index.identity(*_identity(person)))
            for row, person in self.persons("identity_index")
        ]

    def addresses(self) -> list[tuple[UUID, bytes, bytes]]:
        """Of all e-mail addresses, former ones too."""
        rows = {row["id"]: row for row in self._rows}
        found = []
        for email in self._emails:
            if self._index.made(email["address_index"]):
                continue
            plain = self._unsealed(rows[email["registration_id"]], email["sealed"], str(email["id"]))
            if plain is not None:
                found.append((email["id"], email["address_index"], self._index.address(plain.decode())))
        return found

    def persons(self, column: str) -> "Iterator[tuple[Mapping[str, Any], Person]]":
        """The rows whose index in a column is another one's or none, with what is sealed, where it can be unsealed."""
        for row in self._rows:
            if self._index.made(row[column]):
                continue
            plain = self._unsealed(row, row["person"], str(row["id"]))
            if plain is not None:
                yield row, load(Person, plain)

    def _unsealed(self, row: "Mapping[str, Any]", sealed: bytes, context: str) -> bytes | None:
        try:
            key = self._keys.unwrap(WrappedKey(row["master_key_id"], row["wrapped"]), str(row["id"]))
            return unseal(key, sealed, context)
        except (InvalidTag, Unavailable):
            return None


async def marks_behind(connection: "Connection", keys: KeyRing) -> list[str]:
    """The marks, in hexadecimal, of the search indexes but the one in use that stored values need."""
    return list(await _behind(connection, keys))


async def _behind(connection: "Connection", keys: KeyRing) -> dict[str, int]:
    present = keys.search_index.mark
    rows = queries.count_indexes(connection, least=present, beyond=_after(present), mark_bytes=MARK_BYTES)
    return {row["mark"].hex(): row["made"] async for row in rows}


def _identity(person: Person) -> tuple[str, date, str]:
    return person.birth_name, person.birth_date, person.mothers_birth_name


def _after(mark: bytes) -> bytes:
    """What sorts behind all values of a mark."""
    return mark + b"\xff" * MARK_BYTES * 5


async def _all(rows: Any) -> "list[asyncpg.Record]":  # noqa: ANN401  aiosql's generator
    return [row async for row in rows]
