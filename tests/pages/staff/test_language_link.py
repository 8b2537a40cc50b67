"""The link to the other language leads to what is shown, on pages for staff as on those for citizens."""

import re
from collections.abc import Mapping
from html import unescape

import httpx
import pytest

from tests.support.desk_pages import person_of, visit
from tests.support.staff import StaffPages, colleague
from tests.support.visitors import Visitor


async def in_the_other_language(somebody: Visitor, page: httpx.Response) -> httpx.Response:
    """Follows the link and the redirects that it leads to."""
    found = re.search(r'<a href="([^"]*)" lang="\w\w" hreflang', page.text)
    assert found
    answer = await somebody.get(unescape(found[1]))
    while answer.is_redirect:
        answer = await somebody.get(answer.headers["location"])
    return answer


@pytest.mark.parametrize(
    ("who", "path", "asked"),
    [
        ("auditor-1", "/ellenorzes/intezkedesek", {"office": "1051", "operation": "desk.close"}),
        ("auditor-1", "/ellenorzes/naplo", {"office": "1051", "day": "2026-11-01"}),
        ("operator-1", "/uzemeltetes/hivatalok/adatok", {"office": "1051"}),
    ],
)
async def test_a_list_and_a_form_stay_what_they_are(
    staff: StaffPages, who: str, path: str, asked: Mapping[str, str]
) -> None:
    async with colleague(staff.url, who) as somebody:
        page = await in_the_other_language(somebody, await somebody.get(path, params=asked))
        assert page.status_code == httpx.codes.OK
        assert page.url.path == path
        assert dict(page.url.params) == asked


async def test_a_refused_form_leads_to_the_page_above_it(staff: StaffPages) -> None:
    _, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await visit(clerk, user_name=filled["user_name"])
        wrong = person_of(filled, mothers_birth_name="Másik Éva")
        refused = await clerk.post(f"{path}/egyeztetes", wrong, at=path)
        assert refused.status_code == httpx.codes.CONFLICT
        page = await in_the_other_language(clerk, refused)
        assert (page.status_code, page.url.path) == (httpx.codes.OK, path)
        assert (await clerk.get("/pult/ugyfel")).headers["location"] == "/pult"
        assert (await clerk.get("/kilepes")).headers["location"] == "/"
