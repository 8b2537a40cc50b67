"""The way to the log-in page and back: to a page that was asked for, or to a form that came after its session's end."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
import pytest

from registration.limits import Act
from starter.dev.installation import World
from starter.dev.samples import PASSWORD, another_address, form
from starter.gateway import browser_sessions
from starter.pages.citizen.continuation import HOME, PATHS
from tests.support.limits import use_up
from tests.support.pages import PORTAL
from tests.support.visitors import Visitor, heading, hidden, visitor
from tests.workflows.lives import quiet

SESSION: Final = "ugyfelkapu-session"
FORM: Final = "ugyfelkapu-form"
KEPT: Final = "What you typed is kept for 24 hours"
SEND_AGAIN: Final = "Nothing has been done yet, because the browser has lost a cookie."
LOGGED_OUT: Final = "You are logged out. Log in to go on to the page that you asked for."
NEXT: Final = "Egészen új jelszó 1"


async def end_sessions(world: World, registration_id: str) -> None:
    """As sessions end that nobody uses: their rows are gone a minute later."""
    await world.sql("delete from sessions where registration_id = $1", registration_id)


def value(answer: httpx.Response, name: str) -> str:
    """What is in a field of a page."""
    (found,) = re.findall(rf'<input id="{name}" [^>]*value="([^"]*)"', answer.text)
    return str(found)


async def late_email(world: World, somebody: Visitor, fresh: str) -> dict[str, str]:
    """Somebody whose session ends while they type another address; their registration form."""
    registration_id, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get("/fiok/email")).text)
    await end_sessions(world, registration_id)
    answer = await somebody.http.post("/fiok/email", data={**page, "email": fresh, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return {name: str(value) for name, value in filled.items()}


# pages


@pytest.mark.parametrize("path", PATHS.values())
async def test_a_page_that_was_asked_for_is_where_the_log_in_leads_once(
    world: World, somebody: Visitor, path: str
) -> None:
    _, filled = await world.active()
    asked = await somebody.get(path)
    assert (asked.status_code, asked.headers["location"]) == (303, "/"), "no address is in the address"
    assert (await somebody.post("/", {"user_name": filled["user_name"], "password": "nem ez az"})).status_code == 422
    assert (await somebody.log_in(filled["user_name"])).headers["location"] == path
    assert (await somebody.get(path)).status_code == 200
    await somebody.post("/kilepes", at=HOME)
    assert (await somebody.log_in(filled["user_name"])).headers["location"] == HOME


@pytest.mark.parametrize("path", ["/fiok", "/fiok/email/kesz/" + "A" * 22, "/fiok//email", "/evil.example/fiok/email"])
async def test_whatever_else_was_asked_for_leads_to_the_account(world: World, somebody: Visitor, path: str) -> None:
    _, filled = await world.active()
    await somebody.get(path)
    assert (await somebody.log_in(filled["user_name"])).headers["location"] == HOME


async def test_nothing_that_a_browser_sends_is_an_address_to_go_on_with(world: World, somebody: Visitor) -> None:
    _, filled = await world.active()
    names = ("next", "continuation", "destination", "return_to", "owner", "form_owner")
    evil = dict.fromkeys(names, "https://evil.example/")
    await somebody.http.get("/fiok/email", params=evil)
    sent = {**hidden((await somebody.get("/")).text), "user_name": filled["user_name"], "password": PASSWORD, **evil}
    answer = await somebody.http.post("/", data=sent, params=evil)
    assert answer.headers["location"] == "/fiok/email"


async def test_a_forgotten_password_and_a_code_lie_between(world: World, somebody: Visitor) -> None:
    """The page that was asked for is shown after the log-in with the new password."""
    registration_id, filled = await world.active()
    await quiet(world, registration_id)
    letters = len(world.letters(filled["email"]))
    await somebody.get("/fiok/adataim")
    requested = await somebody.post("/elfelejtett-jelszo", {"user_name": filled["user_name"], "email": filled["email"]})
    assert "/kesz/" in requested.headers["location"]
    code = await world.code(filled["email"], letters + 1)
    typed = {"user_name": filled["user_name"], "code": code, "password": NEXT, "validity_days": ""}
    assert "/kesz/" in (await somebody.post("/kod/jelszo", typed)).headers["location"]
    assert (await somebody.log_in(filled["user_name"], NEXT)).headers["location"] == "/fiok/adataim"


# forms


async def test_a_form_that_comes_after_its_session_is_filled_in_again_after_the_log_in(
    world: World, somebody: Visitor
) -> None:
    """Nothing is done before; the password is not kept; once the form is sent, what was typed is gone."""
    fresh = form()["email"]
    filled = await late_email(world, somebody, fresh)
    for _ in range(2):
        assert KEPT in (await somebody.get("/")).text
    assert (await somebody.log_in(filled["user_name"])).headers["location"] == "/fiok/email"
    for _ in range(2):
        page = await somebody.get("/fiok/email")
        assert (value(page, "email"), "is here again" in page.text) == (fresh, True)
        assert PASSWORD not in page.text
    sent = await somebody.post("/fiok/email", {"email": fresh, "password": PASSWORD})
    assert "/kesz/" in sent.headers["location"]
    assert value(await somebody.get("/fiok/email"), "email") == ""


async def test_another_client_at_the_same_computer_sees_nothing_of_it(world: World, somebody: Visitor) -> None:
    """Neither after their log-in, nor at the page of the form; who typed it finds it again."""
    fresh = form()["email"]
    filled = await late_email(world, somebody, fresh)
    _, others = await world.active()
    assert (await somebody.log_in(others["user_name"])).headers["location"] == HOME
    page = await somebody.get("/fiok/email")
    assert (value(page, "email"), fresh in page.text) == ("", False)
    assert KEPT not in (await somebody.get("/")).text
    somebody.http.cookies.delete(SESSION)
    await somebody.log_in(filled["user_name"])
    assert value(await somebody.get("/fiok/email"), "email") == fresh


async def test_log_out_deletes_it(world: World, somebody: Visitor) -> None:
    """Also for whoever has copied the cookie that leads to it."""
    fresh = form()["email"]
    filled = await late_email(world, somebody, fresh)
    await somebody.log_in(filled["user_name"])
    copied = somebody.http.cookies[FORM]
    await somebody.post("/kilepes", at=HOME)
    somebody.http.cookies.set(FORM, copied, domain="127.0.0.1", path="/")
    await somebody.log_in(filled["user_name"])
    assert value(await somebody.get("/fiok/email"), "email") == ""


async def test_what_was_typed_is_deleted_on_demand_before_and_after_the_log_in(world: World, somebody: Visitor) -> None:
    """Its owner may have left it at a shared computer, where they do not want to log in again."""
    for is_logged_in in (False, True):
        fresh = form()["email"]
        filled = await late_email(world, somebody, fresh)
        if is_logged_in:
            await somebody.log_in(filled["user_name"])
            assert value(await somebody.get("/fiok/email"), "email") == fresh
        await somebody.post("/torles", at="/fiok/email" if is_logged_in else "/")
        if not is_logged_in:
            assert KEPT not in (await somebody.get("/")).text
            await somebody.log_in(filled["user_name"])
        assert value(await somebody.get("/fiok/email"), "email") == ""
        somebody.http.cookies.delete(SESSION)


async def test_a_form_of_nobody_keeps_nothing(world: World, somebody: Visitor) -> None:
    """Without the owner that pages give it, or with too much in it, a late form leads to the log-in page alone."""
    _, filled = await world.active()
    page = hidden((await somebody.get("/")).text)
    rows = len(await world.sql("select from drafts"))
    for typed in ({"email": "a@example.org"}, {"email": "x" * 20_000, "form_owner": "a" * 64}):
        answer = await somebody.http.post("/fiok/email", data={**page, **typed, "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert len(await world.sql("select from drafts")) == rows
    assert (await somebody.log_in(filled["user_name"])).headers["location"] == HOME


@pytest.mark.parametrize("says", [{"Origin": PORTAL}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
async def test_a_form_whose_cookie_was_lost_is_shown_again_with_what_was_typed(
    world: World, somebody: Visitor, says: dict[str, str]
) -> None:
    """The password excepted, and nothing is done; sent once more, it is."""
    _, filled = await world.active()
    fresh = form()["email"]
    await somebody.log_in(filled["user_name"])
    typed = {**hidden((await somebody.get("/fiok/email")).text), "email": fresh, "password": PASSWORD}
    somebody.http.cookies.delete(FORM)
    again = await somebody.http.post("/fiok/email", data=typed, headers=says)
    assert (again.status_code, heading(again)) == (403, "Change the e-mail address")
    assert (value(again, "email"), PASSWORD in again.text) == (fresh, False)
    sent = await somebody.http.post("/fiok/email", data={**typed, **hidden(again.text)}, headers=says)
    assert "/kesz/" in sent.headers["location"]


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/", {"user_name": "nobody.at.all", "password": PASSWORD}),
        ("/elfelejtett-jelszo", {"user_name": "nobody.at.all", "email": "nobody@example.org"}),
        ("/kod/jelszo", {"user_name": "nobody.at.all", "code": "AAAA-BBBB-CCCC-DDDD", "password": PASSWORD}),
        ("/kod/uj-cim", {"user_name": "nobody.at.all", "code": "AAAA-BBBB-CCCC-DDDD"}),
        ("/kod/megszuntetes", {"user_name": "nobody.at.all", "code": "AAAA-BBBB-CCCC-DDDD"}),
        ("/regisztracio/nev", {"family_name": "Nagy", "given_name": "Anna", "birth_name": "Kis Anna"}),
    ],
)
@pytest.mark.parametrize("cookie", [None, "B" * 24])
async def test_every_form_is_shown_again_when_its_cookie_was_lost_or_changed(
    somebody: Visitor, path: str, typed: dict[str, str], cookie: str | None
) -> None:
    """With what was typed, password and code excepted; its new token is right."""
    page = await somebody.get(path)
    somebody.http.cookies.delete(FORM)
    if cookie:
        somebody.http.cookies.set(FORM, cookie, domain="127.0.0.1", path="/")
    says = {"Sec-Fetch-Site": "same-origin"}
    again = await somebody.http.post(path, data={**hidden(page.text), **typed}, headers=says)
    assert (again.status_code, heading(again)) == (403, heading(page))
    assert SEND_AGAIN in again.text
    kept = {name: text for name, text in typed.items() if name not in {"password", "code"}}
    assert {name: value(again, name) for name in kept} == kept
    assert not [text for name, text in typed.items() if name not in kept and text in again.text]
    sent = await somebody.http.post(path, data={**hidden(again.text), **typed}, headers=says)
    assert sent.status_code in {303, 422, 403, 401}
    assert SEND_AGAIN not in sent.text


async def test_a_form_whose_answers_went_with_the_cookie_leads_to_a_page_that_says_so(somebody: Visitor) -> None:
    """There is nothing left to be sent again."""
    page = hidden((await somebody.get("/regisztracio/felhasznalonev")).text)
    somebody.http.cookies.delete(FORM)
    says = {"Sec-Fetch-Site": "same-origin"}
    answer = await somebody.http.post("/regisztracio/ellenorzes", data=page, headers=says)
    assert (answer.status_code, heading(answer)) == (403, "This page was open for too long")


@pytest.mark.parametrize(
    "path", [path for path in PATHS.values() if path not in {HOME, "/fiok/elet", "/fiok/betekintesek"}]
)
async def test_a_form_that_is_sent_after_a_log_out_in_another_tab_says_why_and_is_where_the_log_in_leads(
    world: World, somebody: Visitor, path: str
) -> None:
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get(path)).text)
    await somebody.post("/kilepes", at=HOME)
    assert LOGGED_OUT not in (await somebody.get("/")).text, "who logs out knows"
    sent = {**page, "password": PASSWORD, "email": "uj@example.org"}
    answer = await somebody.http.post(path, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert LOGGED_OUT in (await somebody.get("/")).text
    assert (await somebody.log_in(filled["user_name"])).headers["location"] == path


@pytest.mark.parametrize("path", ["/fiok/munkamenetek", "/fiok/munkamenetek/vege"])
async def test_a_button_of_the_account_after_a_log_out_in_another_tab_says_so(
    world: World, somebody: Visitor, path: str
) -> None:
    """Unless another site may have sent it: what it sends keeps nothing."""
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get(HOME)).text)
    await somebody.post("/kilepes", at=HOME)
    forged = await somebody.http.post(path, data=page, headers={"Sec-Fetch-Site": "cross-site"})
    assert (forged.status_code, LOGGED_OUT in (await somebody.get("/")).text) == (403, False)
    answer = await somebody.http.post(path, data=page, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert LOGGED_OUT in (await somebody.get("/")).text
    assert (await somebody.log_in(filled["user_name"])).headers["location"] == HOME


@pytest.mark.parametrize("says", [{}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
async def test_a_stale_log_in_form_leads_to_the_account_of_whoever_is_logged_in(
    world: World, somebody: Visitor, says: dict[str, str]
) -> None:
    """It came from a tab that was open before the log-in, and logs nobody in: the session stays."""
    (_, filled), (_, others) = await world.active(), await world.active()
    page = hidden((await somebody.get("/")).text)
    await somebody.log_in(filled["user_name"])
    session = somebody.http.cookies[SESSION]
    somebody.http.cookies.delete(FORM)
    sent = {**page, "user_name": others["user_name"], "password": PASSWORD}
    answer = await somebody.http.post("/", data=sent, headers=says)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    assert somebody.http.cookies[SESSION] == session
    assert filled["user_name"] in (await somebody.get(HOME)).text


@pytest.mark.parametrize("says", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
async def test_another_site_fills_in_no_form(world: World, somebody: Visitor, says: dict[str, str]) -> None:
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    sent = {"form_token": "x", "email": "thief@evil.example"}
    answer = await somebody.http.post("/fiok/email", data=sent, headers=says)
    assert (answer.status_code, "thief" in answer.text) == (403, False)


# limits


async def test_a_page_that_an_address_asks_for_too_often_leads_to_the_log_in_page_all_the_same(
    world: World, url: str
) -> None:
    """It is not gone on with, and no row is added."""
    _, filled = await world.active()
    address = another_address()
    await use_up(world, Act.DRAFT, address)
    async with visitor(url, headers={"X-Forwarded-For": address}) as somebody:
        assert (await somebody.get("/fiok/email")).headers["location"] == "/"
        assert LOGGED_OUT not in (await somebody.get("/")).text
        assert (await somebody.log_in(filled["user_name"])).headers["location"] == HOME


async def test_a_registration_beyond_the_limit_of_its_address_waits_and_what_was_typed_stays(
    world: World, url: str
) -> None:
    """A form that was begun before goes on."""
    address, typed = another_address(), {"user_name": form()["user_name"]}
    headers = {"X-Forwarded-For": address}
    async with visitor(url, headers=headers) as early, visitor(url, headers=headers) as late:
        await early.post("/regisztracio/felhasznalonev", typed)
        await use_up(world, Act.DRAFT, address)
        refused = await late.post("/regisztracio/felhasznalonev", typed)
        assert (refused.status_code, heading(refused)) == (429, "Choose a user name")
        assert "Try again after" in refused.text
        assert value(refused, "user_name") == typed["user_name"]
        assert (await late.get("/regisztracio/email")).status_code == 200
        again = await early.post("/regisztracio/felhasznalonev", {"user_name": form()["user_name"]})
        assert again.headers["location"] == "/regisztracio/email"


# single sessions


async def test_one_other_session_is_ended_and_none_of_another_client(world: World, url: str, somebody: Visitor) -> None:
    (_, filled), (_, others) = await world.active(), await world.active()
    async with visitor(url) as elsewhere, visitor(url) as third, visitor(url) as stranger:
        for who, name in ((elsewhere, filled), (somebody, filled), (third, filled), (stranger, others)):
            await who.log_in(name["user_name"])
        ids = re.findall(r'name="session_id" value="([^"]+)"', (await somebody.get(HOME)).text)
        assert len(ids) == 2
        for who, session_id in ((stranger, ids[0]), (somebody, "x"), (somebody, "")):
            await who.post("/fiok/munkamenetek/vege", {"session_id": session_id}, at=HOME)
        assert [(await who.get(HOME)).status_code for who in (elsewhere, third, stranger)] == [200] * 3
        await somebody.post("/fiok/munkamenetek/vege", {"session_id": ids[0]}, at=HOME)
        assert sorted([(await who.get(HOME)).status_code for who in (elsewhere, third)]) == [200, 303]
        assert (await somebody.get(HOME)).status_code == 200


async def test_more_time_is_given_to_a_session_that_is_in_force(world: World, somebody: Visitor) -> None:
    registration_id, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get(HOME)).text)
    given = await somebody.http.post("/fiok/munkamenetek/folytatas", data=page)
    assert given.status_code == 204
    assert 0 < int(given.headers["Session-Seconds-Left"]) <= 15 * 60
    await end_sessions(world, registration_id)
    refused = await somebody.http.post("/fiok/munkamenetek/folytatas", data=page)
    assert (refused.status_code, refused.headers["Session-Seconds-Left"]) == (204, "0")


async def test_a_script_that_asks_how_long_a_session_lasts_does_not_prolong_it(
    world: World, somebody: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    began = datetime.now(UTC)
    for minutes, most in ((5, 600), (10, 300), (15, 0)):
        moment = began + timedelta(minutes=minutes)
        monkeypatch.setattr(browser_sessions, "now", lambda moment=moment: moment)
        answer = await somebody.get("/fiok/munkamenetek/folytatas")
        assert answer.status_code == 204
        assert most - 120 < int(answer.headers["Session-Seconds-Left"]) <= most
    assert (await somebody.get(HOME)).status_code == 303
