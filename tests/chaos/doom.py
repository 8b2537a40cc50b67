"""Processes that die at the moments that a test names: what starts it, and what it reads."""

import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from starter.dev.child import Child
from tests.support.installation import Installation, eventually

PLAN: Final = "DOOM_PLAN"
"""JSON: how many calls are held at each moment, by `activity:before`, `activity:after` and `letter:handed over`; the
first so many calls by `activity:spared` are not."""

VICTIMS: Final = "DOOM_VICTIMS"
"""JSON: the process ids that are killed just before the worker itself."""

READY: Final = "DOOM_READY"
"""The file that the process makes once it works."""

_ROOT: Final = Path(__file__).parents[2]


class DoomedProcess:
    """A process that kills itself once as many calls are held as its plan says."""

    def __init__(self, child: Child) -> None:
        """Runs already."""
        self._child = child

    def is_alive(self) -> bool:
        """Whether it has not died yet."""
        try:
            return bool(self._child.pid)
        except RuntimeError:
            return False

    async def died(self, *, within_seconds: float = 30) -> None:
        """Waits for its death. Raises `TimeoutError`."""

        async def is_dead() -> bool:
            return not self.is_alive()

        await eventually(is_dead, within_seconds=within_seconds)


@asynccontextmanager
async def doomed_worker(
    on: Installation, plan: Mapping[str, int], *, victims: tuple[int, ...] = ()
) -> AsyncIterator[DoomedProcess]:
    """A worker in a process of its own, killed at the end at the latest."""
    working = on.folder / "doomed.ready"
    working.unlink(missing_ok=True)
    child = Child(
        name="The doomed worker",
        command=(sys.executable, "-m", "tests.chaos.doomed_worker"),
        environment={
            **on.environment(),
            "PYTHONPATH": str(_ROOT),
            PLAN: json.dumps(dict(plan)),
            VICTIMS: json.dumps(victims),
            READY: str(working),
        },
        log=on.folder / "doomed.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
    )

    async def works() -> bool:
        return working.exists()

    await child.start(works)
    try:
        yield DoomedProcess(child)
    finally:
        await child.kill()


@asynccontextmanager
async def healthy_worker(on: Installation) -> AsyncIterator[None]:
    """A worker in a process of its own: what a busy test does in its event loop does not hold it up."""
    async with doomed_worker(on, {}) as worker:
        yield
        assert worker.is_alive()
