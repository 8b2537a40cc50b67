"""Registration bodies' offices, as files of offices have brought them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from registration.access import Access
from registration.administration import Administered, Content
from registration.offices import Body, Office
from store.administrative_changes import changing
from store.database import queries, retried

if TYPE_CHECKING:
    import asyncpg


class OfficeStore:
    """Writes and reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    @retried
    async def put(self, offices: Sequence[Office], by: Access, now: datetime, *, shown: str | None = None) -> None:
        """Writes them all or none: new ones are added, those with a known code replaced, others stay as they are.

        The access record gets the content of each, in entries of the act `by`. With `shown` each is checked first:
        raises what `Office.check_in_place_of` does.
        """
        async with changing(self._pool, by, now) as change:
            if shown is not None:
                for office in offices:
                    row = await queries.find_office(change.connection, code=office.code)
                    office.check_in_place_of(row and _office(row), shown)
            rows = queries.put_offices(
                change.connection,
                codes=[office.code for office in offices],
                bodies=[office.body for office in offices],
                names=[office.name for office in offices],
                addresses=[office.address for office in offices],
                opens=[office.open for office in offices],
            )
            await change.enter([Content.of(Administered.OFFICE, row) async for row in rows])

    async def every(self) -> list[Office]:
        """All offices, by code."""
        return [_office(row) async for row in queries.every_office(self._pool)]

    async def find(self, code: str) -> Office | None:
        """The office with this code."""
        row = await queries.find_office(self._pool, code=code)
        return row and _office(row)


def _office(row: "asyncpg.Record") -> Office:
    return Office(row["code"], Body(row["body"]), row["name"], row["address"], row["open"])
