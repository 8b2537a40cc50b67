"""Who may act at all: whoever is not disabled, and at a desk for an open office only."""

from datetime import datetime

from registration.access import Access
from registration.errors import OfficeNotOpen, StaffDisabled
from registration.messages import AT_THE_DESK, STAFF, Actor
from registration.staff_answers import DisabledStaff
from store.staff import StaffStore


class Staff:
    """Asks the store anew each time, in one round trip: who is disabled is refused at once, in every process."""

    def __init__(self, store: StaffStore) -> None:
        """Shares the process's pool."""
        self._store = store

    async def check(self, actor: Actor) -> None:
        """Lets an actor pass; clients and the system are no staff. Raises `StaffDisabled`, `OfficeNotOpen`."""
        if actor.kind not in STAFF:
            return
        standing = await self._store.standing(actor.id, actor.office)
        if standing.disabled:
            raise StaffDisabled
        if actor.kind in AT_THE_DESK and not standing.office_open:
            raise OfficeNotOpen(office=actor.office or "–")

    async def disable(self, staff_id: str, by: Access, now: datetime) -> None:
        """Disables somebody from `now` on. Raises `StaffDisabled` where the actor of `by` is."""
        await self._store.disable(staff_id, by, now)

    async def enable(self, staff_id: str, by: Access, now: datetime) -> None:
        """Lets somebody act again."""
        await self._store.enable(staff_id, by, now)

    async def disabled(self) -> list[DisabledStaff]:
        """Who may not act any more, by id."""
        return await self._store.disabled()
