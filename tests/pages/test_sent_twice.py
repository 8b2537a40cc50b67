"""Forms that open a session, sent twice by one click too many: one session, and both answers lead to it."""

import asyncio

import pytest

from starter.dev.installation import World
from starter.dev.samples import PASSWORD
from starter.gateway import BrowserSessions, Idempotency
from tests.support.visitors import Visitor, heading, hidden, visitor
from tests.workflows.lives import quiet

SESSION = "ugyfelkapu-session"
NEXT, LAST = "Egészen új jelszó 1", "Egészen új jelszó 2"


async def sessions(world: World, registration_id: str) -> int:
    """How many rows there are."""
    return len(await world.sql("select from sessions where registration_id = $1", registration_id))


async def test_a_log_in_that_is_sent_twice_opens_one_session(world: World, somebody: Visitor) -> None:
    """At once, and once more with the cookie of the first answer: whichever answer a browser keeps lets in."""
    registration_id, filled = await world.active()
    await somebody.get("/fiok/email")
    sent = {**hidden((await somebody.get("/")).text), "user_name": filled["user_name"], "password": PASSWORD}
    answers = await asyncio.gather(*(somebody.http.post("/", data=sent) for _ in range(2)))
    answers.append(await somebody.http.post("/", data=sent))
    assert {answer.headers["location"] for answer in answers} == {"/fiok/email"}, "where the client wanted to go"
    assert len({answer.cookies[SESSION] for answer in answers}) == 1
    assert await sessions(world, registration_id) == 1
    assert heading(await somebody.get("/fiok")) == "My account"


async def test_one_form_filled_in_by_two_people_opens_two_sessions(world: World, url: str, somebody: Visitor) -> None:
    """Whoever has seen the form, its key and the cookies of its browser computes no other person's session."""
    (_, filled), (_, others) = await world.active(), await world.active()
    page = hidden((await somebody.get("/")).text)
    cookies = dict(somebody.http.cookies)
    async with visitor(url, cookies=cookies) as other:
        tokens = [
            (await who.http.post("/", data={**page, "user_name": name, "password": PASSWORD})).cookies[SESSION]
            for who, name in ((somebody, filled["user_name"]), (other, others["user_name"]))
        ]
    assert len(set(tokens)) == 2


async def test_a_change_of_password_that_is_sent_twice_leads_to_its_result(
    world: World, url: str, somebody: Visitor
) -> None:
    """A browser without scripts drops the first answer, and the new session with it: the second answer has it too."""
    registration_id, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get("/fiok/jelszo")).text)
    sent = {**page, "present_password": PASSWORD, "password": NEXT, "validity_days": ""}
    async with visitor(url, cookies=dict(somebody.http.cookies)) as again:
        first = await somebody.http.post("/fiok/jelszo", data=sent)
        second = await again.http.post("/fiok/jelszo", data=sent)
        assert first.headers["location"] == second.headers["location"]
        assert first.cookies[SESSION] == second.cookies[SESSION]
        assert heading(await again.get(second.headers["location"])) == "Your password is changed"
        assert heading(await again.get("/fiok")) == "My account"
    assert await sessions(world, registration_id) == 1


@pytest.mark.parametrize("dies_in", [(BrowserSessions, "renewed"), (Idempotency, "finish")], ids=["before", "after"])
async def test_a_change_of_password_whose_answer_was_lost_with_its_process_leads_to_its_result(
    world: World, somebody: Visitor, monkeypatch: pytest.MonkeyPatch, dies_in: tuple[type, str]
) -> None:
    """The change has ended the session that it was sent in: sent again half a minute later, it says what happened."""
    registration_id, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get("/fiok/jelszo")).text)
    sent = {**page, "present_password": PASSWORD, "password": NEXT, "validity_days": ""}

    async def die(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as dying:
        dying.setattr(*dies_in, die)
        dying.setattr(Idempotency, "release", die)
        assert (await somebody.http.post("/fiok/jelszo", data=sent)).status_code == 500
    await let_be_abandoned(world)
    led_on = await somebody.http.post("/fiok/jelszo", data=sent)
    assert heading(await somebody.get(led_on.headers["location"])) == "Your password is changed"
    assert heading(await somebody.get("/fiok")) == "My account"
    assert await changes(world, registration_id) == 1


async def test_a_change_of_password_that_a_lost_session_has_prevented_is_not_said_to_be_done(
    world: World, somebody: Visitor
) -> None:
    registration_id, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get("/fiok/jelszo")).text)
    await world.sql("delete from sessions where registration_id = $1", registration_id)
    sent = {**page, "present_password": PASSWORD, "password": NEXT, "validity_days": ""}
    assert (await somebody.http.post("/fiok/jelszo", data=sent)).headers["location"] == "/"
    assert await changes(world, registration_id) == 0


async def let_be_abandoned(world: World) -> None:
    """As half a minute later: requests that have no answer yet count as given up."""
    await world.sql("update idempotency_keys set locked_at = locked_at - interval '31 s' where answer is null")


async def changes(world: World, registration_id: str) -> int:
    """How often the password was changed."""
    await quiet(world, registration_id)
    events = "select from events where registration_id = $1 and kind = 'PASSWORD_CHANGED'"
    return len(await world.sql(events, registration_id))


async def test_a_change_of_password_that_another_one_has_followed_lets_nobody_in(
    world: World, url: str, somebody: Visitor
) -> None:
    """A thief with the cookies and the form of the first change, whose answer is still kept, brings an old password."""
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    page = hidden((await somebody.get("/fiok/jelszo")).text)
    sent = {**page, "present_password": PASSWORD, "password": NEXT, "validity_days": ""}
    async with visitor(url, cookies=dict(somebody.http.cookies)) as thief:
        await somebody.http.post("/fiok/jelszo", data=sent)
        changed = await somebody.post("/fiok/jelszo", {"present_password": NEXT, "password": LAST})
        assert "/kesz/" in changed.headers["location"]
        answer = await thief.http.post("/fiok/jelszo", data=sent)
        assert SESSION not in answer.cookies
        assert (await thief.get(answer.headers["location"])).headers["location"] == "/"
