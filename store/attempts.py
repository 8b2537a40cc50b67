"""Counts what is tried (principle 7), apart from the writer: no rollback of another change takes a count back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from registration.limits import Limit, Subject
from store.database import queries
from store.rows import Window
from store.sealing import KeyRing

if TYPE_CHECKING:
    import asyncpg


class Attempts:
    """Counts through a pool; subjects are kept as keyed hashes only."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys

    async def count(
        self, limits: Sequence[Limit], subject: Subject, now: datetime, *, request_id: str | None = None
    ) -> list[tuple[Limit, Window]]:
        """Counts a try in one statement and one transaction of its own; each limit's window, this try included.

        A `request_id` that was counted last is not counted again. A limit that asks for what the subject does not tell
        is left out. Right whatever the number of processes: a row is counted by one statement at a time.
        """
        keyed = self._keyed(limits, subject)
        if not keyed:
            return []
        rows = queries.count_attempts(
            self._pool,
            now=now,
            limits=[limit.name for limit in keyed],
            subjects=list(keyed.values()),
            ends=[now + limit.window for limit in keyed],
            request_id=request_id,
        )
        windows = {row["limit_name"]: Window(row["tries"], row["ends_at"]) async for row in rows}
        return [(limit, windows[limit.name]) for limit in keyed]

    async def counted(self, limits: Sequence[Limit], subject: Subject, now: datetime) -> list[tuple[Limit, Window]]:
        """The open windows of a subject, as they stand; nothing is counted."""
        keyed = self._keyed(limits, subject)
        rows = queries.open_windows(
            self._pool, now=now, limits=[limit.name for limit in keyed], subjects=list(keyed.values())
        )
        windows = {row["limit_name"]: Window(row["tries"], row["ends_at"]) async for row in rows}
        return [(limit, windows[limit.name]) for limit in keyed if limit.name in windows]

    async def forget(self, limits: Sequence[Limit], subject: Subject) -> None:
        """Ends the counts of a subject."""
        keyed = self._keyed(limits, subject)
        await queries.forget_attempts(self._pool, limits=[limit.name for limit in keyed], subjects=list(keyed.values()))

    def _keyed(self, limits: Sequence[Limit], subject: Subject) -> Mapping[Limit, bytes]:
        keys = {limit: limit.key(subject) for limit in limits}
        return {limit: self._keys.blind(limit.name, key) for limit, key in keys.items() if key is not None}
