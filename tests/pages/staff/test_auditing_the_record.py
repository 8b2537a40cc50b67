"""Access record, acts of staff, statistics and checkpoints on the auditor's pages."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from registration.staff_acts import ActsQuery
from starter.dev.installation import World
from starter.gateway import AuditorGateway
from starter.pages.forgery import TOKEN_FIELD
from starter.pages.once import KEY_FIELD
from tests.support.staff import StaffPages, colleague, entries_of
from tests.support.visitors import Visitor, heading, hidden

ACCESSES = "/ellenorzes/naplo"
ACTS = "/ellenorzes/intezkedesek"
STATISTICS = "/ellenorzes/statisztika"
CHECKPOINTS = "/ellenorzes/ellenorzopontok"


@pytest_asyncio.fixture(loop_scope="session")
async def auditor(staff: StaffPages) -> AsyncIterator[Visitor]:
    async with colleague(staff.url, "auditor-1") as found:
        yield found


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_who_acted_on_an_account_is_listed_and_a_file(auditor: Visitor, world: World) -> None:
    registration_id, _ = await world.active()
    path = f"/ellenorzes/fiokok/{registration_id}/betekintesek"
    page = await auditor.get(path)
    assert heading(page) == "Who looked at the account"
    assert "clerk-7" in page.text
    assert "verifying the identity" in page.text
    (line,) = rows((await auditor.get(f"{path}.csv")).text)
    assert (line["operation"], line["actor_id"], line["office"]) == ("desk.verify_identity", "clerk-7", "1051")


async def test_an_office_s_day_is_listed_by_form_and_as_a_file(auditor: Visitor, world: World) -> None:
    registration_id, _ = await world.active()
    assert "There is no entry" not in (await auditor.get(ACCESSES)).text
    asked = {"office": "1051", "day": today()}
    page = await auditor.get(ACCESSES, params=asked)
    assert registration_id in page.text
    link = re.search(r'href="(/ellenorzes/naplo\.csv[^"]*)"', page.text)
    assert link
    listed = rows((await auditor.get(link[1].replace("&amp;", "&"))).text)
    assert registration_id in {line["registration_id"] for line in listed}
    assert {line["office"] for line in listed} == {"1051"}


@pytest.mark.parametrize(
    "asked", [{"office": "1051", "day": "yesterday"}, {"office": "#", "day": today()}, {"day": ""}]
)
async def test_a_wrong_day_or_office_is_refused_in_the_form_and_on_record(
    auditor: Visitor, world: World, asked: dict[str, str]
) -> None:
    before = len(await entries_of(world, "auditor-1"))
    page = await auditor.get(ACCESSES, params=asked)
    assert page.status_code == 422
    assert "There is a problem" in page.text
    (entry,) = (await entries_of(world, "auditor-1"))[before:]
    assert (entry["operation"], entry["refusal"]) == ("audit.access_entries", "InvalidInput")
    assert (await auditor.get(f"{ACCESSES}.csv", params=asked)).status_code == 422


async def test_a_list_of_acts_is_on_record_with_what_was_asked_for_as_over_http(auditor: Visitor, world: World) -> None:
    registration_id, _ = await world.active()
    before = len(await entries_of(world, "auditor-1"))
    assert (await auditor.get(ACTS)).status_code == 200
    assert len(await entries_of(world, "auditor-1")) == before
    asked = {"office": "1051", "since": "", "until": "", "operation": "desk.verify_identity"}
    page = await auditor.get(ACTS, params=asked)
    assert registration_id in page.text
    listed = rows((await auditor.get(f"{ACTS}.csv", params=asked)).text)
    assert {line["act"] for line in listed} == {"IDENTITY_VERIFIED"}
    entries = (await entries_of(world, "auditor-1"))[before:]
    assert [(each["operation"], each["outcome"]) for each in entries] == [("audit.staff_acts", "DONE")] * 2
    query = ActsQuery.parse(office="1051", operations=["desk.verify_identity"])
    alone = f"auditor-{uuid4()}"
    await AuditorGateway(world.engine, alone).acts(query)
    (direct,) = await entries_of(world, alone)
    assert direct["detail"] == entries[0]["detail"]
    refused = await auditor.get(ACTS, params={"since": "2027-13-01"})
    assert refused.status_code == 422


async def test_a_long_list_goes_on_behind_its_page_and_is_whole_as_a_file(
    auditor: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two acts a page instead of 500."""
    monkeypatch.setattr("starter.gateway.auditor._MOST_ACTS", 2)
    for _ in range(3):
        await world.active()
    asked = {"office": "1051", "operation": "desk.verify_identity"}
    page = (await auditor.get(ACTS, params=asked)).text
    link = re.search(r'<a href="([^"]*after=[^"]*)">', page)
    assert link
    behind = (await auditor.get(link[1].replace("&amp;", "&"))).text
    assert not set(accounts_in(page)) & set(accounts_in(behind))
    listed = rows((await auditor.get(f"{ACTS}.csv", params=asked)).text)
    assert len(listed) >= 3
    assert len({line["registration_id"] for line in listed}) == len(listed)


def accounts_in(page: str) -> list[str]:
    return re.findall(r'href="/ellenorzes/fiokok/([0-9a-f-]{36})"', page)


