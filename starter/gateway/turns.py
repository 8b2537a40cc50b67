"""Takes turns: what would queue up in a registration's history queues up here instead."""

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """One lock for each key, for as long as somebody holds or awaits it."""

    def __init__(self) -> None:
        """No locks yet."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        """The lock of a key."""
        return self._locks.setdefault(key, asyncio.Lock())
