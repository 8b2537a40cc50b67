"""A portal backend: an API in a process of its own, and a hand on it that costs little beside what is measured."""

import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import psutil

from bench.system import System
from starter.dev.child import Child
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.tokens import token


@dataclass(frozen=True)
class Portal:
    """Sends JSON with a portal's token."""

    process: psutil.Process
    session: aiohttp.ClientSession

    async def post(self, path: str, body: Mapping[str, Any], *, expected: int) -> Any:  # noqa: ANN401  any JSON
        """The JSON of an answer that must have this status."""
        async with self.session.post(path, json=body) as answer:
            content = await answer.json(content_type=None)
            if answer.status != expected:
                raise AssertionError(content)
            return content

    def cpu_seconds(self) -> float:
        """Processor time that the API has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def event_loop_seconds(self) -> float:
        """Of it that of the thread with the event loop, the main one: hashes are computed in others."""
        [times] = [each for each in self.process.threads() if each.id == self.process.pid]
        return float(times.user_time + times.system_time)


@asynccontextmanager
async def running_portal(system: System, *, hashing_threads: int, most: int) -> AsyncIterator[Portal]:
    """An API on the system's servers, as `ugyfelkapu api` runs it, and up to `most` connections to it."""
    [port] = free_ports(1)
    world, url = system.world, f"http://{LOOPBACK}:{port}"
    variables = world.addresses.variables(world.folder) | {"UGYFELKAPU_HASHING_THREADS": str(hashing_threads)}
    child = Child(
        name="The API",
        command=(sys.executable, "-m", "starter.cli", "api", "--port", str(port)),
        environment={"PYTHONPATH": ":".join(sys.path), **variables},
        log=world.folder / "api.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
    )
    headers = {"Authorization": f"Bearer {token(world.folder, 'portal', caller='portal-1')}"}
    connector = aiohttp.TCPConnector(limit=most)
    async with aiohttp.ClientSession(url, headers=headers, connector=connector) as session:

        async def answers() -> bool:
            try:
                async with session.get("/readyz") as answer:
                    return answer.ok
            except aiohttp.ClientError:
                return False

        await child.start(answers)
        try:
            yield Portal(psutil.Process(child.pid), session)
        finally:
            await child.stop()
