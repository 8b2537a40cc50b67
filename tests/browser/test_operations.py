"""An operator at night, and an extension of many accounts by two people, in a browser."""

from collections.abc import AsyncIterator
from typing import Final

import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from registration.extensions import ExtensionState
from starter.dev.standing import standing_accounts
from starter.translation import translated
from tests.support.browsing import WAIT_SECONDS, Person, Version
from tests.support.servers import SharedServers
from tests.support.site import RunningSite
from tests.support.staff import running_staff_site
from tests.support.staff_browsing import sign_in
from tests.workflows.lives import choosy_world

ACCOUNTS: Final = 90
"""At one a second, longer than anybody waits for the page to move."""
PASSED_MS: Final = 3 * WAIT_SECONDS * 1000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_site(shared: SharedServers, browser: Browser) -> AsyncIterator[RunningSite]:
    """An installation of its own: an extension is for all accounts that there are."""
    async with choosy_world(shared) as (world, _), running_staff_site(world, browser) as site:
        await standing_accounts(world, ACCOUNTS)
        yield site


async def test_an_operator_opens_the_page_of_the_night(staff_person: Person) -> None:
    person = staff_person
    await sign_in(person, "operator-1")
    await person.follow("Health of the system")
    assert await person.heading() == person.words("Health of the system")
    await person.follow("Look again")
    assert await person.heading() == person.words("Health of the system")


async def test_two_people_extend_many_accounts_and_see_them_move(own_site: RunningSite, version: Version) -> None:
    async with own_site.person(version) as operator, own_site.person(version) as supervisor:
        await sign_in(operator, "operator-1")
        await operator.follow("Bulk extensions")
        await operator.follow("New extension")
        await operator.fill({"Passwords that expire before": "2031-01-01", "Days": "30"})
        await operator.press("Count")
        assert str(ACCOUNTS) in await operator.text()
        await operator.press("Ask for this extension")
        assert operator.words("Someone else has to approve it: another operator, or a supervisor.") in (
            await operator.text()
        )
        await sign_in(supervisor, "supervisor-1")
        await supervisor.open(operator.page.url.removeprefix(operator.origin))
        await supervisor.press("Approve")
        await operator.page.reload()
        await operator.fill({"Registrations a second": "0"})
        await operator.press("Start")
        assert set(await operator.errors()) == {"rate"}
        await operator.fill({"Registrations a second": "1"})
        await operator.press("Start")
        await _moves(operator)
        await operator.press("Pause")
        assert _state(operator, ExtensionState.PAUSED) in await _facts(operator).inner_text()
        await operator.fill({"Registrations a second": "500"})
        await operator.press("Resume")
        done = _state(operator, ExtensionState.DONE)
        if version.scripts:
            await expect(_facts(operator)).to_contain_text(done, timeout=PASSED_MS)
        else:
            while done not in await _facts(operator).inner_text():
                await operator.page.reload()
        assert await operator.page.get_by_role("link", name=operator.words("Report of every account (CSV)")).count()


async def _moves(operator: Person) -> None:
    """Waits until some accounts are extended, and not all: with scripts the page says so without being loaded again."""
    bar = operator.page.locator(f"progress:not([value='0']):not([value='{ACCOUNTS}'])")
    if operator.version.scripts:
        await operator.page.evaluate("window.isTheSame = true")
        await expect(bar).to_have_count(1, timeout=PASSED_MS)
        assert await operator.page.evaluate("window.isTheSame")
    else:
        while not await bar.count():
            await operator.page.reload()


def _facts(person: Person) -> Locator:
    return person.page.locator(".facts").first


def _state(person: Person, state: ExtensionState) -> str:
    return translated(state, person.version.language)
