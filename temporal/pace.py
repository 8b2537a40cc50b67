"""Spaces acts evenly in time."""

import asyncio


class Pace:
    """At most `rate` turns a second; without a rate every turn comes at once."""

    def __init__(self, rate: float | None) -> None:
        """The first turn comes at once."""
        self._interval = 1 / rate if rate else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        """Waits for the next turn."""
        now = asyncio.get_running_loop().time()
        begins = max(now, self._next)
        self._next = begins + self._interval
        await asyncio.sleep(begins - now)
