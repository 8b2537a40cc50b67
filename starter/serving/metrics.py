"""Counters of one application in Prometheus's text format."""

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response

from settings.telemetry import CLOCK_METRIC, CLOCK_METRIC_HELP, DEGRADED_METRIC, DEGRADED_METRIC_HELP

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
        self._degraded = Gauge(DEGRADED_METRIC, DEGRADED_METRIC_HELP, ["check"], registry=self.registry)

    def show_clock(self, seconds: float) -> None:
        """The seconds between this machine's clock and the database's."""
        self._clock.set(seconds)

    def show_degraded(self, check: str, value: float) -> None:
        """Whether a check needs attention: 1 or 0, NaN where that is not known."""
        self._degraded.labels(check).set(value)

    def count(self, operation: str, status: int, seconds: float) -> None:
        """One request."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)

    def answer(self) -> Response:
        """All of them, as Prometheus reads them."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
