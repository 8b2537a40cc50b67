"""The measured system: as the floor, all in one process and with Temporal's histories in memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from bench.inbox import MemoryPost
from starter.dev.environment import embedded_servers
from starter.dev.inbox import Inbox
from starter.dev.installation import World, private_folder, world_on

_QUIET_SECONDS: Final = 1.0
_SETTLES_WITHIN_SECONDS: Final = 60


@dataclass(frozen=True)
class System:
    """A whole installation, and the letters that it sent."""

    world: World
    post: MemoryPost

    async def settled(self) -> None:
        """Waits until no letter has come for a moment: what one measurement began must not slow the next."""
        async with asyncio.timeout(_SETTLES_WITHIN_SECONDS):
            before = -1
            while before != self.post.count:
                before = self.post.count
                await asyncio.sleep(_QUIET_SECONDS)


@asynccontextmanager
async def running_system(
    *, with_worker: bool = True, persistent: bool = False, postgres: Mapping[str, str] = {}
) -> AsyncIterator[System]:
    """Servers on loopback with their data in a folder of their own; nothing is left of them afterwards.

    Not `persistent`, Temporal keeps its histories in memory. `postgres` are settings of the server.
    """
    post = MemoryPost()
    with private_folder() as folder:
        inbox = Inbox(folder / "unused", handler=post)
        inbox.start()
        try:
            async with (
                embedded_servers(folder, ui=False, persistent=persistent, postgres=postgres) as addresses,
                world_on(replace(addresses, smtp=inbox.url), folder, with_worker=with_worker) as world,
            ):
                yield System(world, post)
        finally:
            inbox.stop()
