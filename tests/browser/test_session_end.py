"""How a session ends while somebody is at the page: a warning in time, nothing typed is lost, nobody else sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import pytest_asyncio

from starter.dev.samples import PASSWORD, form
from starter.gateway import browser_sessions
from tests.support.accessibility import assert_accessible
from tests.support.browsing import ENGLISH, Person
from tests.support.page_states import (
    ANOTHER_PASSWORD,
    late_email,
    log_in,
    logged_in,
    lose_the_form_cookie,
    redeem,
    request_code,
)
from tests.support.site import RunningSite

ENDED: Final = (
    "Your session has ended: nothing was done for {minutes} minutes, the password was changed or has expired, or you "
    "logged out elsewhere. Log in again."
)
KEPT: Final = "What you typed is kept for {hours} hours, passwords excepted. Log in, and go on with the form."
FILLED_IN: Final = (
    "What you typed before your session ended is here again, the password excepted. Check it, and send the form."
)
LOGGED_OUT: Final = "You are logged out. Log in to go on to the page that you asked for."
IDLE: Final = timedelta(minutes=15)
ADDRESS: Final = "New e-mail address"


@dataclass(frozen=True)
class Clock:
    """The clock of sessions, ahead by what a test lets pass."""

    ahead: list[timedelta]

    def forward(self, duration: timedelta) -> None:
        """Moves it."""
        self.ahead.append(duration)

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(UTC) + sum(self.ahead, timedelta())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock([])
    monkeypatch.setattr(browser_sessions, "now", found.now)
    return found


async def test_a_session_that_was_idle_ends_at_the_log_in_page_which_says_so(
    person: Person, site: RunningSite, clock: Clock
) -> None:
    """Also where a form was filled in meanwhile: nothing of it is done, and the log-in leads back to it."""
    _, filled = await logged_in(person, site)
    await person.open("/fiok/jelszo")
    clock.forward(IDLE - timedelta(minutes=2))
    await person.page.reload()
    assert await person.heading() == person.words("Change the password")
    await person.fill({"Present password": PASSWORD, "New password": ANOTHER_PASSWORD})
    await person.page.get_by_label(person.words("6 months"), exact=True).check()
    clock.forward(IDLE)
    await person.press("Change the password")
    assert await person.heading() == person.words("Log in")
    said = (person.words(ENDED, minutes=15), person.words(KEPT, hours=24))
    assert [words in await person.text() for words in said] == [True] * 2
    await assert_accessible(person)
    await person.page.reload()
    assert [words in await person.text() for words in said] == [False, True]
    await log_in(person, filled["user_name"])
    assert await person.heading() == person.words("Change the password"), "the old one still lets in"
    assert person.words(FILLED_IN) in await person.text()
    assert await person.page.get_by_label(person.words("6 months"), exact=True).is_checked()
    assert [await person.value(label) for label in ("Present password", "New password")] == ["", ""]
    await assert_accessible(person)
    await person.fill({"Present password": PASSWORD, "New password": ANOTHER_PASSWORD})
    await person.press("Change the password")
    assert await person.heading() == person.words("Your password is changed")


async def test_two_people_at_one_computer_do_not_see_each_others_forms(person: Person, site: RunningSite) -> None:
    """The second logs in where the first's session has ended, and out again: then nothing is left for the first."""
    fresh = form()["email"]
    filled = await late_email(person, site, fresh)
    _, others = await site.world.active()
    await log_in(person, others["user_name"])
    assert await person.heading() == person.words("My account")
    await person.open("/fiok/email")
    assert await person.value(ADDRESS) == ""
    assert fresh not in await person.page.content()
    await person.press("Log out")
    await log_in(person, filled["user_name"])
    await person.open("/fiok/email")
    assert await person.value(ADDRESS) == ""


async def test_a_page_that_was_asked_for_is_shown_once_a_forgotten_password_is_replaced(
    person: Person, site: RunningSite
) -> None:
    _, filled = await site.world.active()
    await person.open("/fiok/adataim")
    assert await person.heading() == person.words("Log in")
    await person.follow("Forgotten your password?")
    await request_code(person, filled["user_name"], filled["email"])
    await redeem(person, filled["user_name"], await site.code(filled["email"], 2), ANOTHER_PASSWORD)
    await person.follow("Log in")
    await person.fill({"User name": filled["user_name"], "Password": ANOTHER_PASSWORD})
    await person.press("Log in")
    assert await person.heading() == person.words("Download my data")


