"""What needs an operator's attention, and what does not."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from registration.system_health import (
    HealthCheckName,
    HealthReason,
    HealthState,
    ScheduleRuns,
    aged,
    complete,
    disagreeing,
    ending,
    off,
    overdue,
    scheduled,
    undelivered,
    unknown,
    unusable,
    well,
)

NOW: Final = datetime(2027, 3, 1, 2, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
SOME: Final = HealthCheckName.ARCHIVE_SCHEDULE


@pytest.mark.parametrize(("count", "state"), [(0, HealthState.WELL), (1, HealthState.ALERT)])
def test_any_overdue_deadline_needs_attention(count: int, state: HealthState) -> None:
    found = overdue(count, NOW)
    assert (found.state, found.count, found.known_at) == (state, count, NOW)


def test_any_disagreement_needs_attention_and_is_named() -> None:
    assert disagreeing((), NOW).state is HealthState.WELL
    found = disagreeing(("a", "b"), NOW)
    assert (found.state, found.count, found.registrations) == (HealthState.ALERT, 2, ("a", "b"))


@pytest.mark.parametrize(
    ("count", "before", "state"),
    [
        (10, 0, HealthState.WELL),
        (11, 0, HealthState.ALERT),
        (40, 20, HealthState.WELL),
        (41, 20, HealthState.ALERT),
    ],
)
def test_letters_need_attention_when_twice_as_many_do_not_arrive(count: int, before: int, state: HealthState) -> None:
    found = undelivered(count, before, NOW)
    assert (found.state, found.count, found.before) == (state, count, before)


@pytest.mark.parametrize(
    ("at", "state", "reason"),
    [
        (NOW - HOUR, HealthState.WELL, None),
        (NOW - HOUR - timedelta(seconds=1), HealthState.ALERT, HealthReason.LATE),
        (None, HealthState.ALERT, HealthReason.NEVER),
    ],
)
def test_what_is_too_old_or_has_never_happened_needs_attention(
    at: datetime | None, state: HealthState, reason: HealthReason | None
) -> None:
    found = aged(HealthCheckName.CHECKPOINT, at, HOUR, NOW)
    assert (found.state, found.reason, found.at) == (state, reason, at)


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        (ScheduleRuns(NOW - 9 * HOUR, NOW - HOUR, False, False, False), None),
        (ScheduleRuns(NOW - 9 * HOUR, NOW - 2 * HOUR, False, False, False), HealthReason.LATE),
        (ScheduleRuns(NOW - 9 * HOUR, NOW - 2 * HOUR, True, False, False), None),
        (ScheduleRuns(NOW - 9 * HOUR, NOW - 2 * HOUR, False, False, False, NOW - HOUR), None),
        (ScheduleRuns(NOW - HOUR, None, False, False, False), None),
        (ScheduleRuns(NOW - 2 * HOUR, None, False, False, False), HealthReason.LATE),
        (ScheduleRuns(NOW - 9 * HOUR, NOW - HOUR, False, True, False), HealthReason.FAILED),
        (ScheduleRuns(NOW - 9 * HOUR, NOW - HOUR, False, True, True), HealthReason.PAUSED),
    ],
)
def test_a_schedule_needs_attention_when_it_does_not_do_its_work(
    runs: ScheduleRuns, reason: HealthReason | None
) -> None:
    found = scheduled(SOME, runs, HOUR, NOW)
    assert (found.reason, found.at) == (reason, runs.started_at)
    assert found.state is (HealthState.ALERT if reason else HealthState.WELL)


def test_what_is_unknown_says_since_when_and_what_is_not_there_needs_no_attention() -> None:
    assert (unknown(SOME, NOW - HOUR).state, unknown(SOME, NOW - HOUR).known_at) == (HealthState.UNKNOWN, NOW - HOUR)
    assert off(SOME, NOW).state is HealthState.OFF


@pytest.mark.parametrize(
    ("ends", "state", "reason", "name"),
    [
        ({}, HealthState.OFF, None, None),
        ({"a.pem": NOW + 3 * HOUR, "b.pem": NOW + 2 * HOUR}, HealthState.WELL, None, "b.pem"),
        ({"a.pem": NOW + HOUR, "b.pem": NOW + 2 * HOUR}, HealthState.ALERT, HealthReason.ENDS_SOON, "a.pem"),
        ({"a.pem": NOW}, HealthState.ALERT, HealthReason.ENDED, "a.pem"),
    ],
)
def test_of_what_ends_the_first_is_named(
    ends: dict[str, datetime], state: HealthState, reason: HealthReason | None, name: str | None
) -> None:
    found = ending(HealthCheckName.CERTIFICATES, ends, HOUR, NOW)
    assert (found.state, found.reason, found.name) == (state, reason, name)
    assert found.at == min(ends.values(), default=None)


def test_whatever_is_missing_is_named() -> None:
    found = complete(HealthCheckName.SEARCH_ATTRIBUTES, ["A", "B"], NOW)
    assert (found.state, found.reason, found.name) == (HealthState.ALERT, HealthReason.MISSING, "A, B")
    assert complete(HealthCheckName.SEARCH_ATTRIBUTES, [], NOW) == well(HealthCheckName.SEARCH_ATTRIBUTES, NOW)


def test_what_cannot_be_used_needs_attention() -> None:
    found = unusable(SOME, NOW, "TimeoutError")
    assert (found.state, found.reason, found.name) == (HealthState.ALERT, HealthReason.UNUSABLE, "TimeoutError")
