"""A form is taken from a page of this site, opened in this browser: on every route that takes one."""

import asyncio
from typing import Final

import pytest

from starter.dev.installation import World
from starter.dev.samples import PASSWORD
from starter.pages.citizen.app import ROUTES
from starter.pages.forgery import form_token
from tests.support.pages import PORTAL
from tests.support.visitors import Visitor, heading, hidden, visitor

POSTS: Final = sorted(route.path for route in ROUTES if "POST" in (route.methods or ()))
GETS: Final = sorted({route.path for route in ROUTES if "GET" in (route.methods or ())})
FORGED: Final = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"},  # 127.0.0.1 is another site than localhost
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8081"},  # another port
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "Same-Origin"},  # no browser writes it so
    {"Origin": "http://localhost:8080"},
    {"Origin": "http://127.0.0.1:8081"},
    {"Origin": "https://127.0.0.1:8080"},
    {"Origin": f"{PORTAL}.evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
)


@pytest.mark.parametrize("headers", FORGED, ids=str)
async def test_a_form_of_another_site_does_nothing_even_with_the_right_token(
    world: World, somebody: Visitor, headers: dict[str, str]
) -> None:
    _, filled = await world.active()
    await somebody.get("/")
    answer = await somebody.post("/", {"user_name": filled["user_name"], "password": PASSWORD}, headers=headers)
    assert (answer.status_code, heading(answer)) == (403, "This form was not sent from our page")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": PORTAL}, {}], ids=str)
async def test_a_form_of_this_site_is_taken(world: World, somebody: Visitor, headers: dict[str, str]) -> None:
    _, filled = await world.active()
    answer = await somebody.post("/", {"user_name": filled["user_name"], "password": PASSWORD}, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/fiok")


UPLOAD = "/regisztracio/alairas"
"""The one form that takes files, and so comes in another coding."""


def test_these_are_all_routes_that_take_a_form() -> None:
    """A route that a later page adds is walked below, too."""
    assert {"/", "/kilepes", "/elfelejtett-jelszo", "/kod/jelszo", "/fiok/jelszo"} <= set(POSTS)
    assert all(route.methods in ({"POST"}, {"GET", "HEAD"}) for route in ROUTES)


async def test_no_route_takes_a_form_without_this_browsers_token(world: World, url: str, somebody: Visitor) -> None:
    """Missing, empty, of another browser, of no cookie, cut short, or the cookie itself."""
    _, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    mine = somebody.http.cookies["ugyfelkapu-form"]
    async with visitor(url) as other:
        others = hidden((await other.get("/")).text)["form_token"]
    for path in POSTS:
        files = {"document": b""} if path == UPLOAD else None
        for token in (None, "", others, form_token(""), mine, form_token(mine)[:-1]):
            sent = {} if token is None else {"form_token": token}
            answer = await somebody.http.post(path, data=sent, files=files)
            if path == "/":
                assert (answer.status_code, answer.headers["location"]) == (303, "/fiok"), "who is logged in already"
                continue
            assert (answer.status_code, heading(answer)) == (403, "This page was open for too long"), (path, token)
    assert (await somebody.get("/fiok")).status_code == 200


async def test_without_the_cookie_no_token_is_right(url: str) -> None:
    """A browser that keeps no cookies is asked to load the page again; nothing is done."""
    async with visitor(url) as somebody:
        token = hidden((await somebody.get("/")).text)["form_token"]
        somebody.http.cookies.clear()
        for _ in range(2):
            answer = await somebody.http.post("/", data={"form_token": token})
            assert answer.status_code == 403
            somebody.http.cookies.clear()


async def test_no_page_changes_anything_by_being_opened(world: World, somebody: Visitor) -> None:
    """Whatever its address has in it."""
    registration_id, filled = await world.active()
    await somebody.log_in(filled["user_name"])
    before, rows = await world.audit.describe(registration_id), await _rows(world)
    query = {**filled, "code": "AAAA-AAAA-AAAA-AAAA", "password": "Másik jelszó 1", "present_password": PASSWORD}
    for path in GETS:
        for method in ("GET", "HEAD"):
            answer = await somebody.http.request(method, path.replace("{key}", "A" * 22), params=query)
            assert answer.status_code in {200, 204, 303, 404}, path
    after = await world.audit.describe(registration_id)
    assert (after.status, after.sequence, await _rows(world)) == (before.status, before.sequence, rows)
    assert (await somebody.get("/fiok")).status_code == 200


async def _rows(world: World) -> list[int]:
    tables = ("sessions", "drafts", "credentials", "idempotency_keys")
    return [(await world.sql(f"select count(*) from {table}"))[0][0] for table in tables]  # noqa: S608


async def test_one_form_sent_twice_at_once_acts_once(world: World, somebody: Visitor) -> None:
    owner, filled = await world.active()
    page = hidden((await somebody.get("/elfelejtett-jelszo")).text)
    sent = {**page, "user_name": filled["user_name"], "email": filled["email"]}
    answers = await asyncio.gather(*(somebody.http.post("/elfelejtett-jelszo", data=sent) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    again = await somebody.http.post("/elfelejtett-jelszo", data=sent)
    assert again.headers["location"] == answers[0].headers["location"]
    kinds = [event["kind"] for event in await world.sql("select kind from events where registration_id = $1", owner)]
    assert (kinds.count("CODE_ISSUED"), kinds.count("CODE_SENT_AGAIN")) == (1, 0)


async def test_the_page_of_a_result_is_shown_to_its_own_browser_alone(
    world: World, url: str, somebody: Visitor
) -> None:
    _, filled = await world.active()
    sent = {"user_name": filled["user_name"], "email": filled["email"]}
    result = (await somebody.post("/elfelejtett-jelszo", sent)).headers["location"]
    assert heading(await somebody.get(result)) == "We have sent you a code"
    async with visitor(url) as other:
        answer = await other.get(result)
        assert (answer.status_code, answer.headers["location"]) == (303, "/elfelejtett-jelszo")
        await other.get("/")
        assert (await other.get(result)).status_code == 303
