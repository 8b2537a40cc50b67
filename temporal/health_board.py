"""Checks that run side by side and have two seconds; what was last known of each, in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

import structlog
from temporalio.service import RPCError

from registration.errors import Unavailable
from registration.system_health import HealthCheck, HealthCheckName, unknown
from store.database import DATABASE_FAILURES, passes
from temporal.client import is_unreachable

_log = structlog.get_logger()

WAITS_SECONDS: Final = 2
"""An operator at night waits no longer for what works because of what does not."""

Look = Callable[[], Awaitable[HealthCheck]]


class HealthBoard:
    """One for each process. A check that is still under way is waited for by the next look, and not begun again."""

    def __init__(self, began_at: datetime) -> None:
        """Nothing is known yet."""
        self._began_at = began_at
        self._known_at: dict[HealthCheckName, datetime] = {}
        self._under_way: dict[HealthCheckName, asyncio.Task[HealthCheck | None]] = {}

    async def look(
        self, looks: Mapping[HealthCheckName, Look], *, within_seconds: float = WAITS_SECONDS
    ) -> tuple[HealthCheck, ...]:
        """All checks, in order; one that fails or is not done in time is unknown since it was last known."""
        tasks = {name: self._under_way.get(name) or self._begin(name, look) for name, look in looks.items()}
        await asyncio.wait(tasks.values(), timeout=within_seconds)
        return tuple(
            (task.result() if task.done() else None) or unknown(name, self._known_at.get(name, self._began_at))
            for name, task in tasks.items()
        )

    def close(self) -> None:
        """Ends what is under way."""
        for task in self._under_way.values():
            task.cancel()

    def _begin(self, name: HealthCheckName, look: Look) -> asyncio.Task[HealthCheck | None]:
        task = asyncio.get_running_loop().create_task(self._known(name, look))
        self._under_way[name] = task
        task.add_done_callback(lambda _: self._under_way.pop(name))
        return task

    async def _known(self, name: HealthCheckName, look: Look) -> HealthCheck | None:
        try:
            found = await look()
        except Exception as failure:  # noqa: BLE001  one check that fails must not take the page from the others
            if not _is_expected(failure):
                _log.error("health_check_failed", check=name, failure=type(failure).__name__)
            return None
        self._known_at[name] = found.known_at
        return found


def _is_expected(failure: Exception) -> bool:
    """Whether a server is away."""
    if isinstance(failure, RuntimeError):
        return is_unreachable(failure)
    return isinstance(failure, RPCError | Unavailable) or (isinstance(failure, DATABASE_FAILURES) and passes(failure))
