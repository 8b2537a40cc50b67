"""A visit of a client at a desk: for one session, while it is used, and beside other clerks."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import form
from starter.gateway import DeskPages, desk_pages
from starter.pages.forgery import TOKEN_FIELD, form_token
from starter.pages.forms import OWNER_FIELD
from starter.pages.once import KEY_FIELD, new_key
from tests.support.desk_pages import RECIPIENT, SEEN, entries, matched_visit, person_of
from tests.support.staff import STAFF_FORM, StaffPages, colleague, sign_in
from tests.support.visitors import Visitor, heading, hidden
from tests.workflows.lives import bring


async def test_the_second_of_two_clerks_sees_who_was_faster(staff: StaffPages) -> None:
    """In the form that was open already, and on the page of the client."""
    registration_id, filled = await bring(staff.world, Status.INACTIVE)
    async with colleague(staff.url, "clerk-1") as first, colleague(staff.url, "clerk-2") as second:
        one, other = await matched_visit(first, filled), await matched_visit(second, filled)
        open_form = (await second.get(f"{other}/ujraaktivalas")).text
        done = await first.post(f"{one}/ujraaktivalas", SEEN)
        assert "reactivated" in (await first.get(done.headers["location"])).text
        assert "document_number" in open_form
        late = await second.post(f"{other}/ujraaktivalas", SEEN)
        assert late.status_code == 409
        assert "clerk-1" in late.text
        assert "clerk-1" in (await second.get(other)).text
    noted = [each.actor.id for each in await entries(staff, "9021", registration_id) if each.refusal]
    assert noted == ["clerk-2"]


async def test_of_fifty_reactivations_at_once_by_two_clerks_one_wins_and_all_others_see_whose(
    staff: StaffPages,
) -> None:
    """Each form has a key of its own: nothing but the rules decides."""
    registration_id, filled = await bring(staff.world, Status.INACTIVE)
    async with colleague(staff.url, "clerk-1") as first, colleague(staff.url, "clerk-2") as second:
        paths = {clerk: await matched_visit(clerk, filled) for clerk in (first, second)}
        answers = await asyncio.gather(
            *(
                _answered(clerk, f"{paths[clerk]}/ujraaktivalas", f"{number:022}")
                for number in range(25)
                for clerk in (first, second)
            )
        )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {303: 1, 409: 49}
    event = (await staff.world.audit.events(registration_id))[-1]
    assert event.kind is EventKind.REACTIVATED
    assert all(event.actor.id in answer.text for answer in answers if answer.status_code == 409)


STILL_WORKED_ON = "This form is still being worked on"


async def _answered(clerk: Visitor, path: str, form_key: str) -> httpx.Response:
    """As a browser that sends the form again where the service was too busy to know the outcome, or still works."""
    shown = await _not_busy(lambda: clerk.get(path))
    sent = {**hidden(shown.text), **SEEN, KEY_FIELD: form_key}
    return await _not_busy(lambda: clerk.http.post(path, data=sent))


async def _not_busy(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    for _ in range(60):
        answer = await ask()
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE and STILL_WORKED_ON not in answer.text:
            return answer
        await asyncio.sleep(1)
    raise AssertionError("busy for all the time")


async def test_what_another_clerk_did_meanwhile_is_on_the_page_of_the_visit(staff: StaffPages) -> None:
    """Both may change the address of one client; the visits that begin later do not say so."""
    _, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as first, colleague(staff.url, "clerk-2") as second:
        one, other = await matched_visit(first, filled), await matched_visit(second, filled)
        await first.post(f"{one}/email", {**SEEN, "email": f"egyik.{filled['email']}"})
        done = await second.post(f"{other}/email", {**SEEN, "email": f"masik.{filled['email']}"})
        page = (await second.get(done.headers["location"])).text
        assert "The e-mail address is changed" in page
        said = "Meanwhile {} acted on this registration: changing the e-mail address, "
        assert said.format("clerk-1 of office 1051") in page
        assert said.format("clerk-2 of office 9021") in (await first.get(one)).text
        assert "Meanwhile" not in (await second.get(await matched_visit(second, filled))).text


async def test_a_visit_ends_after_15_minutes_without_use_and_leads_to_a_new_search(
    staff: StaffPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends a form of it is told that it is lost. Data that it disclosed is shown for 10 minutes."""
    ahead = timedelta()

    def later() -> datetime:
        return datetime.now(UTC) + ahead

    monkeypatch.setattr(desk_pages, "now", later)
    _, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        page = await clerk.get(f"{path}/email")
        shown = (await clerk.post(f"{path}/adatok", {**SEEN, **RECIPIENT})).headers["location"]
        for _ in range(3):
            ahead += timedelta(minutes=10)
            page = await clerk.get(f"{path}/email")
            assert heading(page) == "Change the e-mail address"
        no_longer = await clerk.get(shown)
        assert (no_longer.status_code, heading(no_longer)) == (403, "The data is no longer shown")
        assert f'<a href="{path}">Back to the client</a>' in no_longer.text
        ahead += timedelta(minutes=15)
        ended = await clerk.get(path)
        assert (ended.status_code, heading(ended)) == (403, "Visit ended")
        assert '<a href="/pult">Search again</a>' in ended.text
        late = await clerk.http.post(f"{path}/email", data={**hidden(page.text), **SEEN, "email": "uj@example.org"})
        assert (late.status_code, heading(late)) == (403, "Visit ended")
        assert "Nothing of what you sent was done or kept" in late.text


