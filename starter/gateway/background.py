"""Work without an answer to the client: the answer, or its time, would show what must stay hidden."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from registration.errors import UgyfelkapuError

_log = structlog.get_logger()

_AT_ONCE: Final = 100
"""More are dropped: a task is one letter, and each address may ask for one a minute."""

_LAST_SECONDS: Final = 30
"""Longer than an update of Temporal is waited for."""


class BackgroundTasks:
    """The tasks under way in a process."""

    def __init__(self) -> None:
        """None yet."""
        self._under_way: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Begins a task; what it is refused with is its end, and a line in the log."""
        if len(self._under_way) >= _AT_ONCE:
            work.close()
            _log.warning("background_task_dropped")
            return
        task = asyncio.get_running_loop().create_task(_to_its_end(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Waits for those under way, as long as one may take; ends the rest."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=_LAST_SECONDS)
            for task in late:
                task.cancel()


async def _to_its_end(work: Coroutine[Any, Any, object]) -> None:
    try:
        await work
    except UgyfelkapuError as refusal:
        _log.info("background_task_refused", refusal=type(refusal).__name__)
    except Exception as failure:  # noqa: BLE001  there is no caller to raise it to
        _log.error("background_task_failed", failure=type(failure).__name__)
