"""The page that an operator opens first at night, while a server neither answers nor refuses."""

from collections.abc import AsyncIterator
from typing import Final

import pytest_asyncio
from playwright.async_api import Browser

from registration.system_health import HealthCheckName
from starter.gateway.operations import system_checks_of
from starter.translation import translated
from tests.support.browsing import Person, Version
from tests.support.frozen import frozen
from tests.support.installation import Installation, installation
from tests.support.site import RunningSite
from tests.support.staff import running_staff_site
from tests.support.staff_browsing import sign_in

PAGE: Final = "Health of the system"
NOT_OF_TEMPORAL: Final = {HealthCheckName.UNDELIVERED_LETTERS, HealthCheckName.CHECKPOINT}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own(browser: Browser) -> AsyncIterator[tuple[Installation, RunningSite]]:
    """Servers that these tests may freeze."""
    async with installation() as (servers, world), running_staff_site(world, browser) as site:
        yield servers, site


async def unknown(person: Person) -> list[str]:
    """What the tiles that are unknown say."""
    return await person.page.locator(".cards .unknown").all_text_contents()


async def test_with_temporal_silent_each_tile_that_asks_it_is_unknown_since_a_time(
    own: tuple[Installation, RunningSite], version: Version
) -> None:
    """The others are known; afterwards all of them are."""
    servers, site = own
    async with site.person(version) as operator:
        await sign_in(operator, "operator-1")
        await operator.follow(PAGE)
        assert await unknown(operator) == []
        with frozen(servers.temporal.pid):
            await operator.follow("Look again")
            assert await operator.heading() == operator.words(PAGE)
            tiles = await unknown(operator)
            since = operator.words("Unknown since {when}", when="|").split("|")[0]
            for check in system_checks_of(site.world.engine).all:
                label = translated(check, version.language)
                assert any(label in tile and since in tile for tile in tiles) is (check not in NOT_OF_TEMPORAL), check
        while await unknown(operator):
            await operator.follow("Look again")


async def test_with_postgresql_silent_a_page_says_that_the_service_does_not_answer(
    own: tuple[Installation, RunningSite], version: Version
) -> None:
    """Who is signed in is known there alone; nobody is signed out by that."""
    servers, site = own
    async with site.person(version) as operator:
        await sign_in(operator, "operator-1")
        with frozen(servers.postgres.pid):
            answer = await operator.open("/uzemeltetes/allapot")
            assert answer.status == 503
            assert await operator.heading() == operator.words("The service does not answer at the moment")
        while await operator.heading() != operator.words(PAGE):
            await operator.open("/uzemeltetes/allapot")
