"""The record of one registration as it is stored, also where it has been tampered with."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from registration.record import Event, UnreadableEvent
from store.database import queries
from store.documents import load

if TYPE_CHECKING:
    import asyncpg


class RecordStore:
    """Reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    async def events(self, registration_id: str) -> list[Event | UnreadableEvent]:
        """The events in order, read from their texts only: other columns may hold values that asyncpg cannot read."""
        rows = [row async for row in queries.events_of(self._pool, registration_id=registration_id)]
        return [_event(row["sequence"], row["body"]) for row in rows]


def _event(sequence: int, body: str) -> Event | UnreadableEvent:
    try:
        event = load(Event, body)
    except ValidationError:
        return UnreadableEvent(sequence)
    return event if event.is_in_time else UnreadableEvent(sequence)
