"""The table of metrics keeps to Prometheus's conventions, and a value that is not known is no number."""

import math
import re

from registration.limits import LIMITS
from settings.metrics import DEGRADED, LOG_INS, METRICS, READY, MetricKind, Metrics


def test_names_say_whose_what_and_in_which_unit() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert re.fullmatch(r"ugyfelkapu(_[a-z]+)+", metric.name)
        assert metric.name.endswith("_total") is (metric.kind is MetricKind.COUNTER), metric.name
        assert metric.help


def test_the_labels_of_a_limit_name_it() -> None:
    assert len({(limit.act, limit.by, limit.window) for limit in LIMITS}) == len(LIMITS)


def test_what_is_not_known_is_no_number() -> None:
    metrics = Metrics([READY, DEGRADED, LOG_INS])
    assert math.isnan(metrics.value(READY) or 0)
    metrics.set(READY, 1)
    metrics.set(DEGRADED, 1, "ARCHIVE")
    assert (metrics.value(READY), metrics.value(DEGRADED, "ARCHIVE")) == (1, 1)
    metrics.forget(READY)
    metrics.forget(DEGRADED)
    assert math.isnan(metrics.value(READY) or 0)
    assert metrics.value(DEGRADED, "ARCHIVE") is None


def test_a_counter_that_nothing_was_added_to_is_shown() -> None:
    metrics = Metrics([LOG_INS])
    metrics.add(LOG_INS, "succeeded", number=0)
    assert b'\nugyfelkapu_log_ins_total{outcome="succeeded"} 0.0\n' in metrics.text()
