"""The cookie by which an account knows a browser again, and what a browser says that it is."""

import re

import pytest

from registration.log_ins import BrowserFamily
from starter.dev.installation import World
from starter.dev.samples import PASSWORD
from starter.gateway import LogInHistory
from tests.support.visitors import Visitor, hidden, visitor

COOKIE = "ugyfelkapu-known-browser"


async def test_a_browser_keeps_its_cookie_for_every_account_and_has_none_before_a_log_in(
    world: World, somebody: Visitor
) -> None:
    _, first = await world.active()
    _, second = await world.active()
    await somebody.get("/")
    await somebody.log_in(first["user_name"], "nem ez a jelszó")
    assert COOKIE not in somebody.http.cookies
    await somebody.log_in(first["user_name"])
    known = somebody.http.cookies[COOKIE]
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", known)
    await somebody.post("/kilepes", at="/fiok")
    await somebody.log_in(second["user_name"])
    assert somebody.http.cookies[COOKIE] == known


async def test_every_browser_has_a_cookie_of_its_own(world: World, url: str) -> None:
    _, filled = await world.active()
    found = set()
    for _ in range(3):
        async with visitor(url) as browser:
            await browser.log_in(filled["user_name"])
            found.add(browser.http.cookies[COOKIE])
    assert len(found) == 3


@pytest.mark.parametrize("planted", ["x", "A" * 23, "A" * 25, "A" * 4_000, "ő", "A" * 23 + "%"])
async def test_what_is_no_cookie_of_ours_is_replaced(world: World, url: str, planted: str) -> None:
    _, filled = await world.active()
    async with visitor(url) as browser:
        page = await browser.get("/")
        form = browser.http.cookies["ugyfelkapu-form"]
        answer = await browser.http.post(
            "/",
            data={**hidden(page.text), "user_name": filled["user_name"], "password": PASSWORD},
            headers={b"Cookie": f"ugyfelkapu-form={form}; {COOKIE}={planted}".encode()},
        )
    assert answer.status_code == 303
    (line,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(COOKIE)]
    assert re.match(rf"{COOKIE}=[A-Za-z0-9_-]{{24}};", line)


@pytest.mark.parametrize("user_agent", ["<script>alert(1)</script>", "x" * 6_000, "\xff\x80", ""])
async def test_nothing_of_what_a_browser_says_is_kept_or_shown_but_its_family(
    world: World, url: str, user_agent: str
) -> None:
    registration_id, filled = await world.active()
    async with visitor(url, headers={"User-Agent": user_agent.encode("latin-1")}) as browser:
        assert (await browser.log_in(filled["user_name"])).headers["location"] == "/fiok"
        page = await browser.get("/fiok")
    assert page.status_code == 200
    assert not user_agent or user_agent not in page.text
    (listed,) = await LogInHistory(world.engine).latest(registration_id)
    assert listed.browser is BrowserFamily.OTHER
