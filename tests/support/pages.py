"""The pages over real HTTP on the session's world."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from starter.dev.installation import World
from starter.pages.server import running_pages
from starter.serving.connections import Bounds
from tests.support.api import ANSWER_SECONDS, LOCALHOST

PORTAL = "http://127.0.0.1:8080"


@asynccontextmanager
async def pages_on(world: World, bounds: Bounds | None = None, **changes: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of pages of their own on a world's servers, on a free port; `changes` are of the settings."""
    settings = world.settings.model_copy(update={"portal_url": PORTAL, **changes})
    async with (
        running_pages(settings, world.engine, LOCALHOST, bounds) as url,
        httpx.AsyncClient(base_url=url, timeout=ANSWER_SECONDS) as http,
    ):
        yield http
