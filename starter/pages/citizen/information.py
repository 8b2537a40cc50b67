"""Pages to read: help, registration bodies, privacy, accessibility."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from registration.errors import Unavailable
from registration.policy_form import PolicyAnswer
from starter.pages.citizen.site import site_of
from starter.pages.rendering import view

_NUMBERS_WITHIN_SECONDS: Final = 1
"""A page is read for its words; the numbers in it come from the database, which may be silent."""

_PREPARED_ON: Final = date(2026, 12, 1)
"""Of the accessibility statement: changed with it, and looked at anew each year (recital 3 of the decision)."""


async def show_offices(request: Request) -> Response:
    """The open offices, to print and take along (S2)."""
    offices = [office for office in await site_of(request).accounts.offices() if office.open]
    return view(request, "citizen/offices.html", offices=offices)


async def show_accessibility(request: Request) -> Response:
    """The statement that law LXXV of 2018 asks for, in the form of Commission Implementing Decision (EU) 2018/1523."""
    return view(request, "citizen/accessibility.html", prepared_on=_PREPARED_ON)


def _reading(template: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return view(request, template, policy=await _policy(request))

    return show


async def _policy(request: Request) -> PolicyAnswer | None:
    """Without the database there is none: the pages can be read all the same, and say no numbers.

    The question is left to its own bounds, not cancelled: the driver would wait until the server has cancelled it, too.
    """
    asked = asyncio.create_task(_stored_policy(request))
    await asyncio.wait({asked}, timeout=_NUMBERS_WITHIN_SECONDS)
    return asked.result() if asked.done() else None


async def _stored_policy(request: Request) -> PolicyAnswer | None:
    try:
        return await site_of(request).accounts.policy()
    except Unavailable:
        return None


ROUTES: Final = (
    Route("/hivatalok", show_offices),
    Route("/segitseg", _reading("citizen/help.html")),
    Route("/adatvedelem", _reading("citizen/privacy.html")),
    Route("/akadalymentesseg", show_accessibility),
)
