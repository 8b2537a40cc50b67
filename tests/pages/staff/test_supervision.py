"""What a supervisor reads on pages: the record of the office, and the evidence of an act."""

import html
import re

import pytest

from starter.gateway import accesses
from tests.support.desk_pages import SEEN, matched_visit, visit
from tests.support.staff import StaffPages, colleague


async def test_a_supervisor_reads_the_record_of_the_office_and_the_evidence_of_an_act(staff: StaffPages) -> None:
    registration_id, filled = await staff.world.temporary()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        await clerk.post(f"{path}/azonositas", SEEN)
        assert (await clerk.get("/pult/naplo")).status_code == 403
        assert (await clerk.get(f"{path}/bizonyitek/3")).status_code == 403
    sequence = (await staff.world.audit.events(registration_id))[-1].sequence
    async with colleague(staff.url, "supervisor-1") as supervisor:
        page = await supervisor.get("/pult/naplo")
        assert registration_id in page.text
        assert "There is no entry" in (await supervisor.get("/pult/naplo?nap=0001-01-01")).text
        path = await visit(supervisor, user_name=filled["user_name"])
        (link,) = re.findall(rf'href="({path}/bizonyitek/\d+)"', (await supervisor.get(path)).text)
        assert link == f"{path}/bizonyitek/{sequence}"
        assert "BA1234567" in (await supervisor.get(link)).text
        refused = await supervisor.get(f"{path}/bizonyitek/1")
        assert (refused.status_code, str(sequence) in refused.text) == (422, True)


async def test_the_record_of_a_day_has_pages(staff: StaffPages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page leads to the older one; entries that come in meanwhile move nothing."""
    monkeypatch.setattr(accesses, "_MOST", 3)
    registration_id, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        for _ in range(4):
            await clerk.get(path)
    async with colleague(staff.url, "supervisor-1") as supervisor:
        page, shown = await supervisor.get("/pult/naplo"), 0
        assert ">The newest<" not in page.text
        while shown < 5:
            assert 1 <= len(re.findall(r'<td class="number">', page.text)) <= 3
            shown += page.text.count(registration_id)
            (older,) = re.findall(r'href="(/pult/naplo[^"]*)">Older<', page.text)
            page = await supervisor.get(html.unescape(older))
        assert ">The newest<" in page.text
        refused = await supervisor.get("/pult/naplo?before=99999")
        assert refused.status_code == 422
