"""The ends of all chains, from one snapshot of the database, however many there are."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING, Final

from registration.checkpoint import ACCESS_CHAIN, REGISTRATION_CHAIN, Head
from store.database import queries

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_BATCH: Final = 5000
"""Heads in memory at once: some megabytes."""

_FIRST_ROW_SECONDS: Final = 600
"""Time for a database that sorts ten million rows before the first."""


class HeadReader:
    """Reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["HeadSnapshot"]:
        """One snapshot of the database, unaffected by later writes.

        Ends once a failover loses nothing of it: what is signed must not be contradicted by the standby.
        """
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield HeadSnapshot(connection)
        await queries.wait_for_standbys(self._pool)


class HeadSnapshot:
    """One transaction."""

    def __init__(self, connection: "Connection") -> None:
        """The caller opens and ends the transaction."""
        self._connection = connection

    async def batches(self) -> AsyncIterator[list[Head]]:
        """Every head, in the order of a checkpoint's leaves, in batches of at most 5,000."""
        async for rows in self._rows(queries.access_heads.sql):
            yield [
                Head((ACCESS_CHAIN, row["office"], row["day"].isoformat()), row["entries"], row["head"]) for row in rows
            ]
        async for rows in self._rows(queries.registration_heads.sql):
            yield [Head((REGISTRATION_CHAIN, str(row["id"])), row["sequence"], row["head"]) for row in rows]

    async def continuing(self, heads: Iterable[Head]) -> set[Head]:
        """Those of these heads whose places in their chains still have the same hashes."""
        registrations = [head for head in heads if head.chain[0] == REGISTRATION_CHAIN]
        days = [head for head in heads if head.chain[0] == ACCESS_CHAIN]
        unchanged: set[Head] = set()
        if registrations:
            ids, sequences = [head.chain[1] for head in registrations], [head.length for head in registrations]
            async for row in queries.event_hashes_at(self._connection, ids=ids, sequences=sequences):
                unchanged.add(Head((REGISTRATION_CHAIN, str(row["registration_id"])), row["sequence"], row["hash"]))
        if days:
            async for row in queries.access_hashes_at(
                self._connection,
                offices=[head.chain[1] for head in days],
                days=[date.fromisoformat(head.chain[2]) for head in days],
                sequences=[head.length for head in days],
            ):
                unchanged.add(Head((ACCESS_CHAIN, row["office"], row["day"].isoformat()), row["sequence"], row["hash"]))
        return unchanged.intersection(heads)

    async def _rows(self, sql: str) -> "AsyncIterator[list[asyncpg.Record]]":
        cursor = await self._connection.cursor(sql, timeout=_FIRST_ROW_SECONDS)
        while rows := await cursor.fetch(_BATCH, timeout=_FIRST_ROW_SECONDS):
            yield rows
