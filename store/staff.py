"""Staff who may not act any more; whoever is not listed may."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from registration.errors import StaffDisabled
from store.database import queries, retried

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True)
class Standing:
    """Whether somebody may act: `office_open` is that of the office that is acted for, `False` where none is known."""

    disabled: bool
    office_open: bool


@dataclass(frozen=True)
class DisabledStaff:
    """Who may not act any more, since when (UTC), and which operator said so."""

    id: str
    disabled_at: datetime
    disabled_by: str


class StaffStore:
    """Writes and reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    async def standing(self, staff_id: str, office: str | None) -> Standing:
        """Whether somebody may act for an office, in one round trip."""
        row = await queries.find_standing(self._pool, id=staff_id, office=office)
        return Standing(row["disabled"], row["office_open"])

    @retried
    async def disable(self, staff_id: str, operator: str, now: datetime) -> None:
        """Disables somebody; who is disabled stays so since then. Raises `StaffDisabled` where the operator is.

        One after the other: of two operators who disable each other at once, one remains.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await queries.lock_disabled_staff(connection)
            if (await queries.find_standing(connection, id=operator, office=None))["disabled"]:
                raise StaffDisabled
            await queries.disable_staff(connection, id=staff_id, now=now, operator=operator)

    async def enable(self, staff_id: str) -> None:
        """Lets somebody act again."""
        await queries.enable_staff(self._pool, id=staff_id)

    async def disabled(self) -> list[DisabledStaff]:
        """Who may not act any more, by id."""
        rows = queries.every_disabled_staff(self._pool)
        return [DisabledStaff(row["id"], row["disabled_at"], row["disabled_by"]) async for row in rows]
