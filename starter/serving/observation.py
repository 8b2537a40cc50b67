"""What an operator sees of each request: counters, times, a line in the log. Never a path: it may hold a user name."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from settings.metrics import HTTP_REQUEST_SECONDS, HTTP_REQUESTS, Metrics
from settings.spans import OwnSpan, SpanAttribute, SpanKind, span
from settings.telemetry import places

_log = structlog.get_logger()

_UNMATCHED: Final = "unmatched"
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_CLIENT_GONE: Final = 499
"""The status of a request whose client has gone, so that it has no answer; nginx's number."""

Answer = Callable[[Request], Response]
"""A site's answer where something unexpected happened."""

Facts = Callable[[Mapping[str, Any]], Mapping[str, object]]
"""What the line of a request says besides, from the state that its layers have left."""


class Observation:
    """Counts and logs every request, and answers where something unexpected happened.

    Outside every layer that can fail: above it, Starlette logs the text of an exception, which may quote what a client
    typed. Here the log has its kind and its places.
    """

    def __init__(self, app: ASGIApp, unexpected: Answer, metrics: Metrics, *, facts: Facts = lambda _: {}) -> None:
        """Wraps an application."""
        self._app = app
        self._unexpected = unexpected
        self._facts = facts
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with span("request", SpanKind.SERVER) as traced:
            await self._observed(traced, scope, receive, send)

    async def _observed(self, traced: OwnSpan, scope: Scope, receive: Receive, send: Send) -> None:
        started, status, error = time.perf_counter(), _CLIENT_GONE, ""

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as failure:  # noqa: BLE001  its text may quote what a client typed; its name does not
            error = type(failure).__name__
            _log.error(
                "unexpected",
                operation=_operation(scope),
                error=error,
                trace=places(failure.__traceback__),
            )
            if status == _CLIENT_GONE:
                await self._unexpected(Request(scope))(scope, receive, noted)
        seconds = time.perf_counter() - started
        _describe(traced, scope, status, error)
        self._metrics.add(HTTP_REQUESTS, _operation(scope), str(status))
        self._metrics.observe(HTTP_REQUEST_SECONDS, seconds, _operation(scope))
        _log.info(
            "request",
            operation=_operation(scope),
            status=status,
            milliseconds=round(seconds * 1000, 1),
            **self._facts(scope.get("state", {})),
        )


def _describe(traced: OwnSpan, scope: Scope, status: int, error: str) -> None:
    """No path, no query, no header, no address of a client."""
    operation = _operation(scope)
    method, _, route = operation.partition(" ")
    traced.rename(operation)
    traced.note(SpanAttribute.STATUS, status)
    if route:
        traced.note(SpanAttribute.METHOD, method)
        traced.note(SpanAttribute.ROUTE, route)
    if error or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        traced.fail(error or str(status))


def _operation(scope: Scope) -> str:
    """Method and template of the path, such as `GET /v1/usernames/{name}`."""
    template = getattr(scope.get("route"), "path_format", None)
    if template is None or scope["method"] not in _METHODS:
        return _UNMATCHED
    return f"{scope['method']} {template}"
