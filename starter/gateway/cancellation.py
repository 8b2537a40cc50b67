"""What happens to an operation whose client hung up or whose caller gave up.

It leaves the queue that it waits in, if it waits in one; else it goes on to its end. Operations queue before they write
anything, so what has its first row written is always carried through, and what is not begun takes no place in a queue.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

_Outcome = TypeVar("_Outcome")

_FINISHED_WITHIN_SECONDS: Final = 5
"""When the process ends; what is still under way then is for reconciliation, as after a crash."""


class Waiting:
    """A client or caller that waits for the operations of one task."""

    def __init__(self) -> None:
        """Of the task that runs; it is in no queue yet."""
        self._task = asyncio.current_task()
        self._queues = 0
        self.is_over = False

    def leave(self) -> None:
        """The client or caller has gone."""
        self.is_over = True
        if self._queues and self._task:
            self._task.cancel()

    @contextmanager
    def in_queue(self) -> Iterator[None]:
        """As `queueing`."""
        if self.is_over:
            raise asyncio.CancelledError
        self._queues += 1
        try:
            yield
        finally:
            self._queues -= 1


_waiting: Final[ContextVar[Waiting | None]] = ContextVar("waiting", default=None)
_under_way: Final[set[asyncio.Task[Any]]] = set()
"""The event loop itself keeps no reference to a task (asyncio.create_task)."""


@contextmanager
def waited_for() -> Iterator[Waiting]:
    """Around the work for a client or caller; call `leave` of what this returns when that one has gone."""
    waiting = Waiting()
    token = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(token)


@contextmanager
def queueing() -> Iterator[None]:
    """To be around the wait for a place, and only where nothing has been written yet.

    Raises `CancelledError` there when the client or caller has gone.
    """
    waiting = _waiting.get()
    if waiting is None:
        yield
        return
    with waiting.in_queue():
        yield


async def carried_through(operation: Coroutine[Any, Any, _Outcome]) -> _Outcome:
    """The outcome of an operation, which goes on where this is cancelled, as by a time-out of the caller's own."""
    if _waiting.get() is not None:
        return await operation  # within another operation, or under a server that does the same for its clients
    served: asyncio.Future[Waiting] = asyncio.get_running_loop().create_future()

    async def begun() -> _Outcome:
        with waited_for() as waiting:
            served.set_result(waiting)
            return await operation

    task = asyncio.create_task(begun())
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if served.done():
            served.result().leave()
        else:
            task.cancel()
            operation.close()
        raise


async def finish_under_way() -> None:
    """Waits, at most 5 seconds, for operations whose callers have left."""
    own = [task for task in _under_way if task.get_loop() is asyncio.get_running_loop()]
    if own:
        await asyncio.wait(own, timeout=_FINISHED_WITHIN_SECONDS)