async def test_counts_are_tables_plots_and_a_file(auditor: Visitor, world: World) -> None:
    await world.temporary()
    page = await auditor.get(STATISTICS)
    assert heading(page) == "Statistics"
    assert page.text.count("<svg") >= 3
    assert "Median time to activation" in page.text
    listed = rows((await auditor.get(f"{STATISTICS}.csv", params={"since": "2026-01"})).text)
    assert list(listed[0]) == ["month", "channel", "office", "status", "registrations"]
    empty = await auditor.get(STATISTICS, params={"since": "2020-01", "until": "2020-02"})
    assert "There are none" in empty.text
    refused = await auditor.get(STATISTICS, params={"since": "March"})
    assert refused.status_code == 422
    assert "There is a problem" in refused.text


@pytest.mark.parametrize("path", [STATISTICS, ACTS, ACCESSES])
async def test_an_address_may_have_parameters_of_any_name(auditor: Visitor, path: str) -> None:
    asked = {"office": "1051", "day": today(), "path": "x", "self": "x", "parameters": "x"}
    assert (await auditor.get(path, params=asked)).status_code == 200


@pytest.mark.parametrize("path", [f"{CHECKPOINTS}/{{}}", f"{CHECKPOINTS}/{{}}.json", "/pult/ugyfel/x/bizonyitek/{}"])
async def test_a_number_that_is_too_long_leads_to_no_page(auditor: Visitor, path: str) -> None:
    answer = await auditor.get(path.format("9" * 5_000))
    assert (answer.status_code, heading(answer)) == (404, "There is no such page")


async def upload(auditor: Visitor, content: bytes) -> str:
    """The page that an upload leads to."""
    fields = {TOKEN_FIELD: "", KEY_FIELD: "", **hidden((await auditor.get(CHECKPOINTS)).text)}
    answer = await auditor.http.post(CHECKPOINTS, data=fields, files={"copy": ("kept.json", content)})
    assert answer.status_code == 303, answer.text
    return (await auditor.get(answer.headers["location"])).text


async def test_a_checkpoint_has_its_signature_and_a_kept_copy_is_compared(auditor: Visitor, world: World) -> None:
    await world.temporary()
    made = await world.audit.checkpoints.make()
    page = await auditor.get(CHECKPOINTS)
    assert f'href="{CHECKPOINTS}/{made.number}"' in page.text
    one = await auditor.get(f"{CHECKPOINTS}/{made.number}")
    kept = await auditor.get(f"{CHECKPOINTS}/{made.number}.json")
    assert json.loads(kept.text)["signature"] in one.text
    assert made.root in one.text
    assert "Your copy is one of the documents here" in await upload(auditor, kept.content)
    forged = await upload(auditor, kept.content.replace(made.root.encode(), b"0" * 64))
    assert "Something differs" in forged
    assert "CHECKPOINT_UNSOUND" in forged
    keys = (await auditor.get(f"{CHECKPOINTS}/kulcsok.json")).json()
    assert keys["keys"][0]["hex"] in page.text
    assert (await auditor.get(f"{CHECKPOINTS}/999999")).status_code == 404
    assert (await auditor.get(f"{CHECKPOINTS}/999999.json")).status_code == 404


async def test_an_upload_without_a_file_is_refused_in_the_form(auditor: Visitor) -> None:
    fields = {TOKEN_FIELD: "", KEY_FIELD: "", **hidden((await auditor.get(CHECKPOINTS)).text)}
    answer = await auditor.http.post(CHECKPOINTS, data=fields, files={"copy": ("", b"")})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


async def test_a_result_is_for_the_browser_that_asked_alone(staff: StaffPages, world: World, auditor: Visitor) -> None:
    await world.audit.checkpoints.make()
    fields = {TOKEN_FIELD: "", KEY_FIELD: "", **hidden((await auditor.get(CHECKPOINTS)).text)}
    address = (await auditor.http.post(CHECKPOINTS, data=fields, files={"copy": ("a", b"{}")})).headers["location"]
    async with colleague(staff.url, "auditor-1") as elsewhere:
        assert (await elsewhere.get(address)).headers["location"] == CHECKPOINTS


@pytest.mark.parametrize("who", ["clerk-2", "supervisor-1", "operator-2"])
@pytest.mark.parametrize(
    ("path", "operation"),
    [
        (ACCESSES, "audit.access_entries"),
        (f"{ACCESSES}.csv", "audit.access_entries"),
        (ACTS, "audit.staff_acts"),
        (f"{ACTS}.csv", "audit.staff_acts"),
        (STATISTICS, "audit.statistics"),
        (f"{STATISTICS}.csv", "audit.statistics"),
        (CHECKPOINTS, "audit.checkpoints"),
        (f"{CHECKPOINTS}/1", "audit.checkpoint"),
        (f"{CHECKPOINTS}/kulcsok.json", "audit.keys"),
    ],
)
async def test_whoever_is_no_auditor_is_refused_on_record(
    staff: StaffPages, world: World, who: str, path: str, operation: str
) -> None:
    async with colleague(staff.url, who) as somebody:
        assert (await somebody.get(path)).status_code == 403
    refused = [each for each in await entries_of(world, who) if each["operation"] == operation]
    assert refused[-1]["refusal"] == "WrongRole"
