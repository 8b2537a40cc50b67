"""What an operator sees of each request: counters, times, a line in the log. Never a path: it may hold a user name."""

import time
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from settings.telemetry import CLOCK_METRIC, CLOCK_METRIC_HELP
from starter.api.http_errors import Unexpected
from starter.api.problems import language_of, problem_response

_log = structlog.get_logger()

_UNMATCHED: Final = "unmatched"
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_CLIENT_GONE: Final = 499
"""Of a request that nobody waited for any more, so that it has no answer; nginx's number."""

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""A log-in takes one hash, about 25 ms; an act waits for its workflow at most 20 s."""


class Metrics:
    """Counters of one application."""

    def __init__(self) -> None:
        """A registry of its own."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "ugyfelkapu_http_requests", "Requests answered", ["operation", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "ugyfelkapu_http_request_seconds",
            "Time to the whole answer",
            ["operation"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._clock = Gauge(CLOCK_METRIC, CLOCK_METRIC_HELP, registry=self.registry)

    def show_clock(self, seconds: float) -> None:
        """The seconds between this machine's clock and the database's."""
        self._clock.set(seconds)

    def count(self, operation: str, status: int, seconds: float) -> None:
        """One request."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)


class Observation:
    """The outermost: counts and logs every request, and answers where something unexpected happened."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Wraps an application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), _CLIENT_GONE

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as failure:  # noqa: BLE001  its text may quote what a client typed; its name does not
            _log.error("unexpected", operation=_operation(scope), error=type(failure).__name__, at=_place(failure))
            if status == _CLIENT_GONE:
                await problem_response(Unexpected(), language_of(scope))(scope, receive, noted)
        seconds = time.perf_counter() - started
        self._metrics.count(_operation(scope), status, seconds)
        state = scope.get("state", {})
        _log.info(
            "request",
            operation=_operation(scope),
            status=status,
            milliseconds=round(seconds * 1000, 1),
            caller=getattr(state.get("principal"), "id", None),
            **{name: state[name] for name in ("token_refused",) if name in state},
        )


def _operation(scope: Scope) -> str:
    """Method and template of the path, such as `GET /v1/usernames/{name}`."""
    template = getattr(scope.get("route"), "path_format", None)
    if template is None or scope["method"] not in _METHODS:
        return _UNMATCHED
    return f"{scope['method']} {template}"


def _place(failure: BaseException) -> str:
    """File and line that raised: all of a traceback that quotes nothing."""
    trace = failure.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else ""
