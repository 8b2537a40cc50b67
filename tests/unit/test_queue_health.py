"""Whether the tasks of a queue reach a worker: who asks for them, which build gets them, how long they wait."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from registration.queue_health import GONE_AFTER, SEEN_WITHIN, WAITS_AT_MOST, Poller, QueueUse, polled
from registration.system_health import HealthCheckName, HealthReason, HealthState

NOW: Final = datetime(2027, 3, 1, 2, tzinfo=UTC)
QUEUE: Final = HealthCheckName.REGISTRATION_QUEUE
LONG: Final = WAITS_AT_MOST + timedelta(seconds=1)


def seen(build: str | None, seconds_ago: float = 10) -> Poller:
    return Poller(build, NOW - timedelta(seconds=seconds_ago))


GONE: Final = SEEN_WITHIN.total_seconds() + 1


@pytest.mark.parametrize(
    ("use", "count", "reason"),
    [
        (QueueUse(None, (seen(None), seen(None))), 2, None),
        (QueueUse("b1", (seen("b1"), seen("b0"), seen(None))), 1, None),
        (QueueUse("b1", (seen("b1"),), WAITS_AT_MOST), 1, None),
        (QueueUse(None, ()), 0, HealthReason.NO_WORKER),
        (QueueUse(None, (seen(None, GONE),)), 0, HealthReason.NO_WORKER),
        (QueueUse(None, (seen("b1"),)), 0, HealthReason.NO_CURRENT_VERSION),
        (QueueUse("b1", (seen(None),)), 0, HealthReason.OTHER_VERSION),
        (QueueUse("b2", (seen("b1"), seen("b2", GONE))), 0, HealthReason.OTHER_VERSION),
        (QueueUse("b1", (seen("b1"),), LONG), 1, HealthReason.TASKS_WAIT),
        (QueueUse("b1", (seen("b1", 1), seen(None, 2)), LONG), 1, HealthReason.TASKS_WAIT),
    ],
)
def test_only_workers_of_the_current_build_that_were_seen_count(
    use: QueueUse, count: int, reason: HealthReason | None
) -> None:
    found = polled(QUEUE, use, NOW)
    assert (found.count, found.reason, found.name, found.known_at) == (count, reason, use.current_build, NOW)
    assert found.state is (HealthState.ALERT if reason else HealthState.WELL)


@pytest.mark.parametrize(
    ("current", "other", "reason"),
    [(None, "b1", HealthReason.NO_CURRENT_VERSION), ("b1", None, HealthReason.OTHER_VERSION)],
)
def test_workers_that_others_have_replaced_are_gone_although_they_are_still_listed(
    current: str | None, other: str | None, reason: HealthReason
) -> None:
    """A stall is named as soon as a task has waited for a quarter of a minute, not when the list forgets."""
    replaced = (seen(current, 40), seen(other, 35))
    assert polled(QUEUE, QueueUse(current, replaced, GONE_AFTER), NOW).reason is None
    assert polled(QUEUE, QueueUse(current, replaced, GONE_AFTER + timedelta(seconds=1)), NOW).reason is reason
