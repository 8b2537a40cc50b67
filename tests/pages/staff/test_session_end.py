"""How a session of staff ends while somebody is at a form: announced, and what was typed is for the same person."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import httpx
import pytest

from starter.gateway import staff_sessions
from tests.support.staff import STAFF_SESSION, StaffPages, colleague, sign_in
from tests.support.visitors import Visitor, heading, hidden

REGISTER: Final = "/pult/uj"
STAY: Final = "/munkamenet"
LEFT: Final = "Session-Seconds-Left"
KEPT: Final = "What you typed is kept for 24 hours, and nothing of it was done."
NOTHING_KEPT: Final = "Nothing that you sent after its end was done or kept."
HERE_AGAIN: Final = "What you typed before your session ended is here again, once."


def end_session(somebody: Visitor) -> None:
    """As a session ends that nobody uses: its token opens nothing any more."""
    somebody.http.cookies.delete(STAFF_SESSION)
    somebody.http.cookies.set(STAFF_SESSION, "x" * 43, domain="127.0.0.1", path="/")


async def sent_late(somebody: Visitor, path: str, typed: dict[str, str], *, at: str | None = None) -> None:
    """A form that was open when the session ended."""
    page = hidden((await somebody.get(at or path)).text)
    end_session(somebody)
    answer = await somebody.http.post(path, data={**page, **typed})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def is_shown(answer: httpx.Response, typed: str) -> bool:
    return f'value="{typed}"' in answer.text


async def test_what_was_typed_is_kept_for_the_same_person_and_shown_once(staff: StaffPages) -> None:
    typed = {"family_name": f"Késő {uuid4()}", "document_number": f"{uuid4()}", "birth_year": "1985", "consent": "yes"}
    async with colleague(staff.url, "clerk-1") as clerk:
        await sent_late(clerk, REGISTER, typed)
        page = await clerk.get("/")
        assert heading(page) == "Sign in"
        assert KEPT in page.text
        assert typed["family_name"] not in page.text
        assert (await sign_in(clerk, "clerk-1")).headers["location"] == REGISTER
        again = await clerk.get(REGISTER)
        assert HERE_AGAIN in again.text
        assert [is_shown(again, typed[name]) for name in ("family_name", "document_number", "birth_year")] == [True] * 3
        assert not re.search(r'name="consent"[^>]* checked', again.text), "consent is given anew"
        once_more = await clerk.get(REGISTER)
        assert typed["family_name"] not in once_more.text, "the next client's form is empty"
        end_session(clerk)
        assert NOTHING_KEPT in (await clerk.get("/")).text
        assert (await sign_in(clerk, "clerk-1")).headers["location"] == "/"


async def test_another_person_at_the_same_browser_sees_nothing_of_it(staff: StaffPages) -> None:
    typed = {"email": f"{uuid4()}@example.org"}
    async with colleague(staff.url, "clerk-1") as browser:
        await sent_late(browser, "/pult", typed)
        assert (await sign_in(browser, "clerk-2")).headers["location"] == "/"
        for path in ("/", "/pult", REGISTER):
            assert typed["email"] not in (await browser.get(path)).text
        assert (await sign_in(browser, "clerk-1")).headers["location"] == "/"
        assert typed["email"] not in (await browser.get("/pult")).text, "it went with the form cookie"


async def test_a_form_of_nobody_is_not_kept(staff: StaffPages) -> None:
    """Without its owner, or without the token of this browser."""
    typed = {"user_name": f"n{uuid4().hex[:20]}"}
    for forged in ({"form_owner": ""}, {"form_token": "0" * 64}):
        async with colleague(staff.url, "clerk-1") as browser:
            await sent_late(browser, "/pult", typed | forged)
            assert KEPT not in (await browser.get("/")).text
            assert (await sign_in(browser, "clerk-1")).headers["location"] == "/"
            assert typed["user_name"] not in (await browser.get("/pult")).text


async def test_staying_is_a_use_and_asking_is_none(staff: StaffPages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten hours after the sign-in nothing helps."""
    ahead = timedelta()

    def later() -> datetime:
        return datetime.now(UTC) + ahead

    async with colleague(staff.url, "clerk-1") as clerk:
        page = await clerk.get("/pult")
        assert "You are signed in until " in page.text
        assert 'role="alertdialog"' in page.text
        monkeypatch.setattr(staff_sessions, "now", later)
        ahead = timedelta(minutes=10)
        asked = await clerk.get(STAY)
        assert (asked.status_code, int(asked.headers[LEFT]) <= 5 * 60) == (204, True)
        stayed = await clerk.http.post(STAY, data=hidden(page.text))
        assert (stayed.status_code, int(stayed.headers[LEFT]) > 5 * 60) == (204, True)
        for minutes in range(10 * 60 - 20, 0, -10):
            ahead += timedelta(minutes=10)
            left = int((await clerk.http.post(STAY, data=hidden(page.text))).headers[LEFT])
            assert 0 < left <= minutes * 60
        ahead += timedelta(minutes=10)
        assert (await clerk.http.post(STAY, data=hidden(page.text))).headers[LEFT] == "0"
        assert (await clerk.get("/pult")).status_code == 303
