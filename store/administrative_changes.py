"""Administrative changes in the database: each in one transaction with its entries in the access record."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from registration.access import NO_OFFICE, Access
from registration.administration import Content
from store.accesses import append
from store.database import queries

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_CLOCKS_APART: Final = timedelta(days=1)
"""Of two processes around midnight, one may have begun the next day's chain already."""


class Change:
    """A change under way: what is written on `connection` takes effect with its entries, or not at all."""

    def __init__(self, connection: "Connection", by: Access, now: datetime) -> None:
        """`by` is the act; the entries are its, each with a content in place of the act's `detail`."""
        self.connection = connection
        self._by = by
        self._now = now

    async def enter(self, contents: Iterable[Content]) -> None:
        """Adds an entry for each content; where nothing has changed, one that has the act's own `detail`."""
        accesses = [replace(self._by, detail=None, content=content) for content in contents] or [self._by]
        await queries.lock_administration(self.connection)
        office = self._by.actor.office or NO_OFFICE
        today = self._now.astimezone(UTC).date()
        newest = await queries.newest_access_day(self.connection, office=office)
        day = max(today, min(newest or today, today + _CLOCKS_APART))
        await append(self.connection, office, day, accesses, self._now)


@asynccontextmanager
async def changing(pool: "asyncpg.Pool[asyncpg.Record]", by: Access, now: datetime) -> AsyncIterator[Change]:
    """A transaction for one change; others wait, so that the access record has them in the order of their effect."""
    async with pool.acquire() as connection, connection.transaction():
        await queries.lock_administration(connection)
        yield Change(connection, by, now)
