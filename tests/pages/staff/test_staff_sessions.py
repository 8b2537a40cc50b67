"""Signing in and out, and what a session of staff is worth: to its browser, to others, to the database's owner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import httpx
import pytest

from registration.errors import OfficeNotOpen, RolesNotUsable
from registration.limits import Act
from starter.dev.ports import LOOPBACK
from starter.dev.sample_staff import SAMPLE_STAFF
from starter.dev.samples import another_address
from starter.gateway import OperationsGateway, StaffSessions, StaffSignIn
from starter.gateway.openid import OpenIdProvider
from starter.gateway.openid_client import OpenIdClient
from starter.gateway.principals import Principal, Role
from store.staff_seals import StaffSeals
from store.staff_sessions import SignInStore, StaffSessionStore, _hash
from tests.support.limits import use_up
from tests.support.pages import pages_on
from tests.support.staff import (
    STAFF_SESSION,
    StaffPages,
    answer_address,
    colleague,
    entries_of,
    query_of,
    running_staff,
    seated,
    sign_in,
)
from tests.support.visitors import heading, visitor

FORM: Final = "ugyfelkapu-staff-form"
SIGN_IN: Final = "ugyfelkapu-staff-sign-in"


# signing in


@pytest.mark.parametrize("who", [each.id for each in SAMPLE_STAFF])
async def test_everybody_sees_who_they_are(staff: StaffPages, who: str) -> None:
    """Roles in words, the office by its name."""
    (sample,) = (each for each in SAMPLE_STAFF if each.id == who)
    async with colleague(staff.url, who) as somebody:
        page = await somebody.get("/")
    assert heading(page) == "My work"
    assert who in page.text
    for role in sample.roles:
        assert role in page.text
    assert ("Okmányiroda" in page.text) is (sample.office is not None)


async def test_a_sign_in_and_a_sign_out_are_on_record(staff: StaffPages) -> None:
    before = await entries_of(staff.world, "clerk-2")
    async with colleague(staff.url, "clerk-2") as clerk:
        assert (await clerk.post("/kilepes", at="/")).status_code == 303
        await clerk.post("/kilepes", at="/")  # nobody is signed in any more
    found = [(each["operation"], each["outcome"]) for each in (await entries_of(staff.world, "clerk-2"))[len(before) :]]
    assert found == [("pages.sign_in", "BEGUN"), ("pages.sign_out", "BEGUN")]


async def test_a_sign_out_ends_the_session_for_every_copy_and_leads_to_the_provider(staff: StaffPages) -> None:
    async with colleague(staff.url, "auditor-1") as auditor, visitor(staff.url) as thief:
        token = auditor.http.cookies[STAFF_SESSION]
        thief.http.cookies.set(STAFF_SESSION, token, domain="127.0.0.1", path="/")
        assert heading(await thief.get("/")) == "My work"
        left = await auditor.post("/kilepes", at="/")
        address = left.headers["location"]
        assert address.startswith(f"{staff.issuer}/end?")
        assert query_of(address)["post_logout_redirect_uri"] == f"{staff.url}/kilepve"
        assert set(query_of(address)) == {"client_id", "post_logout_redirect_uri", "ui_locales"}, "and no token"
        assert {STAFF_SESSION, FORM}.isdisjoint(auditor.http.cookies)
        async with httpx.AsyncClient() as http:
            back = (await http.get(address)).headers["location"]
        assert heading(await auditor.get(back)) == "You have signed out"
        assert heading(await thief.get("/")) == "Sign in"


async def test_a_sign_out_says_so_where_the_provider_was_never_reached(staff: StaffPages) -> None:
    """Its own session may go on."""
    clerk = Principal("clerk-1", frozenset({Role.CLERK}), "1051")
    async with running_staff(staff.world, staff_issuer=f"http://{LOOPBACK}:1") as pages, seated(pages, clerk) as left:
        answer = await left.send("/kilepes")
        assert (answer.status_code, answer.headers["location"]) == (303, "/kilepve/itt")
        assert heading(await left.get("/kilepve/itt")) == "You are signed out here alone"
        assert await pages.world.engine.staff_sessions.find(left.token) is None


async def test_each_sign_in_has_a_token_of_its_own_whatever_the_browser_had(staff: StaffPages) -> None:
    """A token that somebody else has put into the browser stays worthless (session fixation)."""
    planted = "P" * 43
    async with visitor(staff.url) as somebody:
        somebody.http.cookies.set(STAFF_SESSION, planted, domain="127.0.0.1", path="/")
        await sign_in(somebody, "operator-1")
        first = somebody.http.cookies[STAFF_SESSION]
        await sign_in(somebody, "operator-1")
        second = somebody.http.cookies[STAFF_SESSION]
        assert len({planted, first, second}) == 3
    async with visitor(staff.url) as thief:
        for token in (planted, first):
            thief.http.cookies.set(STAFF_SESSION, token, domain="127.0.0.1", path="/")
            assert heading(await thief.get("/")) == "Sign in"


# login CSRF, replay


async def test_an_answer_is_worth_nothing_in_another_browser(staff: StaffPages) -> None:
    """Nobody can be signed in as somebody else by a link (RFC 9700, section 4.7)."""
    async with visitor(staff.url) as attacker, visitor(staff.url) as victim:
        address = await answer_address(attacker, "clerk-2")
        await victim.get("/")
        answer = await victim.get(address)
        assert (answer.status_code, heading(answer)) == (403, "Sign-in not completed")
        assert STAFF_SESSION not in victim.http.cookies
        assert (await attacker.get(address)).headers["location"] == "/"


async def test_an_answer_is_taken_once(staff: StaffPages) -> None:
    async with visitor(staff.url) as somebody:
        address = await answer_address(somebody, "clerk-1")
        assert (await somebody.get(address)).status_code == 303
        again = await somebody.get(address)
        assert (again.status_code, heading(again)) == (403, "Sign-in not completed")
        assert heading(await somebody.get("/")) == "My work"


async def test_two_tabs_of_one_browser_may_sign_in(staff: StaffPages) -> None:
    async with visitor(staff.url) as somebody:
        first = await answer_address(somebody, "clerk-1")
        second = await answer_address(somebody, "auditor-1")
        assert (await somebody.get(first)).status_code == (await somebody.get(second)).status_code == 303
        assert "auditor-1" in (await somebody.get("/")).text


async def test_the_code_of_one_sign_in_is_refused_in_another(staff: StaffPages) -> None:
    """The verifier is another one (PKCE), so is the nonce."""
    async with visitor(staff.url) as somebody:
        first, second = [query_of(await answer_address(somebody, "clerk-1")) for _ in range(2)]
        mixed = {**first, "state": second["state"]}
        answer = await somebody.get("/belepes/valasz", params=mixed)
        assert (answer.status_code, heading(answer)) == (403, "Sign-in not completed")


@pytest.mark.parametrize(
    "query",
    ["", "state=", "state=x&code=y", "code=y", "error=access_denied", "state=%00%ff&code=%00", f"state={'a' * 9000}"],
)
async def test_what_is_no_answer_is_refused(staff: StaffPages, query: str) -> None:
    async with visitor(staff.url) as somebody:
        await somebody.get("/")
        answer = await somebody.get(f"/belepes/valasz?{query}")
        assert (answer.status_code, heading(answer)) == (403, "Sign-in not completed")


async def test_who_changes_their_mind_at_the_provider_may_begin_again(staff: StaffPages) -> None:
    async with visitor(staff.url) as somebody:
        asked = (await somebody.post("/belepes", at="/")).headers["location"]
        refused = {"error": "access_denied", "state": query_of(asked)["state"], "iss": staff.issuer}
        answer = await somebody.get("/belepes/valasz", params=refused)
        assert (answer.status_code, heading(answer)) == (403, "Sign-in not completed")
        assert (await sign_in(somebody, "clerk-1")).status_code == 303


async def test_a_sign_in_waits_ten_minutes(staff: StaffPages) -> None:
    """By the sealed time, whatever the row's own column says."""
    store = staff.world.engine.sign_ins
    for minutes, status in ((9, 303), (11, 403)):
        async with visitor(staff.url) as somebody:
            address = await answer_address(somebody, "clerk-1")
            cookie, state = somebody.http.cookies[SIGN_IN], query_of(address)["state"]
            begun = await store.take(cookie, state)
            assert begun
            earlier = replace(begun, begun_at=begun.begun_at - timedelta(minutes=minutes))
            await store.begin(cookie, state, earlier, begun.begun_at + timedelta(days=1))
            assert (await somebody.get(address)).status_code == status


