"""One worker looks at the whole installation again and again, and shows in its metrics what it has found."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import structlog

from registration.system_health import HealthCheck, HealthCheckName, HealthState
from settings.metrics import (
    ARCHIVED_UNTIL,
    DEGRADED,
    DISAGREEMENTS,
    LAST_CHECKPOINT,
    LAST_LOOK,
    LAST_RECONCILIATION,
    OVERDUE_DEADLINES,
    REGISTRATIONS,
    UNDELIVERED_LETTERS,
    Metric,
    Metrics,
)
from settings.side_tasks import side_task
from store.processes import Processes
from store.statistics import StatisticsStore
from temporal.health_board import HealthBoard
from temporal.system_health import SystemHealthChecks

_log = structlog.get_logger()

LOOKS_EVERY_SECONDS: Final = 60

_COUNTING_SHARE: Final = 60
"""Ten million registrations are read whole to count them: that takes a 60th of the time at most."""

_COUNTED: Final[Mapping[HealthCheckName, Metric]] = {
    HealthCheckName.DISAGREEMENTS: DISAGREEMENTS,
    HealthCheckName.OVERDUE_DEADLINES: OVERDUE_DEADLINES,
    HealthCheckName.UNDELIVERED_LETTERS: UNDELIVERED_LETTERS,
}
_TIMED: Final[Mapping[HealthCheckName, Metric]] = {
    HealthCheckName.RECONCILIATION: LAST_RECONCILIATION,
    HealthCheckName.CHECKPOINT: LAST_CHECKPOINT,
    HealthCheckName.ARCHIVE: ARCHIVED_UNTIL,
}
_DEGRADED: Final = {HealthState.ALERT: 1.0, HealthState.UNKNOWN: math.nan}


@asynccontextmanager
async def watching_installation(
    checks: SystemHealthChecks, statistics: StatisticsStore, process: Processes, metrics: Metrics
) -> AsyncIterator[None]:
    """Looks every minute, as long as the context lasts, while no process of this kind has run longer."""
    board = HealthBoard(datetime.now(UTC))

    async def look() -> None:
        is_first = await process.is_first()
        looks = checks.but_queues
        found = await board.look(looks) if is_first else ()
        _show(dict.fromkeys(looks) | {check.check: check for check in found}, metrics)
        metrics.set(LAST_LOOK, time.time() if is_first else math.nan)

    async def count() -> None:
        counts = await statistics.by_status() if await process.is_first() else {}
        metrics.forget(REGISTRATIONS)
        for status, number in counts.items():
            metrics.set(REGISTRATIONS, number, status)

    try:
        async with side_task(_again_and_again(look)), side_task(_again_and_again(count)):
            yield
    finally:
        board.close()


async def _again_and_again(step: Callable[[], Awaitable[None]]) -> None:
    while True:
        began = time.monotonic()
        try:
            await step()
        except Exception as failure:  # noqa: BLE001  such as a database that is away: the next look may be answered
            _log.warning("not_looked", error=type(failure).__name__)
        took = time.monotonic() - began
        await asyncio.sleep(max(LOOKS_EVERY_SECONDS, _COUNTING_SHARE * took))


def _show(found: Mapping[HealthCheckName, HealthCheck | None], metrics: Metrics) -> None:
    """What was found; what was not looked for is not known."""
    for name, check in found.items():
        metrics.set(DEGRADED, _DEGRADED.get(check.state, 0.0) if check else math.nan, name)
    for name, metric in _COUNTED.items():
        check = found[name]
        metrics.set(metric, math.nan if check is None or check.count is None else check.count)
    for name, metric in _TIMED.items():
        check = found[name]
        metrics.set(metric, math.nan if check is None or check.at is None else check.at.timestamp())