async def test_a_cookie_that_is_lost_while_somebody_types_costs_the_password_alone(
    person: Person, site: RunningSite
) -> None:
    fresh = form()["email"]
    await lose_the_form_cookie(person, site, fresh)
    assert (await person.value(ADDRESS), await person.value("Your password")) == (fresh, "")
    await assert_accessible(person)
    await person.fill({"Your password": PASSWORD})
    await person.press("Send the code")
    assert await person.heading() == person.words("We have sent a code to the new address")


async def test_a_log_out_in_another_tab_is_said_and_the_log_in_leads_to_the_form_that_was_sent(
    person: Person, site: RunningSite
) -> None:
    _, filled = await logged_in(person, site)
    await person.open("/fiok/email")
    other = replace(person, page=await person.page.context.new_page())
    await other.open("/fiok")
    await other.press("Log out")
    assert person.words(LOGGED_OUT) not in await other.text()
    await person.fill({ADDRESS: "uj@example.org", "Your password": PASSWORD})
    await person.press("Send the code")
    assert await person.heading() == person.words("Log in")
    assert person.words(LOGGED_OUT) in await person.text()
    await person.fill({"User name": filled["user_name"], "Password": PASSWORD})
    await person.press("Log in")
    assert await person.heading() == person.words("Change the e-mail address")


async def test_one_session_is_ended_from_the_list(person: Person, site: RunningSite) -> None:
    _, filled = await logged_in(person, site)
    async with site.person(person.version) as elsewhere:
        await log_in(elsewhere, filled["user_name"])
        await person.page.reload()
        async with person.page.expect_event("load"):
            await person.page.get_by_role("button", name=person.words("Log out there")).click()
        assert await person.heading() == person.words("My account")
        assert await person.page.get_by_role("button", name=person.words("Log out there")).count() == 0
        await elsewhere.page.reload()
        assert await elsewhere.heading() == elsewhere.words("Log in")


# with scripts


@pytest_asyncio.fixture(loop_scope="session")
async def typing(site: RunningSite) -> AsyncIterator[Person]:
    """Somebody who types another address at a page whose clock a test moves."""
    async with site.person(ENGLISH) as somebody:
        await logged_in(somebody, site)
        await somebody.page.clock.install()
        await somebody.open("/fiok/email")
        await somebody.fill({ADDRESS: "uj@example.org"})
        yield somebody


async def pass_time(person: Person, clock: Clock, duration: timedelta) -> None:
    """At the server, then at the page."""
    clock.forward(duration)
    await person.page.clock.fast_forward(round(duration.total_seconds() * 1000))


async def asked(person: Person, clock: Clock, duration: timedelta) -> None:
    """Lets time pass until the page asks how long the session lasts, and waits for the answer."""
    async with person.page.expect_response("**/folytatas") as answer:
        await pass_time(person, clock, duration)
    assert (await answer.value).request.method == "GET"


async def is_warned(person: Person) -> bool:
    """Whether the dialog is open; then it has the focus."""
    dialog = person.page.get_by_role("alertdialog")
    if not await dialog.count():
        return False
    assert await dialog.evaluate("it => it.contains(document.activeElement)")
    return True


async def warned(person: Person) -> str:
    """Waits for the dialog; what it says."""
    await person.page.get_by_role("alertdialog").wait_for()
    assert await is_warned(person)
    return await person.page.locator("#session-text").inner_text()


async def test_a_warning_comes_two_minutes_before_the_end_and_escape_closes_it(typing: Person, clock: Clock) -> None:
    """What was typed stays, and nothing prolongs the session by itself."""
    methods: list[str] = []
    typing.page.on("request", lambda request: methods.append(request.method))
    await pass_time(typing, clock, timedelta(minutes=12))
    assert not await is_warned(typing)
    assert methods == []
    await asked(typing, clock, timedelta(minutes=1, seconds=30))
    await warned(typing)
    await assert_accessible(typing)
    await typing.page.keyboard.press("Escape")
    assert not await is_warned(typing)
    assert await typing.value(ADDRESS) == "uj@example.org"
    await pass_time(typing, clock, timedelta(seconds=30))
    assert not await is_warned(typing), "once is enough"
    assert methods == ["GET"]
    await asked(typing, clock, timedelta(minutes=1, seconds=10))
    await typing.page.get_by_role("alertdialog", name="Your session has ended").wait_for()


