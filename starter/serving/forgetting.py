"""A process that serves people also removes what may be forgotten: any of them does, however many there are."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Final, Protocol

import structlog

from settings.side_tasks import side_task

_log = structlog.get_logger()

_EVERY_SECONDS: Final = 60


class Forgetful(Protocol):
    """What has rows of a limited life."""

    def forget_old(self) -> Awaitable[object]:
        """Removes those that are over."""
        ...


@asynccontextmanager
async def forgetting(*rows: Forgetful) -> AsyncIterator[None]:
    """Lets each forget once a minute, as long as the context lasts."""
    async with side_task(_forget(rows)):
        yield


async def _forget(all_rows: tuple[Forgetful, ...]) -> None:
    while True:
        for rows in all_rows:
            try:
                await rows.forget_old()
            except Exception as failure:  # noqa: BLE001  such as a database not yet prepared: the next turn may succeed
                _log.warning("old_rows_stay", rows=type(rows).__name__, error=type(failure).__name__)
        await asyncio.sleep(_EVERY_SECONDS)
