"""One browser and one process of pages for each process of tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from starter.dev.installation import World
from tests.support.browsing import VERSIONS, Person, Version, running_chromium
from tests.support.site import RunningSite, running_site
from tests.support.staff import running_staff_site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with running_chromium() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(world: World, browser: Browser) -> AsyncIterator[RunningSite]:
    """On the session's installation, whose registrations each have a clock of their own."""
    async with running_site(world, browser) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def staff_site(world: World, browser: Browser) -> AsyncIterator[RunningSite]:
    """The pages for staff on the same installation."""
    async with running_staff_site(world, browser) as running:
        yield running


@pytest.fixture(params=VERSIONS, ids=lambda version: version.name)
def version(request: pytest.FixtureRequest) -> Version:
    """Each journey is made in Hungarian without scripts and in English with them."""
    found: Version = request.param
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def person(site: RunningSite, version: Version) -> AsyncIterator[Person]:
    """Somebody with a browser, who has not opened the site yet."""
    async with site.person(version) as somebody:
        yield somebody


@pytest_asyncio.fixture(loop_scope="session")
async def staff_person(staff_site: RunningSite, version: Version) -> AsyncIterator[Person]:
    """Somebody at work, who has not opened the pages for staff yet."""
    async with staff_site.person(version) as somebody:
        yield somebody
