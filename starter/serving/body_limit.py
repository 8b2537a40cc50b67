"""No body that is too long is parsed, however it comes."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses a body that is too long: by Content-Length at once, in chunks as soon as it is.

    Only then is it known which operation is refused. Starlette's own limit answers in plain text, where a site has
    answers of its own: what is raised here is for its handler of exceptions.
    """

    def __init__(self, app: ASGIApp, most: int, elsewhere: Mapping[str, int] = {}) -> None:
        """Wraps an application. `most` is in bytes; `elsewhere` has the paths that take another number of them."""
        self._app = app
        self._most = most
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        announced = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        most = self._elsewhere.get(scope.get("path", ""), self._most)
        is_announced = announced.isdecimal() and int(announced[:20]) > most
        received = 0

        async def counted() -> Message:
            nonlocal received
            message: Message = {} if is_announced else await receive()
            received += len(message.get("body", b""))
            if is_announced or received > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)  # which FastAPI lets through while it reads
            return message

        await self._app(scope, counted, send)
