"""Forgotten password (S6, S8): user name and e-mail address bring a code."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.errors import InvalidInput, NotAccepted, Refusal, VisitABody
from registration.operations import WayOut
from starter.pages.browser import posted
from starter.pages.citizen.next_step import next_step_view
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.once import once, result_of
from starter.pages.rendering import refused_view, view

_PATH: Final = "/elfelejtett-jelszo"
_PAGE: Final = "citizen/reset.html"


async def show(request: Request) -> Response:
    """The empty form, and what to do without a receipt or with a dead mailbox."""
    return view(request, _PAGE)


async def request_code(request: Request) -> Response:
    """Sends a code where both match; else says what the mission says (S8), to an inactive account where to go (S9)."""
    form = await posted(request)

    async def act(request_id: str) -> object:
        return await site_of(request).citizen.request_code(
            form["user_name"], form["email"], client_address=client_address(request), request_id=request_id
        )

    try:
        key = await once(request, form, act)
    except (Refusal, InvalidInput) as refusal:
        if isinstance(refusal, NotAccepted) and WayOut.VISIT_REGISTRATION_BODY in refusal.facts.get("instead", ()):
            return next_step_view(request, VisitABody())
        return refused_view(request, _PAGE, form, refusal, at="user_name")
    return RedirectResponse(f"{_PATH}/kesz/{key}", HTTPStatus.SEE_OTHER)


async def show_result(request: Request) -> Response:
    """That a code was sent, how long it is valid, and where to enter it."""
    result = await result_of(request, _PATH, request.path_params["key"])
    if result is None:
        return RedirectResponse(_PATH, HTTPStatus.SEE_OTHER)
    return view(request, "citizen/code_sent.html", result=result)


ROUTES: Final = (
    Route(_PATH, show, methods=["GET"]),
    Route(_PATH, request_code, methods=["POST"]),
    Route(f"{_PATH}/kesz/{{key}}", show_result, methods=["GET"]),
)
