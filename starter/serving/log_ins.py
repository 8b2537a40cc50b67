"""Counts log-ins by outcome, whichever site they come to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from registration.errors import UgyfelkapuError
from settings.metrics import LOG_INS, Metrics

_SUCCEEDED: Final = "succeeded"


@contextmanager
def counted_log_in(metrics: Metrics) -> Iterator[None]:
    """One log-in; what refuses it is called as the API's problem types are."""
    try:
        yield
    except UgyfelkapuError as refusal:
        metrics.add(LOG_INS, refusal.problem.name)
        raise
    metrics.add(LOG_INS, _SUCCEEDED)
