"""A client that hangs up leaves the queues: other clients do not wait behind a request without a reader."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.gateway import Waiting, waited_for


class Presence:
    """Notices the client's end, which uvicorn reports only to those who ask.

    What leaves its queue is not answered. What has begun goes on, and its answer is kept where the request has an
    Idempotency-Key.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wraps an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with waited_for() as client:
            watched = _Watched(receive, client)
            try:
                await self._app(scope, watched, send)
            except asyncio.CancelledError:
                if not client.is_over:
                    raise
                if task := asyncio.current_task():
                    task.uncancel()
            finally:
                watched.close()


class _Watched:
    """What a server receives: the body for the application, and whatever comes behind it for us."""

    def __init__(self, receive: Receive, client: Waiting) -> None:
        self._receive = receive
        self._client = client
        self._end: asyncio.Task[Message] | None = None

    async def __call__(self) -> Message:
        if self._end is not None:
            return await asyncio.shield(self._end)
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._client.leave()
            raise asyncio.CancelledError  # nothing is done for half a body
        if not message.get("more_body", False):
            self._end = asyncio.create_task(self._until_gone())
        return message

    async def _until_gone(self) -> Message:
        while (message := await self._receive())["type"] != "http.disconnect":
            pass
        self._client.leave()
        return message

    def close(self) -> None:
        """The answer is out."""
        if self._end is not None:
            self._end.cancel()