async def test_a_mismatch_is_not_undone_by_uses_of_the_visit_at_the_same_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, token = DeskPages(world.engine), uuid4().hex
    page_id = await pages.begin_visit(token, str(uuid4()), matches=True)
    monkeypatch.setattr(desk_pages, "now", lambda: datetime.now(UTC) + timedelta(minutes=10))
    uses = (pages.visit(token, page_id) for _ in range(8))
    await asyncio.gather(*uses, pages.update_visit(token, page_id, matches=False))
    assert not (await pages.visit(token, page_id)).matches


async def test_a_form_that_one_clerk_filled_in_is_nothing_for_the_next_at_the_same_browser(staff: StaffPages) -> None:
    """Without a sign-out: neither its result, nor a visit without comparison, nor an act in the other's name."""
    filled, other = form(), form()
    async with colleague(staff.url, "clerk-1") as browser:
        page = hidden((await browser.get("/pult/uj")).text)
        typed = {**page, **filled, **person_of(filled), **SEEN, "language": "hu"}
        first = await browser.http.post("/pult/uj", data=typed)
        assert (await browser.get(first.headers["location"])).status_code == 200
        cookie = browser.http.cookies[STAFF_FORM]
        await sign_in(browser, "clerk-2")
        assert browser.http.cookies[STAFF_FORM] != cookie
        unsent = {**typed, **other, **person_of(other), KEY_FIELD: new_key()}
        for again in (typed, unsent, {**unsent, TOKEN_FIELD: form_token(browser.http.cookies[STAFF_FORM])}):
            answer = await browser.http.post("/pult/uj", data=again, headers={"Origin": staff.url})
            assert (answer.status_code, heading(answer)) == (403, "This form is not yours")
            assert other["mothers_birth_name"] not in answer.text
        assert (await browser.get(first.headers["location"])).status_code == 403
        without_owner = {**typed, TOKEN_FIELD: form_token(browser.http.cookies[STAFF_FORM])}
        del without_owner[OWNER_FIELD]
        taken = await browser.http.post("/pult/uj", data=without_owner)
        assert (taken.status_code, 'id="user_name-error"' in taken.text) == (409, True)


async def test_a_registration_that_is_sent_again_leads_to_the_visit_that_it_began(staff: StaffPages) -> None:
    """It is no way to a new visit of somebody who was compared."""
    filled = form()
    async with colleague(staff.url, "clerk-1") as clerk:
        typed = {**hidden((await clerk.get("/pult/uj")).text), **filled, **person_of(filled), **SEEN, "language": "hu"}
        sent = [await clerk.http.post("/pult/uj", data=typed) for _ in range(2)]
    assert len({answer.headers["location"] for answer in sent}) == 1
