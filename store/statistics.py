"""Counts over the whole store."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from registration.statistics import RegistrationCount
from registration.statuses import Channel, Status
from store.database import queries

if TYPE_CHECKING:
    import asyncpg

_COUNTED_WITHIN_SECONDS: Final = 600
"""Ten million registrations are read whole; no other query takes so long."""


class StatisticsStore:
    """Reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    async def counts(self, since: datetime | None, until: datetime | None) -> tuple[RegistrationCount, ...]:
        """Registrations submitted in a span (UTC), by month, channel, office and status."""
        rows = await self._all(queries.count_registrations, since, until)
        return tuple(
            RegistrationCount(
                row["month"], Channel(row["channel"]), row["office"], Status(row["status"]), row["registrations"]
            )
            for row in rows
        )

    async def median_to_activation(self, since: datetime | None, until: datetime | None) -> float | None:
        """Seconds from opening to the first redeemed code; `None` where no code was redeemed."""
        (row,) = await self._all(queries.median_to_activation, since, until)
        return row[0].total_seconds() if row[0] else None

    async def undelivered(self, since: datetime | None, until: datetime | None) -> dict[str, int]:
        """Letters that did not arrive, by kind; `?` where an event does not name it."""
        rows = await self._all(queries.count_undelivered, since, until)
        return {row["kind"]: row["letters"] for row in rows}

    async def undelivered_between(self, since: datetime, until: datetime) -> int:
        """How many letters were given up in a span (UTC)."""
        return int(await queries.count_undelivered_between(self._pool, since=since, until=until))

    async def by_status(self) -> Mapping[Status, int]:
        """How many registrations have which status now."""
        rows = await self._all(queries.count_by_status)
        return dict.fromkeys(Status, 0) | {Status(row["status"]): row["registrations"] for row in rows}

    async def _all(self, query: Any, *span: datetime | None) -> "list[asyncpg.Record]":  # noqa: ANN401  aiosql's
        return await self._pool.fetch(query.sql, *span, timeout=_COUNTED_WITHIN_SECONDS)
