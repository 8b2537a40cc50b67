"""Journeys broken on purpose: each ends at a page that helps, and nothing happens twice.

In Hungarian without scripts, which has nothing that could hide a double submit from the server.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from registration.errors import UserNameTaken
from registration.event_kinds import EventKind
from starter.dev.samples import PASSWORD, form
from starter.gateway.idempotency import Idempotency
from starter.pages.refusals import words_of
from starter.translation import translated
from tests.support.browsing import HUNGARIAN, Person
from tests.support.forms import post, sent_form
from tests.support.page_states import ANOTHER_PASSWORD, begin_registration, let_draft_idle, log_in, redeem
from tests.support.site import RunningSite
from tests.workflows.lives import quiet

SEE_OTHER, FORBIDDEN = 303, 403
SENT = "We have sent you a code"
CHECK = "Check your answers"
SEND = "Send in the registration"
STEP_1, STEP_3 = "/regisztracio/felhasznalonev", "/regisztracio/nev"


@pytest_asyncio.fixture(loop_scope="session")
async def person(site: RunningSite) -> AsyncIterator[Person]:
    """Somebody with a browser, who has not opened the site yet."""
    async with site.person(HUNGARIAN) as somebody:
        yield somebody


async def twice_at_once(person: Person, button: str) -> str:
    """Sends a form twice at the same time; both lead to the same page, which is returned."""
    sent = await sent_form(person, button)
    answers = await asyncio.gather(post(person, sent), post(person, sent))
    assert [answer.status for answer in answers] == [SEE_OTHER] * 2
    (led_to,) = {answer.headers["location"] for answer in answers}
    return led_to


async def registrations(site: RunningSite) -> int:
    """How many there are."""
    (row,) = await site.world.sql("select count(*) from registrations")
    return int(row["count"])


async def sessions(site: RunningSite, registration_id: str) -> int:
    """How many rows there are, also of sessions that have ended."""
    (row,) = await site.world.sql("select count(*) from sessions where registration_id = $1", registration_id)
    return int(row["count"])


async def registered_once(site: RunningSite, filled: dict[str, Any], before: int) -> str:
    """Checks that one registration is new, with one letter and one code; its id."""
    assert await registrations(site) == before + 1
    registration_id = await site.world.engine.registration_id(filled["user_name"])
    assert await site.code(filled["email"])
    await quiet(site.world, registration_id)
    assert len(site.world.letters(filled["email"])) == 1
    return registration_id


async def test_a_registration_that_is_sent_twice_is_one(person: Person, site: RunningSite) -> None:
    """With a double click, Back afterwards, a reload, and the form of before from another tab."""
    filled = form()
    before = await registrations(site)
    await begin_registration(person, filled)
    sent = await sent_form(person, SEND)
    result = await twice_at_once(person, SEND)
    await person.open(result)
    assert await person.heading() == person.words(SENT)
    await person.page.go_back()
    assert await person.heading() == person.words(SENT), "the check is over"
    await person.page.reload()
    assert filled["email"] in await person.text()
    assert (await post(person, sent)).headers["location"] == result
    await registered_once(site, filled, before)

    await person.open(STEP_3)
    assert await person.heading() == person.words(SENT)
    await person.open(STEP_1)
    assert await person.value("User name") == "", "another form begins empty"


async def test_an_answer_that_is_lost_is_given_again(person: Person, site: RunningSite) -> None:
    """The connection breaks after the server got the form: sending it again leads to the same result."""
    filled = form()
    before = await registrations(site)
    await begin_registration(person, filled)

    async def lose(route: Any) -> None:  # noqa: ANN401  Playwright's
        assert (await route.fetch(max_redirects=0)).status == SEE_OTHER
        await route.abort()

    check = person.page.url
    await person.page.route("**/ellenorzes", lose, times=1)
    await person.page.get_by_role("button", name=person.words(SEND), exact=True).click()
    await person.page.wait_for_url("chrome-error://**")
    person.findings.lines.clear()  # the answer that was lost
    await person.page.unroute("**/ellenorzes")
    await person.page.goto(check)
    assert await person.heading() == person.words(SENT)
    assert filled["email"] in await person.text()
    await registered_once(site, filled, before)


async def test_a_server_that_dies_before_its_answer_does_nothing_twice(
    person: Person, site: RunningSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registration is there, its answer is not; half a minute later the form may be sent again."""

    async def die(*_: object) -> None:
        raise RuntimeError

    filled = form()
    before = await registrations(site)
    await begin_registration(person, filled)
    check = person.page.url
    with monkeypatch.context() as dying:
        dying.setattr(Idempotency, "finish", die)
        await person.press(SEND)
    assert await person.heading() == person.words("There is a problem with the service")
    await site.world.sql("update idempotency_keys set locked_at = locked_at - interval '31 s' where answer is null")
    await person.page.goto(check)
    await person.press(SEND)
    assert await person.heading() == person.words(SENT)
    await registered_once(site, filled, before)


