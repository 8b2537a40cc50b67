"""Work that nobody waits for: its answer, or how long it takes, would tell what must not be told."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from registration.errors import UgyfelkapuError

_log = structlog.get_logger()

_AT_ONCE: Final = 100
"""Whoever causes more is not helped: an errand is one letter, and each address may ask for one a minute."""

_LAST_SECONDS: Final = 30
"""Longer than an update of Temporal is waited for."""


class Errands:
    """The errands under way in a process."""

    def __init__(self) -> None:
        """None yet."""
        self._under_way: set[asyncio.Task[None]] = set()

    def run(self, errand: Coroutine[Any, Any, object]) -> None:
        """Begins an errand; what it is refused with is its end, and a line in the log."""
        if len(self._under_way) >= _AT_ONCE:
            errand.close()
            _log.warning("errand_dropped")
            return
        task = asyncio.get_running_loop().create_task(_to_its_end(errand))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Waits for those under way, as long as one may take; ends the rest."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=_LAST_SECONDS)
            for task in late:
                task.cancel()


async def _to_its_end(errand: Coroutine[Any, Any, object]) -> None:
    try:
        await errand
    except UgyfelkapuError as refusal:
        _log.info("errand_refused", refusal=type(refusal).__name__)
    except Exception as failure:  # noqa: BLE001  nobody else hears of it
        _log.error("errand_failed", failure=type(failure).__name__)
