"""The access record, as gateways and the HTTP layer write it: every look, every act and every refused attempt."""

from collections.abc import Callable
from datetime import date, datetime

from registration.access import NO_OFFICE, Access, AccessEntry
from registration.messages import Actor
from store.accesses import AccessStore
from store.documents import load


class Accesses:
    """Adds entries at the gateway's clock; each is durable when the call returns."""

    def __init__(self, store: AccessStore, clock: Callable[[], datetime]) -> None:
        """Shares the process's pool."""
        self._store = store
        self._clock = clock

    async def add(self, access: Access) -> None:
        """Adds an entry to the chain of the actor's office and of today (UTC)."""
        await self._store.add(access, self._clock())

    async def note_refusal(self, actor: Actor, operation: str, error_name: str) -> None:
        """Notes an attempt that was refused before any gateway was asked, such as a role that does not suffice."""
        await self.add(Access(actor, operation, outcome=error_name))

    async def entries(self, office: str | None, day: date) -> list[AccessEntry]:
        """One chain in order; `None` is that of those who act for no office."""
        return [load(AccessEntry, row["body"]) async for row in self._store.entries(office or NO_OFFICE, day)]