async def test_an_answered_form_is_opened_by_its_address_alone(person: Person, site: RunningSite) -> None:
    """Two people at one computer: after 15 idle minutes the second sees nothing of the first, who can go on."""
    filled = form()
    await begin_registration(person, filled)
    await let_draft_idle(person, site)
    for path in (STEP_1, STEP_3, "/regisztracio/ellenorzes"):
        await person.open(path)
        assert await person.heading() == person.words("Continue the form")
        content = await person.page.content()
        assert not [answer for answer in filled.values() if answer in content]
    await person.fill({"E-mail address": "somebody.else@example.org"})
    await person.press("Continue")
    assert set(await person.errors()) == {"draft_email"}
    await person.fill({"E-mail address": filled["email"]})
    await person.press("Continue")
    assert await person.heading() == person.words(CHECK)
    assert filled["mothers_birth_name"] in await person.text()

    await let_draft_idle(person, site)
    await person.open(STEP_1)
    await person.press("Delete what I typed")
    assert await person.heading() == person.words("Register")
    await person.follow("Begin the form")
    assert await person.value("User name") == ""


async def test_five_wrong_addresses_delete_what_was_typed(person: Person, site: RunningSite) -> None:
    filled = form()
    await begin_registration(person, filled, 2)
    await let_draft_idle(person, site)
    await person.open(STEP_3)
    address, content = await sent_form(person, "Continue")
    tries = [await post(person, (address, content | {"draft_email": f"guess{n}@example.org"})) for n in range(5)]
    assert [tried.status for tried in tries] == [FORBIDDEN] * 4 + [SEE_OTHER]
    await person.open(STEP_1)
    assert await person.value("User name") == ""


async def test_what_was_typed_for_longer_than_15_minutes_is_kept(person: Person, site: RunningSite) -> None:
    filled = form()
    await begin_registration(person, filled, 2)
    await let_draft_idle(person, site)
    typed = {"Family name": "Kovács", "Given names": "Éva", "Name at birth": "Szabó Éva"}
    await person.fill(typed)
    await person.press("Continue")
    assert await person.heading() == person.words("Continue the form")
    await person.fill({"E-mail address": filled["email"]})
    await person.press("Continue")
    assert await person.heading() == person.words("Your birth")
    await person.open(STEP_3)
    assert [await person.value(label) for label in typed] == list(typed.values())


async def test_the_result_names_the_client_for_15_idle_minutes(person: Person, site: RunningSite) -> None:
    """Or until the client deletes it. Nothing else of the form stays, and another browser sees no result."""
    filled = form()
    await begin_registration(person, filled)
    await person.press(SEND)
    result = person.page.url.removeprefix(site.url)
    async with site.person(HUNGARIAN) as stranger:
        await stranger.open(result)
        assert await stranger.heading() == stranger.words("Register")
    await let_draft_idle(person, site)
    await person.open(result)
    assert await person.heading() == person.words(SENT)
    content = await person.page.content()
    assert [answer for answer in filled.values() if answer in content] == []

    another = form()
    await person.open("/regisztracio/folytatas")
    await person.press("Delete what I typed")
    await begin_registration(person, another)
    await person.press(SEND)
    assert another["email"] in await person.text()
    await person.press("Delete what I typed")
    await person.page.go_back()
    assert await person.heading() == person.words(SENT)
    assert another["email"] not in await person.text()


async def test_two_tabs_do_not_send_what_the_client_has_not_seen(person: Person, site: RunningSite) -> None:
    filled, renamed = form(), form()["user_name"]
    before = await registrations(site)
    await begin_registration(person, filled)
    other = replace(person, page=await person.page.context.new_page())
    await other.open(STEP_1)
    await other.fill({"User name": renamed})
    await other.press("Continue")
    assert await other.heading() == other.words(CHECK)

    await person.press(SEND)
    assert await person.heading() == person.words(CHECK)
    assert await person.page.get_by_role("status").count() == 1
    assert renamed in await person.text()
    assert await registrations(site) == before
    await person.press(SEND)
    assert await person.heading() == person.words(SENT)
    await other.press(SEND)
    assert await other.heading() == other.words(SENT), "of the same answers"
    await registered_once(site, {**filled, "user_name": renamed}, before)


