"""How far the clock of this machine is from that of the database, without what the question itself took."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from settings.start_problems import CannotStart, StartProblem
from store.database import queries

if TYPE_CHECKING:
    import asyncpg

MOST_SECONDS: Final = 60
"""Beyond it times of different machines contradict each other: verification allows 5 minutes of skew."""


def difference(before: float, database: datetime, after: float) -> float:
    """Seconds by which this machine is ahead for certain; negative: behind.

    The database read its clock at some time between `before` and `after`: a slow answer is no difference.
    """
    asked = database.timestamp()
    if asked < before:
        return before - asked
    return min(0.0, after - asked)


async def check_clock(
    connection: "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]",
    clock: Callable[[], float] = time.time,
) -> None:
    """Raises `CannotStart` where the clocks differ by more than 60 seconds."""
    before = clock()
    database: datetime = await queries.read_clock(connection)
    seconds = difference(before, database, clock())
    if abs(seconds) > MOST_SECONDS:
        raise CannotStart(StartProblem.CLOCKS_DIFFER, seconds=f"{seconds:+.0f}", most=str(MOST_SECONDS))
