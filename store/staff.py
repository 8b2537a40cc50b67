"""Staff who may not act any more; everyone who is not listed may."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from registration.access import Access
from registration.administration import GONE, Administered, Content
from registration.errors import StaffDisabled
from registration.staff_answers import DisabledStaff
from store.administrative_changes import changing
from store.database import queries, retried

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True)
class StaffStanding:
    """Whether a member of staff may act: `office_open` is about the office acted for, `False` if it is unknown."""

    disabled: bool
    office_open: bool


class StaffStore:
    """Writes and reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    async def standing(self, staff_id: str, office: str | None) -> StaffStanding:
        """Whether a member of staff may act for an office, in one round trip. Ids are compared without case."""
        row = await queries.find_standing(self._pool, id=staff_id, office=office)
        return StaffStanding(row["disabled"], row["office_open"])

    @retried
    async def disable(self, staff_id: str, by: Access, now: datetime) -> None:
        """Disables a member of staff; a repeated call changes nothing. Raises `StaffDisabled` if the actor of `by` is.

        Calls are serialized: of two operators who disable each other at once, one remains.
        """
        async with changing(self._pool, by, now) as change:
            if (await queries.find_standing(change.connection, id=by.actor.id, office=None))["disabled"]:
                raise StaffDisabled
            row = await queries.disable_staff(change.connection, id=staff_id, now=now, operator=by.actor.id)
            await change.enter([Content.of(Administered.STAFF, row)] if row else [])

    @retried
    async def enable(self, staff_id: str, by: Access, now: datetime) -> None:
        """Enables a member of staff again."""
        async with changing(self._pool, by, now) as change:
            enabled = [row["id"] async for row in queries.enable_staff(change.connection, id=staff_id)]
            await change.enter([Content(Administered.STAFF, each, GONE) for each in enabled or [staff_id]])

    async def disabled(self) -> list[DisabledStaff]:
        """Who may not act any more, by id."""
        rows = queries.disabled_staff_seen(self._pool)
        return [DisabledStaff(row["id"], row["disabled_at"], row["disabled_by"], row["seen"]) async for row in rows]

    async def was_seen(self, staff_id: str) -> bool:
        """Whether the access record has an entry of this id, in any case: a look, an act or a refusal."""
        return bool(await queries.was_seen(self._pool, id=staff_id))
