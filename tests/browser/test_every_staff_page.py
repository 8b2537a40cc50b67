"""Every page for staff in every state: accessible, and nothing of it is beyond the edge of a narrow screen."""

import pytest

from tests.support.accessibility import CHECKED, assert_accessible_and_fits
from tests.support.browsing import Version
from tests.support.desk_states import DESK_STATES
from tests.support.site import RunningSite
from tests.support.staff_states import STAFF_STATES

STATES = {**STAFF_STATES, **DESK_STATES}


@pytest.mark.parametrize("seen", CHECKED, ids=lambda version: version.name)
@pytest.mark.parametrize("name", STATES)
async def test_a_page_is_accessible_and_fits_the_screen(staff_site: RunningSite, seen: Version, name: str) -> None:
    async with staff_site.person(seen) as person:
        await STATES[name].reach(person, staff_site)
        await assert_accessible_and_fits(person)