# who may not


async def test_sign_ins_that_one_address_begins_have_a_limit(staff: StaffPages) -> None:
    """Each is a row for ten minutes. Others sign in meanwhile; the address is that behind a trusted proxy."""
    address = another_address()
    async with running_staff(staff.world, trusted_proxies="127.0.0.1/32") as pages:
        await use_up(staff.world, Act.SIGN_IN, address)
        async with visitor(pages.url, headers={"X-Forwarded-For": address}) as somebody:
            refused = await somebody.post("/belepes", at="/")
            assert (refused.status_code, heading(refused)) == (429, "Too many attempts")
            assert 0 < int(refused.headers["Retry-After"]) <= 600
        async with colleague(pages.url, "clerk-1"):
            pass


async def test_a_disabled_id_is_out_with_its_next_request_and_cannot_come_back(staff: StaffPages) -> None:
    operations = OperationsGateway(staff.world.engine, "operator-9")
    async with colleague(staff.url, "operator-2") as operator:
        assert heading(await operator.get("/")) == "My work"
        await operations.disable_staff("operator-2")
        try:
            answer = await operator.get("/")
            assert (answer.status_code, heading(answer)) == (403, "May not act any more")
            assert heading(await operator.get("/")) == "Sign in"
            answer = await sign_in(operator, "operator-2")
            assert (answer.status_code, heading(answer)) == (403, "May not act any more")
            refused = [each for each in await entries_of(staff.world, "operator-2") if each["outcome"] == "REFUSED"]
            assert [(each["operation"], each["refusal"]) for each in refused[-2:]] == [
                ("pages.session", "StaffDisabled"),
                ("pages.sign_in", "StaffDisabled"),
            ]
        finally:
            await operations.enable_staff("operator-2")
        assert (await sign_in(operator, "operator-2")).status_code == 303


