"""Takes turns: what would queue up in a registration's history queues up here instead."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Final
from weakref import WeakValueDictionary

from registration.dependencies import Dependency
from registration.errors import Unavailable

_WITHIN_SECONDS: Final = 10
"""A turn takes some 50 ms; a longer wait means that those before get no answer."""


class KeyedTurns:
    """So many turns at once for each key, in the order of asking; in this process."""

    def __init__(self, at_once: int, queue: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
        """Nobody has a turn. `queue` is around the wait for one."""
        self._at_once = at_once
        self._queue = queue
        self._semaphores: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """Has a turn of a key. Raises `Unavailable` after 10 seconds without one."""
        semaphore = self._semaphores.setdefault(key, asyncio.Semaphore(self._at_once))
        try:
            with self._queue():
                async with asyncio.timeout(_WITHIN_SECONDS):
                    await semaphore.acquire()
        except TimeoutError:
            raise Unavailable(Dependency.WORKER) from None
        try:
            yield
        finally:
            semaphore.release()