async def test_a_tab_knows_that_another_one_has_prolonged_the_session(typing: Person, clock: Clock) -> None:
    """Neither a warning at the old time nor "you are logged out"; both come in their new time."""
    other = replace(typing, page=await typing.page.context.new_page())
    clock.forward(timedelta(minutes=10))
    await other.open("/fiok")
    await typing.page.clock.fast_forward("10:00")
    await asked(typing, clock, timedelta(minutes=3, seconds=30))
    assert not await is_warned(typing)
    await pass_time(typing, clock, timedelta(minutes=2))
    assert not await is_warned(typing)
    await asked(typing, clock, timedelta(minutes=8))
    await warned(typing)
    await other.page.reload()
    await asked(typing, clock, timedelta(minutes=1, seconds=50))
    await typing.page.get_by_role("alertdialog").wait_for(state="hidden")
    await typing.fill({"Your password": PASSWORD})
    await typing.press("Send the code")
    assert await typing.heading() == "We have sent a code to the new address"


async def test_the_warning_says_when_the_session_ends_also_near_its_longest(
    typing: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then less than two minutes are left, and there is no more time to be had."""
    monkeypatch.setattr(browser_sessions, "LONGEST", timedelta(minutes=14))
    await pass_time(typing, clock, timedelta(minutes=12, seconds=10))
    await typing.page.reload()
    early = await typing.page.evaluate("Date.now()")
    async with typing.page.expect_response("**/folytatas") as answer:
        await typing.page.clock.fast_forward("00:02")
    left = int((await (await answer.value).all_headers())["session-seconds-left"])
    assert 0 < left < 120
    text = await warned(typing)
    ends = await typing.page.evaluate(
        """([early, left]) => {
            const ends = [];
            for (let at = early; at <= Date.now() + 1000; at += 1000) {
                ends.push(new Date(at + left * 1000).toLocaleTimeString("hu", { timeZone: "Europe/Budapest" }));
            }
            return ends;
        }""",
        [early, left],
    )
    assert text in [f"You are logged out at {at}." for at in ends]
    async with typing.page.expect_response("**/folytatas"):
        await typing.page.get_by_role("button", name="Stay logged in").click()
    await typing.page.get_by_text("12 hours after a log-in you have to log in again.").wait_for()
    assert await typing.page.get_by_role("button", name="Stay logged in").count() == 0
    assert await is_warned(typing)
    await assert_accessible(typing)


async def test_who_wants_to_stay_stays_at_the_page(typing: Person, clock: Clock) -> None:
    """Another 15 minutes begin, with another warning."""
    for _ in range(2):
        await asked(typing, clock, timedelta(minutes=13, seconds=30))
        await warned(typing)
        async with typing.page.expect_response("**/folytatas") as answer:
            await typing.page.get_by_role("button", name="Stay logged in").click()
        assert (await (await answer.value).all_headers())["session-seconds-left"]
        await typing.page.get_by_role("alertdialog").wait_for(state="hidden")
        await typing.page.clock.fast_forward("00:06")  # a form is sent once in 5 seconds
    assert await typing.value(ADDRESS) == "uj@example.org"
    await typing.page.reload()
    assert await typing.heading() == "Change the e-mail address"


async def test_who_stays_too_late_is_told_so_and_loses_nothing(typing: Person, site: RunningSite, clock: Clock) -> None:
    await asked(typing, clock, timedelta(minutes=13, seconds=30))
    await warned(typing)
    clock.forward(IDLE)
    async with typing.page.expect_response("**/folytatas"):
        await typing.page.get_by_role("button", name="Stay logged in").click()
    ended = typing.page.get_by_role("alertdialog", name="Your session has ended")
    await ended.wait_for()
    await assert_accessible(typing)
    await ended.get_by_role("button", name="Close").click()
    await typing.fill({"Your password": PASSWORD})
    await typing.press("Send the code")
    assert KEPT.format(hours=24) in await typing.text()
    assert site.url in typing.page.url


async def test_the_end_is_announced_to_whoever_did_not_answer(typing: Person, clock: Clock) -> None:
    await asked(typing, clock, timedelta(minutes=15, seconds=10))
    await typing.page.get_by_role("alertdialog", name="Your session has ended").wait_for()
    assert await is_warned(typing)
    assert await typing.page.get_by_role("button", name="Stay logged in").count() == 0
