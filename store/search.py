"""Finds registrations by what a client names at a desk: receipt numbers, and blind indexes of personal data."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from registration.searching import SearchForm
from registration.statuses import Channel, Status
from store.database import queries
from store.sealing import KeyRing

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True)
class FoundRow:
    """A registration that was found, without personal data."""

    registration_id: str
    receipt_number: int
    status: Status
    channel: Channel
    office: str | None
    since: datetime | None


@dataclass(frozen=True)
class ReceiptRow:
    """What a receipt says of a registration besides its client's data."""

    number: int
    status: Status
    submitted_at: datetime


class SearchStore:
    """Reads through a pool; what is searched by leaves the process as keyed hashes only."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys

    async def search(self, form: SearchForm, receipt_number: int | None, *, most: int) -> list[FoundRow]:
        """Those that fit the form's criterion, newest first; `receipt_number` is its receipt's, without check digit."""
        keys = self._keys
        rows = queries.search(
            self._pool,
            receipt_number=receipt_number,
            user_name_indexes=form.user_name and keys.user_name_indexes(form.user_name),
            address_indexes=form.email and keys.address_indexes(form.email),
            identity_indexes=form.identity and keys.identity_indexes(*form.identity),
            most=most,
        )
        return [
            FoundRow(
                str(row["id"]),
                row["receipt_number"],
                Status(row["status"]),
                Channel(row["channel"]),
                row["office"],
                row["since"],
            )
            async for row in rows
        ]

    async def registration_of(self, receipt_number: int) -> str | None:
        """The id of the registration that a receipt belongs to."""
        found = await queries.find_by_receipt_number(self._pool, receipt_number=receipt_number)
        return None if found is None else str(found)

    async def receipt(self, registration_id: str) -> ReceiptRow | None:
        """What a registration's receipt says."""
        row = await queries.find_receipt(self._pool, id=registration_id)
        return row and ReceiptRow(row["receipt_number"], Status(row["status"]), row["submitted_at"])
