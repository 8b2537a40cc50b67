"""Takes turns: what would queue up in a registration's history queues up here instead."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from registration.dependencies import Dependency
from registration.errors import Unavailable
from starter.gateway.cancellation import queueing

_WITHIN_SECONDS: Final = 10
"""A turn takes some 50 ms; a longer wait means that the one before gets no answer."""


class KeyedLocks:
    """One lock for each key, for as long as it is held or awaited."""

    def __init__(self) -> None:
        """No locks yet."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """Holds the lock of a key. Raises `Unavailable`; a caller that has gone by then leaves."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            with queueing():
                async with asyncio.timeout(_WITHIN_SECONDS):
                    await lock.acquire()
        except TimeoutError:
            raise Unavailable(Dependency.WORKER) from None
        try:
            yield
        finally:
            lock.release()