async def test_a_cookie_that_is_lost_between_two_pages_costs_the_pages_before_and_no_more(
    person: Person, site: RunningSite
) -> None:
    filled = form()
    before = await registrations(site)
    await begin_registration(person, filled, 2)
    await person.fill({"Family name": "Kovács", "Given names": "Éva"})
    await person.page.context.clear_cookies()
    await person.press("Continue")
    assert await person.heading() == person.words("Your name")
    assert [await person.value(label) for label in ("Family name", "Given names")] == ["Kovács", "Éva"]
    await begin_registration(person, filled)
    await person.press(SEND)
    assert await person.heading() == person.words(SENT)
    await registered_once(site, filled, before)


async def test_a_user_name_that_somebody_takes_meanwhile_is_asked_for_again(person: Person, site: RunningSite) -> None:
    filled = form()
    await begin_registration(person, filled)
    await site.world.register(form(user_name=filled["user_name"]))
    await person.press(SEND)
    assert await person.heading() == person.words("Choose a user name")
    assert await person.errors() == {"user_name": translated(words_of(UserNameTaken()).short, person.version.language)}
    filled["user_name"] = form()["user_name"]
    before = await registrations(site)
    await person.fill({"User name": filled["user_name"]})
    await person.press("Continue")
    await person.press(SEND)
    assert await person.heading() == person.words(SENT)
    await registered_once(site, filled, before)


async def test_two_accounts_with_one_address_are_two_accounts(person: Person, site: RunningSite) -> None:
    """One browser registers both, one after the other; each code is for its own account."""
    first = form()
    second = form(email=first["email"])
    for filled in (first, second):
        await begin_registration(person, filled)
        await person.press(SEND)
        assert await person.heading() == person.words(SENT)
        assert filled["user_name"] in await person.text()
        await site.code(first["email"], 1 if filled is first else 2)
    await redeem(person, second["user_name"], await site.code(first["email"], 1))
    assert set(await person.errors()) == {"code"}
    for number, filled in enumerate((first, second), 1):
        await redeem(person, filled["user_name"], await site.code(first["email"], number))
        assert await person.heading() == person.words("Your password is set")


async def test_a_code_that_is_asked_for_or_entered_twice_at_once_counts_once(person: Person, site: RunningSite) -> None:
    registration_id, filled = await site.world.active()
    name, email = filled["user_name"], filled["email"]
    await person.open("/elfelejtett-jelszo")
    await person.fill({"User name": name, "E-mail address": email})
    await person.open(await twice_at_once(person, "Request a code"))
    assert await person.heading() == person.words(SENT)

    code = await site.code(email, 2)
    await person.open("/kod/jelszo")
    await person.fill({"User name": name, "Code": code, "New password": ANOTHER_PASSWORD})
    await person.open(await twice_at_once(person, "Set the password"))
    assert await person.heading() == person.words("Your password is set")
    await person.page.go_back()
    await person.page.reload()
    assert await person.heading() == person.words("Enter the code and choose a password")
    assert await person.value("Code") == ""
    await quiet(site.world, registration_id)
    rows = await site.world.sql("select kind from events where registration_id = $1", registration_id)
    kinds = [row["kind"] for row in rows]
    assert (kinds.count(EventKind.CODE_ISSUED), kinds.count(EventKind.CODE_REDEEMED)) == (1, 2)


async def test_a_session_that_ended_while_somebody_typed_leads_back_to_the_form(
    person: Person, site: RunningSite
) -> None:
    """Nothing was changed, the log-in page says why, and the form works once the client is in again."""
    _, filled = await site.world.active()
    await log_in(person, filled["user_name"])
    await person.open("/fiok/jelszo")
    await person.fill({"Present password": PASSWORD, "New password": ANOTHER_PASSWORD})
    registration_id = await site.world.engine.registration_id(filled["user_name"])
    await site.world.sql("delete from sessions where registration_id = $1", registration_id)
    await person.press("Change the password")
    assert await person.heading() == person.words("Log in")
    assert await person.page.get_by_role("status").count() == 1
    await log_in(person, filled["user_name"])
    assert await person.heading() == person.words("Change the password"), "with the old one"


async def test_who_logs_in_ends_the_session_of_the_same_browser_before(person: Person, site: RunningSite) -> None:
    """Two people at one computer, of whom the first forgot to log out, and the second has the log-in page open."""
    first, filled = await site.world.active()
    second, others = await site.world.active()
    await person.open("/")
    tab = replace(person, page=await person.page.context.new_page())
    await log_in(tab, filled["user_name"])
    assert await sessions(site, first) == 1
    await person.fill({"User name": others["user_name"], "Password": PASSWORD})
    await person.press("Log in")
    assert others["user_name"] in await person.text()
    assert (await sessions(site, first), await sessions(site, second)) == (0, 1)
    await tab.page.reload()
    assert others["user_name"] in await tab.text()
