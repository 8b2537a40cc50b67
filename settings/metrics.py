"""What operators measure: one row for each metric of ours, and the values of one process in Prometheus's text format.

No label has anything that a person typed, and each has few values: an operation, a status, a check, a limit.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""A log-in takes one hash, about 25 ms; an act waits for its workflow at most 20 s."""


class MetricKind(Enum):
    """What Prometheus calls it; a counter's name ends in `_total`."""

    COUNTER = Counter
    GAUGE = Gauge
    HISTOGRAM = Histogram


@dataclass(frozen=True)
class Metric:
    """Its full name, what it says, and the names of its labels. A gauge is NaN where its value is not known."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    kind: MetricKind = MetricKind.GAUGE


READY: Final = Metric("ugyfelkapu_ready", "1 where the process has what it needs to serve, else 0")
CLOCK_DIFFERENCE: Final = Metric(
    "ugyfelkapu_clock_difference_seconds", "Seconds between the clock of this machine and that of the database"
)
DEGRADED: Final = Metric(
    "ugyfelkapu_degraded",
    "1 where a check needs attention, 0 where it does not, NaN where that is not known",
    ("check",),
)
DATABASE_CONNECTIONS: Final = Metric(
    "ugyfelkapu_database_connections", "Connections to PostgreSQL that are open and used, or open and idle", ("state",)
)
DATABASE_CONNECTIONS_MAX: Final = Metric(
    "ugyfelkapu_database_connections_max", "Connections to PostgreSQL that the process may open"
)
CERTIFICATE_END: Final = Metric(
    "ugyfelkapu_certificate_end_timestamp_seconds",
    "When the first certificate ends of those that the process uses; 0 where a file cannot be read",
)
REVOCATION_LIST_END: Final = Metric(
    "ugyfelkapu_revocation_list_end_timestamp_seconds",
    "When the first revocation list ends of those that the process uses; 0 where a file cannot be read",
)
SECURITY_TXT_END: Final = Metric(
    "ugyfelkapu_security_txt_end_timestamp_seconds",
    "When the security.txt expires that the process gives out; 0 where it cannot be read",
)
PROCESS_METRICS: Final = (
    READY,
    CLOCK_DIFFERENCE,
    DEGRADED,
    DATABASE_CONNECTIONS,
    DATABASE_CONNECTIONS_MAX,
    CERTIFICATE_END,
    REVOCATION_LIST_END,
    SECURITY_TXT_END,
)
"""Every process has them."""

LIMIT_REFUSALS: Final = Metric(
    "ugyfelkapu_limit_refusals_total",
    "Tries that a limit has refused, by the limit",
    ("act", "by", "window"),
    MetricKind.COUNTER,
)
PASSWORD_HASHES: Final = Metric(
    "ugyfelkapu_password_hashes", "Password hashes that wait for a thread or are being computed"
)
PASSWORD_HASHES_MAX: Final = Metric(
    "ugyfelkapu_password_hashes_max", "Password hashes that may wait or be computed; further ones are refused"
)
GATEWAY_METRICS: Final = (*PROCESS_METRICS, LIMIT_REFUSALS, PASSWORD_HASHES, PASSWORD_HASHES_MAX)
"""Those of an API or of pages, whatever site they serve."""

HTTP_REQUESTS: Final = Metric(
    "ugyfelkapu_http_requests_total", "Requests answered", ("operation", "status"), MetricKind.COUNTER
)
HTTP_REQUEST_SECONDS: Final = Metric(
    "ugyfelkapu_http_request_seconds", "Time to the whole answer", ("operation",), MetricKind.HISTOGRAM
)
LOG_INS: Final = Metric("ugyfelkapu_log_ins_total", "Log-ins by outcome", ("outcome",), MetricKind.COUNTER)
SESSIONS_OPENED: Final = Metric(
    "ugyfelkapu_sessions_opened_total", "Sessions opened by a log-in or a new password", kind=MetricKind.COUNTER
)
SITE_METRICS: Final = (HTTP_REQUESTS, HTTP_REQUEST_SECONDS, LOG_INS, SESSIONS_OPENED)
"""Those of one site, beside those of its process."""

ACTIVITY_FAILURES: Final = Metric(
    "ugyfelkapu_activity_failures_total",
    "Attempts of activities that failed, by the kind of error",
    ("activity", "error"),
    MetricKind.COUNTER,
)
LAST_LOOK: Final = Metric(
    "ugyfelkapu_last_look_timestamp_seconds", "When this worker last looked at the whole installation"
)
REGISTRATIONS: Final = Metric("ugyfelkapu_registrations", "Registrations by status", ("status",))
OVERDUE_DEADLINES: Final = Metric("ugyfelkapu_overdue_deadlines", "Deadlines of more than 5 minutes ago")
UNDELIVERED_LETTERS: Final = Metric("ugyfelkapu_undelivered_letters", "Letters given up in the last 24 hours")
DISAGREEMENTS: Final = Metric(
    "ugyfelkapu_disagreements", "Registrations whose statuses in the store and in Temporal differed in 24 hours"
)
LAST_RECONCILIATION: Final = Metric(
    "ugyfelkapu_last_reconciliation_timestamp_seconds", "When the last pass of reconciliation was completed"
)
LAST_CHECKPOINT: Final = Metric("ugyfelkapu_last_checkpoint_timestamp_seconds", "The time of the newest checkpoint")
ARCHIVED_UNTIL: Final = Metric(
    "ugyfelkapu_archived_until_timestamp_seconds", "The time up to which finished histories are in the archive"
)
WORKER_METRICS: Final = (
    *PROCESS_METRICS,
    ACTIVITY_FAILURES,
    LAST_LOOK,
    REGISTRATIONS,
    OVERDUE_DEADLINES,
    UNDELIVERED_LETTERS,
    DISAGREEMENTS,
    LAST_RECONCILIATION,
    LAST_CHECKPOINT,
    ARCHIVED_UNTIL,
)
"""Those of a worker, beside Temporal's; what is of the whole installation one worker shows."""

