"""Pages that believe X-Forwarded-For, so that each visitor has limits of their own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from starter.dev.installation import World
from tests.support.pages import pages_on
from tests.support.site import TRUSTED_PROXIES
from tests.support.visitors import Visitor, visitor


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def url(world: World) -> AsyncIterator[str]:
    """The address of running pages; citizens know them by `PORTAL`."""
    async with pages_on(world, trusted_proxies=TRUSTED_PROXIES) as http:
        yield str(http.base_url)


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(url: str) -> AsyncIterator[Visitor]:
    """A visitor."""
    async with visitor(url) as found:
        yield found
