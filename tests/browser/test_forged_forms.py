"""Forms of other sites in a real browser: from another port of this host, which gets its cookies, and another host."""

from html import escape

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from starter.dev.ports import LOOPBACK
from starter.pages.bare_page import bare_page
from starter.pages.forgery import form_token
from starter.serving.server import serving
from tests.support.api import LOCALHOST
from tests.support.browsing import Person
from tests.support.page_states import logged_in
from tests.support.site import RunningSite

BUTTON = "Win a prize"


@pytest.mark.parametrize("host", [LOOPBACK, "localhost"])
async def test_a_form_of_another_site_logs_nobody_out(person: Person, site: RunningSite, host: str) -> None:
    """The forger has the cookie that forms are tied to, and so the right token: the browser says where it is from."""
    await logged_in(person, site)
    cookies = {cookie["name"]: cookie["value"] for cookie in await person.page.context.cookies(site.url)}
    token = form_token(cookies["ugyfelkapu-form"])
    forged = (
        f'<form method="post" action="{site.url}/kilepes"><input name="form_token" value="{escape(token)}">'
        f"<button>{BUTTON}</button></form>"
    )

    async def show(request: Request) -> Response:
        assert (request.cookies == cookies) is (host == LOOPBACK), "browsers tell no ports of a host apart"
        return HTMLResponse(forged)

    async with serving(Starlette(routes=[Route("/", show)]), LOCALHOST, "pages_address", bare_page) as url:
        await person.page.goto(url.replace(LOOPBACK, host))
        await person.press(BUTTON)
        assert await person.heading() == person.words("This form was not sent from our page")
    await person.open("/")
    assert await person.heading() == person.words("My account"), "still logged in"
