"""Every page in every state: accessible, and nothing of it is beyond the edge of a narrow screen."""

from dataclasses import replace

import pytest

from tests.support.accessibility import assert_accessible
from tests.support.browsing import ENGLISH, HUNGARIAN, Person, Version
from tests.support.desk_states import DESK_STATES
from tests.support.page_states import STATES, PageState
from tests.support.site import RunningSite
from tests.support.staff_states import STAFF_STATES

FOR_STAFF = {**STAFF_STATES, **DESK_STATES}
NARROW = replace(ENGLISH, width=320)
"""The width of WCAG 2.2, 1.4.10."""


async def page_width(person: Person) -> int:
    """In pixels, with what is beyond the edge."""
    return int(await person.page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("seen", [HUNGARIAN, NARROW], ids=lambda version: version.name)
@pytest.mark.parametrize("name", STATES)
async def test_a_page_is_accessible_and_fits_the_screen(site: RunningSite, seen: Version, name: str) -> None:
    async with site.person(seen) as person:
        await _is_accessible_and_fits(person, site, STATES[name])


@pytest.mark.parametrize("seen", [HUNGARIAN, NARROW], ids=lambda version: version.name)
@pytest.mark.parametrize("name", FOR_STAFF)
async def test_a_page_for_staff_is_too(staff_site: RunningSite, seen: Version, name: str) -> None:
    async with staff_site.person(seen) as person:
        await _is_accessible_and_fits(person, staff_site, FOR_STAFF[name])


async def _is_accessible_and_fits(person: Person, site: RunningSite, state: PageState) -> None:
    await state.reach(person, site)
    assert await person.page.locator("html").get_attribute("lang") == person.version.language
    assert await person.page.get_by_role("heading", level=1).count() == 1
    assert await page_width(person) <= person.version.width
    await assert_accessible(person)
    await person.page.set_viewport_size({"width": NARROW.width, "height": NARROW.height})
    await person.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page_width(person) <= NARROW.width, "with text of twice the size"
