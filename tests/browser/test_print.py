"""What leaves the desk on paper: the receipt, and forms to be signed. One sheet each, and nothing of the screen."""

import re
from typing import Final

import pytest

from tests.support.browsing import Version
from tests.support.desk_states import DESK_STATES
from tests.support.site import RunningSite

PRINTED: Final = ("desk-receipt", "desk-data", "desk-act", "desk-register")
PAGES: Final = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.mark.parametrize("name", PRINTED)
async def test_a_page_of_the_desk_is_printed_on_one_sheet(staff_site: RunningSite, version: Version, name: str) -> None:
    """Without buttons and ways elsewhere, dark on white, whatever the screen is like."""
    async with staff_site.person(version) as clerk:
        await DESK_STATES[name].reach(clerk, staff_site)
        sheets = PAGES.findall(await clerk.page.pdf(format="A4", prefer_css_page_size=True))
        assert len(sheets) == 1
        await clerk.page.emulate_media(media="print")
        for gone in ("button", "nav", "a.back"):
            for each in await clerk.page.locator(gone).all():
                assert not await each.is_visible(), gone
        ink = await clerk.page.locator("h1").evaluate("it => getComputedStyle(it).color")
        assert ink == "rgb(0, 0, 0)"
        ring = await clerk.page.locator(":focus").evaluate("it => getComputedStyle(it).outlineWidth")
        assert ring == "0px"


async def test_the_receipt_is_the_client_gate_s_and_is_signed(staff_site: RunningSite, version: Version) -> None:
    """Not that of the site for staff."""
    async with staff_site.person(version) as clerk:
        await DESK_STATES["desk-receipt"].reach(clerk, staff_site)
        await clerk.page.emulate_media(media="print")
        printed = (await clerk.page.locator("body").inner_text()).split("\n")
        assert clerk.words("Client gate") in printed
        assert clerk.words("Client gate for staff") not in printed
        assert clerk.words("Clerk's signature, stamp") in printed
