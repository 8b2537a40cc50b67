"""How fast acts follow each other, and how many are under way at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")
_Outcome = TypeVar("_Outcome")


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


async def of_each(
    items: Iterable[_Item], act: Callable[[_Item], Awaitable[_Outcome]], *, at_once: int
) -> list[_Outcome]:
    """The outcomes, in order, of acting on each item, on at most `at_once` of them at the same time.

    The first failure cancels what is still under way, and is raised.
    """
    places = asyncio.Semaphore(at_once)

    async def one(item: _Item) -> _Outcome:
        async with places:
            return await act(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