METRICS: Final = tuple(dict.fromkeys((*GATEWAY_METRICS, *SITE_METRICS, *WORKER_METRICS)))
"""All of them."""


class Metrics:
    """The values of some metrics in one process. May be used by any thread."""

    def __init__(self, shown: Iterable[Metric]) -> None:
        """A registry of its own; a metric without labels begins with 0, a gauge with NaN."""
        self._registry = CollectorRegistry()
        self._collectors: dict[Metric, Any] = {metric: self._collector(metric) for metric in shown}

    def set(self, metric: Metric, value: float, *labels: str) -> None:
        """Sets a gauge."""
        self._of(metric, labels).set(value)

    def follow(self, metric: Metric, value: Callable[[], float], *labels: str) -> None:
        """Asks for the value of a gauge whenever it is read."""
        self._of(metric, labels).set_function(value)

    def add(self, metric: Metric, *labels: str, number: int = 1) -> None:
        """Adds to a counter. With 0 it is shown from now on, so that its first increase is seen."""
        self._of(metric, labels).inc(number)

    def observe(self, metric: Metric, value: float, *labels: str) -> None:
        """One more value of a histogram."""
        self._of(metric, labels).observe(value)

    def forget(self, metric: Metric) -> None:
        """The values of a gauge are not known any more."""
        if metric.labels:
            self._collectors[metric].clear()
        else:
            self.set(metric, math.nan)

    def value(self, metric: Metric, *labels: str) -> float | None:
        """The present value of a gauge or a counter; `None` where it is not shown."""
        return self._registry.get_sample_value(metric.name, dict(zip(metric.labels, labels, strict=True)))

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)

    def _of(self, metric: Metric, labels: tuple[str, ...]) -> Any:  # noqa: ANN401  prometheus_client's of a kind
        collector = self._collectors[metric]
        return collector.labels(*labels) if metric.labels else collector

    def _collector(self, metric: Metric) -> Any:  # noqa: ANN401
        options = {"buckets": _SECONDS} if metric.kind is MetricKind.HISTOGRAM else {}
        made = metric.kind.value(metric.name, metric.help, metric.labels, registry=self._registry, **options)
        if metric.kind is MetricKind.GAUGE and not metric.labels:
            made.set(math.nan)
        return made
