"""Workers in processes of their own, as `ugyfelkapu worker` runs them."""

import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from bench.system import System
from starter.dev.child import Child


@asynccontextmanager
async def running_worker(system: System, number: int = 0) -> AsyncIterator[psutil.Process]:
    """The worker `number` of a system without one; it works once this is entered, and has ended afterwards."""
    world = system.world
    child = Child(
        name="The worker",
        command=(sys.executable, "-m", "starter.cli", "worker"),
        environment={"PYTHONPATH": ":".join(sys.path), **world.addresses.variables(world.folder)},
        log=world.folder / f"worker-{number}.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
    )
    before = await _announced(system)

    async def works() -> bool:
        return await _announced(system) > before

    await child.start(works)
    try:
        yield psutil.Process(child.pid)
    finally:
        await child.stop()


async def _announced(system: System) -> int:
    [found] = await system.world.sql("select count(*) from processes where kind = 'worker'")
    return int(found[0])
