"""What an operator sees of each request: a line that quotes nothing, and no more where something unexpected happens."""

from collections.abc import AsyncIterator
from typing import Final

import pytest_asyncio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from starter.dev.installation import World
from starter.pages.bare_page import bare_page
from starter.pages.citizen.app import build
from starter.pages.server import citizen_site_on
from starter.serving.server import serving
from tests.support.api import LOCALHOST
from tests.support.pages import PORTAL
from tests.support.visitors import Visitor, heading, visitor

SECRET: Final = "szigorúan titkos"


async def fail(_request: Request) -> Response:
    raise ValueError(SECRET)


@pytest_asyncio.fixture(loop_scope="session")
async def failing(world: World) -> AsyncIterator[Visitor]:
    """A visitor of pages of which one fails."""
    app = build(citizen_site_on(world.settings.model_copy(update={"portal_url": PORTAL}), world.engine))
    app.router.routes.append(Route("/hiba/{key}", fail, methods=["GET", "POST"]))
    async with serving(app, LOCALHOST, "pages_address", bare_page) as url, visitor(url) as somebody:
        yield somebody


async def test_a_line_has_route_status_and_time_and_nothing_that_was_typed(somebody: Visitor) -> None:
    with capture_logs() as lines:
        await somebody.get(f"/kod/jelszo/kesz/{SECRET}?user_name={SECRET}")
        await somebody.get(f"/{SECRET}")
        await somebody.post("/", {"user_name": SECRET, "password": SECRET}, headers={"Origin": "https://evil.example"})
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["operation"], line["status"]) for line in requests] == [
        ("GET /kod/jelszo/kesz/{key}", 303),
        ("unmatched", 404),
        ("GET /", 200),
        ("POST /", 403),
    ]
    assert all(set(line) == {"event", "log_level", "operation", "status", "milliseconds"} for line in requests)
    assert SECRET not in str(lines)


async def test_what_is_unexpected_is_a_page_of_the_site_and_a_line_with_kind_and_places(failing: Visitor) -> None:
    """Once, and without the exception's text, which may quote what was typed."""
    with capture_logs() as lines:
        answer = await failing.get(f"/hiba/{SECRET}")
    assert (answer.status_code, heading(answer)) == (500, "There is a problem with the service")
    assert "content-security-policy" in answer.headers
    failures = [line for line in lines if line["log_level"] == "error"]
    assert [(line["operation"], line["error"]) for line in failures] == [("GET /hiba/{key}", "ValueError")]
    assert failures[0]["trace"][-1].startswith(f"{__name__}:")
    assert any(place.startswith("starter.serving.observation:") for place in failures[0]["trace"])
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]
    assert SECRET not in str(lines) + answer.text
