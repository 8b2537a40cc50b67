"""The measured system: as the peers, all in one process and with Temporal's histories in memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.distance import at_distance
from bench.inbox import MemoryPost
from starter.dev.environment import Addresses, embedded_servers
from starter.dev.inbox import Inbox
from starter.dev.installation import World, private_folder, world_on

_QUIET_SECONDS: Final = 1.0
_SETTLES_WITHIN_SECONDS: Final = 60
_IDLE_SECONDS: Final = 86_400
"""`work.py` of the peers never opens a connection again."""


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
    *,
    with_worker: bool = True,
    persistent: bool = False,
    postgres: Mapping[str, str] = {},
    delay_ms: float | None = None,
) -> AsyncIterator[System]:
    """Servers on loopback with their data in a folder of their own; nothing is left of them afterwards.

    Not `persistent`, Temporal keeps its histories in memory. `postgres` are settings of the server.
    With `delay_ms` all servers are so far away in each direction.
    """
    post = MemoryPost()
    with private_folder() as folder:
        inbox = Inbox(folder / "unused", handler=post, idle_seconds=_IDLE_SECONDS)
        inbox.start()
        try:
            async with (
                embedded_servers(folder, ui=False, persistent=persistent, postgres=postgres) as addresses,
                _away(replace(addresses, smtp=inbox.url), folder, delay_ms) as away,
                world_on(away, folder, with_worker=with_worker) as world,
            ):
                yield System(world, post)
        finally:
            inbox.stop()


def _away(addresses: Addresses, folder: Path, delay_ms: float | None) -> AbstractAsyncContextManager[Addresses]:
    return nullcontext(addresses) if delay_ms is None else at_distance(addresses, folder, delay_ms)
