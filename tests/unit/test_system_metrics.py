"""What a worker shows of the whole installation: what was found, and no number for what was not looked for."""

import math
from datetime import UTC, datetime, timedelta
from typing import Final

from registration.system_health import HealthCheck, HealthCheckName, aged, off, overdue, undelivered, unknown
from settings.metrics import (
    DEGRADED,
    LAST_CHECKPOINT,
    LAST_RECONCILIATION,
    OVERDUE_DEADLINES,
    UNDELIVERED_LETTERS,
    WORKER_METRICS,
    Metrics,
)
from temporal.system_metrics import _COUNTED, _TIMED, _show

NOW: Final = datetime(2027, 3, 1, 2, tzinfo=UTC)
NOTHING: Final[dict[HealthCheckName, HealthCheck | None]] = dict.fromkeys((*_COUNTED, *_TIMED))


def test_a_worker_that_looks_shows_what_it_has_found_and_one_that_does_not_shows_no_number() -> None:
    metrics = Metrics(WORKER_METRICS)
    minutes = timedelta(minutes=5)
    found = (
        overdue(3, NOW),
        undelivered(1, 0, NOW),
        aged(HealthCheckName.RECONCILIATION, NOW - 2 * minutes, minutes, NOW),
        off(HealthCheckName.CHECKPOINT, NOW),
        unknown(HealthCheckName.ARCHIVE, NOW),
    )
    _show(NOTHING | {check.check: check for check in found}, metrics)
    assert metrics.value(OVERDUE_DEADLINES) == 3
    assert metrics.value(UNDELIVERED_LETTERS) == 1
    assert metrics.value(LAST_RECONCILIATION) == (NOW - 2 * minutes).timestamp()
    assert math.isnan(metrics.value(LAST_CHECKPOINT) or 0)
    degraded = [metrics.value(DEGRADED, check.check) for check in found]
    assert degraded[:4] == [1, 0, 1, 0]
    assert math.isnan(degraded[4] or 0)
    _show(NOTHING, metrics)
    assert math.isnan(metrics.value(OVERDUE_DEADLINES) or 0)
    assert math.isnan(metrics.value(DEGRADED, HealthCheckName.RECONCILIATION) or 0)
