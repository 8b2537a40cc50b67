"""Bulk extensions: until when, whom they cannot help, and what may be asked for."""

from datetime import UTC, datetime

import pytest

from registration.errors import InvalidInput
from registration.extensions import (
    MOST_DAYS,
    Expiring,
    Extension,
    checked_extension,
    checked_rate,
    extended_until,
    extension_request_id,
    is_second_person,
)
from registration.messages import Actor, ActorKind
from registration.staff_rules import extends
from registration.statuses import Status
from tests.unit.lives import DAY, ID, START

EXTENSION = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"
NOW = datetime(2027, 6, 15, 12, 0, tzinfo=UTC)


def account(opened_at: datetime, valid_until: datetime, status: Status = Status.ACTIVE) -> Expiring:
    return Expiring(ID, status, valid_until, opened_at)


def test_days_count_from_the_present_expiry() -> None:
    expiring = account(START, NOW + 10 * DAY)
    assert extended_until(expiring, 91, NOW) == NOW + 101 * DAY


@pytest.mark.parametrize(
    ("opened", "expires", "until"),
    [
        ("2020-03-01", "2027-12-31", "2028-03-01"),
        ("2020-12-31", "2027-12-30", "2027-12-31"),
        ("2020-12-31", "2027-12-31", "2028-12-31"),  # later than the present expiry, not the same
        ("2020-02-29", "2027-12-31", "2028-02-29"),
        ("2020-02-29", "2028-02-29", "2029-02-28"),
        ("2020-06-14", "2027-05-01", "2028-06-14"),  # expired, and the anniversary has passed too
        ("2020-06-16", "2027-05-01", "2027-06-16"),
        ("2027-06-15", "2027-05-01", "2028-06-15"),  # taken over today: today is no anniversary
    ],
)
def test_an_anniversary_comes_after_the_present_expiry_and_after_now(opened: str, expires: str, until: str) -> None:
    found = extended_until(account(noon(opened), noon(expires)), None, NOW)
    assert found == noon(until)


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00+00:00")


def test_a_validity_is_never_moved_earlier_whatever_the_account() -> None:
    """For every opening and every expiry within three years of now."""
    for opened in range(0, 1100, 7):
        for expires in range(-60, 1100, 13):
            expiring = account(NOW - opened * DAY, NOW + expires * DAY)
            for days in (None, 1, 90, MOST_DAYS):
                assert extended_until(expiring, days, NOW) > expiring.valid_until
            anniversary = extended_until(expiring, None, NOW)
            assert extends(anniversary, expiring.valid_until, NOW)
            assert anniversary - max(NOW, expiring.valid_until) <= 366 * DAY


def test_whoever_has_expired_longer_ago_than_the_days_is_not_helped() -> None:
    expired = account(START, NOW - 40 * DAY, Status.PASSWORD_EXPIRED)
    assert not extends(extended_until(expired, 30, NOW), expired.valid_until, NOW)
    assert extends(extended_until(expired, 41, NOW), expired.valid_until, NOW)


def test_an_account_is_sent_the_same_request_however_often_and_no_other_account_is() -> None:
    extension = Extension(EXTENSION, NOW, 90, "operator-1", NOW)
    message = extension.message(ID, NOW + DAY)
    assert message == extension.message(ID, NOW + DAY)
    assert message.request_id == extension_request_id(EXTENSION, ID)
    assert message.request_id not in {extension_request_id(ID, ID), extension_request_id(EXTENSION, EXTENSION)}
    assert message.actor == Actor(ActorKind.OPERATOR, "operator-1")


@pytest.mark.parametrize("days", [None, 1, MOST_DAYS])
def test_what_an_operator_may_ask_for(days: int | None) -> None:
    checked_extension(NOW - 1000 * DAY, days, NOW)
    checked_extension(datetime(2037, 6, 15, 12, 0, tzinfo=UTC), days, NOW)


@pytest.mark.parametrize(
    ("before", "days", "field"),
    [
        (NOW.replace(tzinfo=None), 90, "before"),
        (datetime(2037, 6, 15, 12, 0, 1, tzinfo=UTC), 90, "before"),
        (NOW, 0, "days"),
        (NOW, -1, "days"),
        (NOW, MOST_DAYS + 1, "days"),
    ],
)
def test_what_no_extension_can_be_is_refused_by_name(before: datetime, days: int | None, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_extension(before, days, NOW)
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize("rate", [0, -1, 0.99, 1000.1, float("nan"), float("inf")])
def test_a_rate_that_never_ends_or_overruns_everything_is_refused(rate: float) -> None:
    with pytest.raises(InvalidInput):
        checked_rate(rate)
    assert checked_rate(1) == 1
    assert checked_rate(1000) == 1000


def test_nobody_approves_what_they_have_asked_for_themselves() -> None:
    assert is_second_person("operator-1", "operator-2")
    assert not is_second_person("operator-1", "operator-1")
    assert not is_second_person("operator-1", "Operator-1")
