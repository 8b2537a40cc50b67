"""Follows Temporal's API key, a token, where it is kept: it may end before the process does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile

from settings.side_tasks import side_task

_log = structlog.get_logger()

_EVERY_SECONDS: Final = 30.0
"""A file of a Secret is exchanged within a minute or two; issue a token so much before the last one ends."""


@asynccontextmanager
async def following_api_key(client: Client, *, every_seconds: float = _EVERY_SECONDS) -> AsyncIterator[None]:
    """As long as the context lasts, gives the client the API key of Temporal's configuration whenever it is another.

    A client without a key, such as one of the embedded environment, stays so; one whose configuration cannot be read,
    or has no key any more, keeps the last.
    """
    if client.api_key is None:
        yield
        return
    async with side_task(_follow(client, every_seconds)):
        yield


async def _follow(client: Client, every_seconds: float) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        try:
            api_key = ClientConfigProfile.load().api_key
            if api_key and api_key != client.api_key:
                client.api_key = api_key
                _log.info("temporal_api_key_exchanged")
        except (OSError, RuntimeError, ValueError, TypeError) as trouble:  # its text may hold the key
            _log.warning("temporal_api_key_unreadable", reason=type(trouble).__name__)
