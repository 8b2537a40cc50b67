"""Offices, disabled staff and the policy on an operator's pages."""

import re
from collections.abc import AsyncIterator, Mapping
from html import unescape
from typing import Final
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from registration.operations import Operation
from starter.dev.installation import World
from tests.support.pages import pages_on
from tests.support.servers import SharedServers
from tests.support.staff import StaffPages, colleague, entries_of, query_of, running_staff
from tests.support.visitors import heading, hidden, visitor
from tests.workflows.lives import choosy_world

OFFICES: Final = "/uzemeltetes/hivatalok"
OFFICE: Final = f"{OFFICES}/adatok"
DISABLED: Final = "/uzemeltetes/letiltottak"
NEVER_SEEN: Final = "Never seen here: check the id."
POLICY: Final = "/uzemeltetes/szabalyzat"
NEW: Final = {
    "code": "9999",
    "body": "OKMANYIRODA",
    "name": "Próba Okmányiroda",
    "address": "9999 Próba",
    "open": "true",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own(shared: SharedServers) -> AsyncIterator[StaffPages]:
    """An installation of its own: offices, staff and policy are everybody's."""
    async with choosy_world(shared) as (world, _), running_staff(world) as staff:
        yield staff


async def test_an_office_is_added_changed_and_closed(own: StaffPages) -> None:
    async with colleague(own.url, "operator-1") as operator:
        await operator.post(OFFICE, NEW)
        assert "Próba Okmányiroda" in (await operator.get(OFFICES)).text
        filled = await operator.get(OFFICE, params={"office": "9999"})
        assert 'value="Próba Okmányiroda"' in filled.text
        await operator.post(OFFICE, {**NEW, "open": "false"}, at=f"{OFFICE}?office=9999")
        office = await own.world.engine.offices.find("9999")
        assert office is not None
        assert not office.open
        assert (await operator.get(OFFICE, params={"office": "0"})).status_code == httpx.codes.NOT_FOUND


async def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(own: StaffPages) -> None:
    """An office that one has closed stays closed, whatever a form that was open before has."""
    code = uuid4().hex
    new, changed = {**NEW, "code": code}, f"{OFFICE}?office={code}"
    async with colleague(own.url, "operator-1") as one, colleague(own.url, "operator-2") as other:
        await one.post(OFFICE, new)
        old = dict(hidden((await one.get(changed)).text))
        assert (await other.post(OFFICE, {**new, "open": "false"}, at=changed)).status_code == httpx.codes.SEE_OTHER
        moved = {**new, "address": "9999 Máshol"}
        late = await one.post(OFFICE, {**moved, "shown": old["shown"]})
        assert (late.status_code, "Changed meanwhile" in late.text, "Máshol" in late.text) == (409, True, False)
        noted = await entries_of(own.world, "operator-1")
        assert [each["refusal"] for each in noted if "refusal" in each][-1] == "OfficeChanged"
        known = await one.post(OFFICE, moved)
        assert (known.status_code, 'id="code-error"' in known.text) == (422, True)
        office = await own.world.engine.offices.find(code)
        assert office
        assert (office.open, office.address) == (False, NEW["address"])
        again = {**moved, "open": "false", "shown": dict(hidden(late.text))["shown"]}
        assert (await one.post(OFFICE, again)).status_code == httpx.codes.SEE_OTHER
        office = await own.world.engine.offices.find(code)
        assert office
        assert (office.open, office.address) == (False, "9999 Máshol")
        gone = await one.post(OFFICE, {**moved, "code": f"{code}-2", "shown": old["shown"]})
        assert (gone.status_code, "Máshol" in gone.text) == (409, True)


async def test_an_office_that_breaks_a_rule_is_refused_at_its_field(own: StaffPages) -> None:
    async with colleague(own.url, "operator-1") as operator:
        for field in ("code", "body", "name", "open"):
            page = await operator.post(OFFICE, {**NEW, field: ""})
            assert (page.status_code, f'id="{field}-error"' in page.text) == (422, True)
        assert (await entries_of(own.world, "operator-1"))[-1]["refusal"] == "InvalidInput"


async def test_somebody_is_disabled_and_enabled(own: StaffPages) -> None:
    async with colleague(own.url, "operator-1") as operator, colleague(own.url, "clerk-1") as clerk:
        await operator.post(DISABLED, {"ID": "Clerk-1"})
        page = (await operator.get(DISABLED)).text
        assert "Clerk-1" in page
        assert NEVER_SEEN not in page
        assert (await clerk.get("/")).status_code == httpx.codes.FORBIDDEN
        await operator.post(f"{DISABLED}/visszavonas", {"staff_id": "clerk-1"}, at=DISABLED)
        assert "Nobody is disabled" in (await operator.get(DISABLED)).text
        await operator.post(DISABLED, {"ID": "clerk-99"})
        assert NEVER_SEEN in (await operator.get(DISABLED)).text
        himself = await operator.post(DISABLED, {"ID": "operator-1"})
        assert (himself.status_code, 'id="ID-error"' in himself.text) == (422, True)


async def test_a_policy_is_tried_adopted_and_kept_in_the_history(own: StaffPages) -> None:
    wanted = {
        "version": "2",
        "activation_days": "20",
        "temporary_days": "21",
        "validity_max_years": "1",
        "validity_min_days": "100",
        "grace_days": "90",
        "reactivation_days": "30",
        "code_days": "5",
        "password_reminder_days": "3, 14",
        "temporary_reminder_days": "7",
        "notice_days": "30",
        "last_letter_hours": "1",
    }
    async with colleague(own.url, "operator-1") as operator:
        form = await operator.get(f"{POLICY}/uj")
        assert 'name="version" type="text" value="2"' in form.text
        tried = await operator.get(f"{POLICY}/uj", params=wanted)
        assert "<td>60</td>" in tried.text
        assert "<td>90</td>" in tried.text
        assert (await own.world.operations.policy()).version == 1, "a trial writes nothing"
        wrong = await operator.get(f"{POLICY}/uj", params={**wanted, "grace_days": "sok"})
        assert (wrong.status_code, 'id="grace_days-error"' in wrong.text) == (422, True)
        twice = await operator.get(f"{POLICY}/uj", params={**wanted, "password_reminder_days": "7, 7"})
        assert (twice.status_code, 'id="password_reminder_days-error"' in twice.text) == (422, True)
        assert in_the_other_language(tried) == {**wanted, "lang": "hu"}
        done = await operator.post(f"{POLICY}/uj", wanted, at=str(tried.url))
        assert done.headers["location"] == POLICY
        history = await operator.get(POLICY)
        assert heading(history) == "Policy"
        assert "Version 1" in history.text
        again = await operator.post(f"{POLICY}/uj", {**wanted, "grace_days": "91"}, at=str(tried.url))
        assert (again.status_code, 'id="version-error"' in again.text) == (422, True)
        assert in_the_other_language(again) == {**wanted, "grace_days": "91", "lang": "hu"}
    assert (await own.world.operations.policy()).grace_days == 90
    assert [each.policy.version for each in (await own.world.operations.policy_history()).policies] == [2, 1]
    await assert_citizens_are_shown_it(own.world)


def in_the_other_language(page: httpx.Response) -> Mapping[str, str]:
    """The parameters of the link to this page in the other language."""
    (link,) = re.findall(r'<a href="([^"]*)" lang="hu" hreflang', page.text)
    return query_of(unescape(link))


async def assert_citizens_are_shown_it(world: World) -> None:
    """Every number of the policy that their pages have."""
    _, filled = await world.active()
    async with pages_on(world) as http, visitor(str(http.base_url)) as citizen:
        shown = {
            "/regisztracio": ["temporary for 21 days;"],
            "/segitseg": ["For 90 days you can request a code", "temporary for 21 days."],
            "/adatvedelem": ["destroyed within 1 hour,"],
            "/kod/megszuntetes": ["erased within 1 hour."],
            "/kod/jelszo": ["1 year (the longest)", "6 months"],
            "/fiok": ["We remind you 14 and 3 days before."],
            "/fiok/jelszo": ["1 year (the longest)", "6 months"],
            "/fiok/megszuntetes": ["erased within 1 hour."],
        }
        assert (await citizen.log_in(filled["user_name"])).status_code == httpx.codes.SEE_OTHER
        for path, sentences in shown.items():
            page = (await citizen.get(path)).text
            assert [each for each in sentences if each not in page] == [], path
            assert not [each for each in ("2 years", ">1 year<", "3 months") if each in page], path
        await citizen.get("/segitseg?lang=hu")
        assert "90 napig kérhet kódot" in (await citizen.get("/segitseg")).text


@pytest.mark.parametrize("who", ["clerk-2", "supervisor-1", "auditor-1"])
async def test_nobody_else_sees_them(own: StaffPages, who: str) -> None:
    async with colleague(own.url, who) as somebody:
        for path in (OFFICES, DISABLED, POLICY):
            assert (await somebody.get(path)).status_code == httpx.codes.FORBIDDEN
    assert (await entries_of(own.world, who))[-1]["operation"] == Operation.OPERATIONS_POLICY
