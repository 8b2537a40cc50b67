"""No body that is too long is parsed, however it comes."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.http_errors import BodyTooLarge

_MOST: Final = 256 * 1024
"""Bytes: a form has a hundredth of it."""

_SIGNED: Final = "/v1/registrations"
_MOST_SIGNED: Final = 768 * 1024
"""Bytes: the largest form and the largest signature (256 KB each, signed_form.py) in base64, which adds a third."""


class BodyLimit:
    """Refuses whoever reads a body that is too long: by Content-Length at once, in chunks as soon as it is.

    Only then is it known which operation is refused. Starlette's own limit answers in plain text, where every refusal
    here is a problem.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wraps an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        announced = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        most = _MOST_SIGNED if scope.get("path") == _SIGNED else _MOST
        is_announced = announced.isdecimal() and int(announced[:20]) > most
        received = 0

        async def counted() -> Message:
            nonlocal received
            message: Message = {} if is_announced else await receive()
            received += len(message.get("body", b""))
            if is_announced or received > most:
                raise HTTPException(BodyTooLarge.problem.status)  # which FastAPI lets through while it reads
            return message

        await self._app(scope, counted, send)
