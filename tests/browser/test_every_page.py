"""Every page for citizens in every state: accessible, and nothing of it is beyond the edge of a narrow screen."""

import pytest

from tests.support.accessibility import CHECKED, assert_accessible_and_fits
from tests.support.browsing import Version
from tests.support.page_states import STATES
from tests.support.site import RunningSite


@pytest.mark.parametrize("seen", CHECKED, ids=lambda version: version.name)
@pytest.mark.parametrize("name", STATES)
async def test_a_page_is_accessible_and_fits_the_screen(site: RunningSite, seen: Version, name: str) -> None:
    async with site.person(seen) as person:
        await STATES[name].reach(person, site)
        await assert_accessible_and_fits(person)
