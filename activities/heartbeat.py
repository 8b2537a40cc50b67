"""Heartbeats while an activity waits for another system."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity


@asynccontextmanager
async def heartbeating(interval: timedelta) -> AsyncIterator[None]:
    """Heartbeats three times within each `interval` as long as the context lasts; not at all where it ends sooner."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(interval.total_seconds() / 3)
            activity.heartbeat()

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
