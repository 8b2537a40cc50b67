"""What operators count of the pages: requests, log-ins by outcome, sessions. No label has anything that was typed."""

from typing import Final

from prometheus_client import Counter

from registration.errors import UgyfelkapuError
from starter.serving.metrics import Metrics

_SUCCEEDED: Final = "succeeded"


class PageMetrics:
    """Counters of one process of pages."""

    def __init__(self) -> None:
        """In the registry of its requests."""
        self.requests = Metrics()
        self._log_ins = Counter(
            "ugyfelkapu_log_ins", "Log-ins by outcome", ["outcome"], registry=self.requests.registry
        )
        self._sessions = Counter(
            "ugyfelkapu_sessions_opened",
            "Sessions opened by a log-in or a new password",
            registry=self.requests.registry,
        )

    def log_in(self, refusal: UgyfelkapuError | None = None) -> None:
        """One log-in; what refused it is called as the API's problem types are."""
        self._log_ins.labels(refusal.problem.name if refusal else _SUCCEEDED).inc()

    def session_opened(self) -> None:
        """One session."""
        self._sessions.inc()