@pytest.mark.parametrize(
    ("roles", "office"),
    [
        ((), None),
        ((Role.PORTAL,), None),
        ((Role.PORTAL, Role.CLERK), "1051"),
        ((Role.CLERK, Role.AUDITOR), "1051"),
        ((Role.CLERK,), None),
        ((Role.CLERK,), "1000-R"),
    ],
    ids=str,
)
async def test_who_has_no_usable_role_or_no_open_office_is_refused_on_record(
    staff: StaffPages, roles: tuple[Role, ...], office: str | None
) -> None:
    """As at the API."""
    who = f"odd-{'-'.join(roles)}-{office}"
    engine = staff.world.engine
    provider = OpenIdProvider(OpenIdClient(staff.issuer, "x", secret="x"))
    sign_in_ = StaffSignIn(engine, provider, StaffSessions(engine), staff.url)
    with pytest.raises(OfficeNotOpen if office == "1000-R" else RolesNotUsable):
        await sign_in_._opened(Principal(who, frozenset(roles), office))
    (entry,) = await entries_of(staff.world, who)
    assert (entry["operation"], entry["outcome"]) == ("pages.sign_in", "REFUSED")


# how long


SHIFTS: Final = {
    "idle for 14 minutes": (lambda at: (at, at - timedelta(minutes=14)), True),
    "idle for 16 minutes": (lambda at: (at, at - timedelta(minutes=16)), False),
    "since 9 hours, in use": (lambda at: (at - timedelta(hours=9), at), True),
    "since 11 hours, in use": (lambda at: (at - timedelta(hours=11), at), False),
}


@pytest.mark.parametrize("name", SHIFTS)
async def test_a_session_ends_after_15_idle_minutes_and_after_10_hours(staff: StaffPages, name: str) -> None:
    """By the sealed times: the row's own column decides nothing."""
    shifted, lives = SHIFTS[name]
    async with colleague(staff.url, "clerk-1") as clerk:
        token = clerk.http.cookies[STAFF_SESSION]
        await shift(staff, token, shifted)
        assert heading(await clerk.get("/")) == ("My work" if lives else "Sign in")
        if not lives:
            assert STAFF_SESSION not in clerk.http.cookies


async def shift(staff: StaffPages, token: str, shifted: Callable[[datetime], tuple[datetime, datetime]]) -> None:
    store = staff.world.engine.staff_sessions
    facts = await store.find(token)
    assert facts
    signed_in, used = shifted(facts.used_at)
    await store.use(token, replace(facts, signed_in_at=signed_in, used_at=used), used + timedelta(days=1))


async def test_use_keeps_a_session_alive(staff: StaffPages) -> None:
    async with colleague(staff.url, "clerk-1") as clerk:
        token = clerk.http.cookies[STAFF_SESSION]
        await shift(staff, token, lambda at: (at, at - timedelta(minutes=14)))
        await clerk.get("/")
        facts = await staff.world.engine.staff_sessions.find(token)
        assert facts
        assert facts.used_at > facts.signed_in_at


