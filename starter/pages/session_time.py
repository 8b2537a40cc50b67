"""When a session ends, for the script of a page that somebody types into; the page stays, whatever the answer."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from registration.errors import Refusal
from starter.pages.browser import posted

_SECONDS_LEFT: Final = "Session-Seconds-Left"
"""The header that the script of our pages reads."""


class _Session(Protocol):
    @property
    def seconds_left(self) -> int: ...


Present = Callable[[Request, bool], Awaitable[_Session]]
"""The session of a request, which counts as used now if told so. Raises `SessionEnded` and other refusals."""


def stay_routes(path: str, present: Present) -> tuple[Route, Route]:
    """The form of the dialog that warns of a session's end, and its script's question, which is no use of the session.

    An ended session has 0 seconds left.
    """

    async def stay(request: Request) -> Response:
        await posted(request)
        return await time_left(request, is_use=True)

    async def show(request: Request) -> Response:
        return await time_left(request, is_use=False)

    async def time_left(request: Request, *, is_use: bool) -> Response:
        left = 0
        with suppress(Refusal):
            left = (await present(request, is_use)).seconds_left
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={_SECONDS_LEFT: str(left)})

    return Route(path, stay, methods=["POST"]), Route(path, show, methods=["GET"])
