"""No body above 256 KB is parsed, however it comes."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.problem_types import BODY_TOO_LARGE
from starter.api.problems import Problem, language_of, problem_response

_MOST: Final = 256 * 1024
"""Bytes: a signed PDF of the form has a tenth of it."""


class BodyLimit:
    """Refuses by Content-Length at once, and a body in chunks as soon as it is too long.

    Starlette's own limit answers in plain text, where every refusal here is a problem.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wraps an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        announced = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        if announced.isdecimal() and int(announced[:20]) > _MOST:
            await problem_response(Problem(BODY_TOO_LARGE), language_of(scope))(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > _MOST:
                raise HTTPException(BODY_TOO_LARGE.status)  # which FastAPI lets through while it reads
            return message

        await self._app(scope, counted, send)
