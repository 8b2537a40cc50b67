"""What a process does by itself beside its work, such as looking again and again."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def side_task(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `work` as long as the context lasts; it has ended when the context has.

    Raises at the end what `work` has raised. A `TaskGroup` would wrap what the context itself raises in a group.
    """
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})  # unlike `await task`, it passes on a cancellation that is our own
        if not task.cancelled():
            task.result()
