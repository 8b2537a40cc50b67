"""The access record in the database: entries are only appended, each to the chain of its office and day."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from registration.access import NO_OFFICE, Access, AccessEntry, AccessPlace
from registration.record import GENESIS
from store.database import queries, retried

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]


async def append(
    connection: "Connection", office: str, day: date, accesses: Sequence[Access], now: datetime
) -> list[AccessEntry]:
    """Adds entries to a chain in a transaction that is open; others of the same chain wait for its end."""
    chain = await queries.lock_access_chain(connection, office=office, day=day, head=GENESIS)
    count, head, entries = chain["entries"], chain["head"], []
    for access in accesses:
        entry = AccessEntry(office, day, count + 1, now, access, head)
        count, head = entry.sequence, entry.hash()
        await queries.insert_access_entry(
            connection,
            office=office,
            day=day,
            sequence=entry.sequence,
            registration_id=access.registration_id,
            request_id=access.request_id,
            previous_hash=entry.previous_hash,
            hash=head,
            body=entry.canonical(),
        )
        entries.append(entry)
    return entries


class AccessStore:
    """Writes and reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    @retried
    async def add(self, access: Access, now: datetime) -> AccessEntry:
        """Adds an entry in a transaction of its own; others of the same office and day wait for it."""
        office, day = access.actor.office or NO_OFFICE, now.astimezone(UTC).date()
        async with self._pool.acquire() as connection, connection.transaction():
            return (await append(connection, office, day, [access], now))[0]

    async def entries(self, office: str, day: date) -> AsyncIterator["asyncpg.Record"]:
        """The rows of one chain in order: `sequence`, `previous_hash`, `hash`, `body`."""
        async for row in queries.access_entries_of(self._pool, office=office, day=day):
            yield row

    async def with_requests(self, request_ids: Collection[str]) -> list[Mapping[str, Any]]:
        """The rows of the entries of requests, by day and place in the chain."""
        return [row async for row in queries.access_entries_with(self._pool, request_ids=list(request_ids))]

    async def page_of_chain(self, office: str, day: date, after: int, *, most: int) -> list[Mapping[str, Any]]:
        """The rows of at most so many entries of a chain, after the one numbered `after`."""
        rows = queries.page_of_access_chain(self._pool, office=office, day=day, sequence=after, most=most)
        return [row async for row in rows]

    async def page_about(self, registration_id: str, after: AccessPlace, *, most: int) -> list[Mapping[str, Any]]:
        """The same of the entries about a registration, after a place: by day, office and sequence."""
        rows = queries.page_of_accesses(
            self._pool,
            registration_id=registration_id,
            day=after.day,
            office=after.office,
            sequence=after.sequence,
            most=most,
        )
        return [row async for row in rows]

    async def newest_about(self, registration_id: str, before: AccessPlace, *, most: int) -> list[Mapping[str, Any]]:
        """The same before a place, the newest first."""
        rows = queries.newest_accesses(
            self._pool,
            registration_id=registration_id,
            day=before.day,
            office=before.office,
            sequence=before.sequence,
            most=most,
        )
        return [row async for row in rows]

    async def newest_at(self, office: str, first: date, before: AccessPlace, *, most: int) -> list[Mapping[str, Any]]:
        """The same of an office, from its chain of the day `first` on."""
        rows = queries.newest_accesses_at(
            self._pool, office=office, first=first, day=before.day, sequence=before.sequence, most=most
        )
        return [row async for row in rows]