async def test_what_has_ended_is_forgotten(staff: StaffPages) -> None:
    async with colleague(staff.url, "clerk-1") as clerk, visitor(staff.url) as other:
        await answer_address(other, "clerk-1")
        token = clerk.http.cookies[STAFF_SESSION]
        await staff.world.sql("update staff_sessions set ends_at = now() - interval '1 minute'")
        await staff.world.sql("update staff_sign_ins set ends_at = now() - interval '1 minute'")
        await StaffSessions(staff.world.engine).forget_old()
        assert await staff.world.engine.staff_sessions.find(token) is None
        while await staff.world.engine.sign_ins.forget(datetime.now().astimezone(), 1000):
            pass
        assert await staff.world.sql("select * from staff_sign_ins") == []


# the database's owner


async def test_no_row_that_we_have_not_written_is_a_session(staff: StaffPages) -> None:
    """Neither one sealed with another key, nor another's row under this token's hash, nor a changed one."""
    world = staff.world
    async with colleague(staff.url, "clerk-1") as clerk, colleague(staff.url, "operator-1") as operator:
        mine, others = clerk.http.cookies[STAFF_SESSION], operator.http.cookies[STAFF_SESSION]
        facts = await world.engine.staff_sessions.find(others)
        assert facts
        pool = world.engine.staff_sessions._pool
        forged = StaffSessionStore(pool, StaffSeals({"dev": b"f" * 32}))
        await forged.use(mine, facts, facts.used_at + timedelta(hours=1))
        assert heading(await clerk.get("/")) == "Sign in"
        another = "select sealed from staff_sessions where id_hash = $1"
        moved = f"update staff_sessions set sealed = ({another}) where id_hash = $2"  # noqa: S608  our own words
        await world.sql(moved, _hash(others), _hash(mine))
        assert await world.engine.staff_sessions.find(mine) is None
        await world.sql("update staff_sessions set key_id = 'gone' where id_hash = $1", _hash(others))
        assert heading(await operator.get("/")) == "Sign in"


async def test_a_sign_in_opens_with_our_key_and_the_cookie_together(staff: StaffPages) -> None:
    async with visitor(staff.url) as somebody:
        address = await answer_address(somebody, "clerk-1")
        cookie, state = somebody.http.cookies[SIGN_IN], query_of(address)["state"]
    pool = staff.world.engine.sign_ins._pool
    ring = staff.world.engine.sign_ins._seals.ring
    rows = await staff.world.sql("select * from staff_sign_ins")
    assert not any(cookie.encode() in bytes(row["id"]) or state.encode() in bytes(row["id"]) for row in rows)
    assert await SignInStore(pool, StaffSeals(ring)).take("another cookie", state) is None
    assert await SignInStore(pool, StaffSeals(dict.fromkeys(ring, b"x" * 32))).take(cookie, state) is None
    assert await SignInStore(pool, StaffSeals(ring)).take(cookie, state) is None, "it was answered"


# two sites


async def test_a_cookie_of_one_site_is_worth_nothing_at_the_other(staff: StaffPages) -> None:
    """Whatever it is called."""
    _, filled = await staff.world.active()
    async with pages_on(staff.world, trusted_proxies="127.0.0.1/32") as http:
        async with visitor(str(http.base_url)) as citizen, colleague(staff.url, "clerk-1") as clerk:
            assert (await citizen.log_in(filled["user_name"])).status_code == 303
            theirs = citizen.http.cookies["ugyfelkapu-session"]
            ours = clerk.http.cookies[STAFF_SESSION]
            assert "ugyfelkapu-session" not in clerk.http.cookies
        for url, path in ((staff.url, "/"), (str(http.base_url), "/fiok")):
            for token in (theirs, ours):
                wrong = "ugyfelkapu-session" if url == staff.url else STAFF_SESSION
                right = STAFF_SESSION if url == staff.url else "ugyfelkapu-session"
                for name in {wrong} | ({right} if (token == theirs) is (url == staff.url) else set()):
                    async with visitor(url) as thief:
                        thief.http.cookies.set(name, token, domain="127.0.0.1", path="/")
                        answer = await thief.get(path)
                        assert answer.headers.get("location") == "/" or heading(answer) == "Sign in", (url, name)
