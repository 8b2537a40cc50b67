"""What needs attention has a sentence that says what to do."""

from datetime import UTC, datetime
from typing import Final

import pytest

from registration.health_advice import advice
from registration.system_health import (
    HealthCheck,
    HealthCheckName,
    HealthReason,
    HealthState,
    disagreeing,
    off,
    overdue,
    undelivered,
    unknown,
    unusable,
)

NOW: Final = datetime(2027, 3, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("reason", HealthReason)
@pytest.mark.parametrize("check", HealthCheckName)
def test_whatever_is_found_there_is_something_to_do(check: HealthCheckName, reason: HealthReason) -> None:
    found = advice(HealthCheck(check, HealthState.ALERT, NOW, reason=reason, name="b1"))
    assert str(found).endswith(".")
    assert "{" not in str(found)


def test_what_is_counted_has_a_sentence_of_its_own() -> None:
    sentences = {
        str(advice(disagreeing(("a",), NOW))),
        str(advice(overdue(1, NOW))),
        str(advice(undelivered(99, 0, NOW))),
        str(advice(unusable(HealthCheckName.MAIL_SERVER, NOW, "TimeoutError"))),
        str(advice(unknown(HealthCheckName.CHECKPOINT, NOW))),
    }
    assert len(sentences) == 5


def test_a_paused_schedule_is_named_as_temporal_knows_it() -> None:
    paused = HealthCheck(HealthCheckName.ARCHIVE_SCHEDULE, HealthState.ALERT, NOW, reason=HealthReason.PAUSED)
    assert "--schedule-id archive --unpause" in str(advice(paused))


def test_nothing_is_to_be_done_about_what_is_well() -> None:
    assert advice(overdue(0, NOW)) is None
    assert advice(off(HealthCheckName.CHECKPOINT, NOW)) is None
