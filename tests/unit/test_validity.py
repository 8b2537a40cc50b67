"""How long a password is valid (S7): the client's choice, its bounds, and approved extensions beyond them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from registration import messages as m
from registration.errors import InvalidInput
from registration.policy import add_years
from registration.rules import decide
from registration.state import State
from registration.statuses import Status
from tests.unit import lives
from tests.unit.lives import CHANGE, CITIZEN, DAY, OPERATOR, SECOND, START, deadline, redeem, since


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2028-02-29", "2030-02-28"),
        ("2028-02-28", "2030-02-28"),
        ("2026-02-28", "2028-02-28"),
        ("2028-03-01", "2030-03-01"),
        ("2027-12-31", "2029-12-31"),
    ],
)
def test_two_calendar_years_keep_the_day_and_29_february_becomes_the_28th(day: str, later: str) -> None:
    moment = datetime.fromisoformat(f"{day}T23:59:59.000001+00:00")
    assert add_years(moment, 2) == datetime.fromisoformat(f"{later}T23:59:59.000001+00:00")


def test_29_february_stays_where_the_year_has_one() -> None:
    assert add_years(datetime(2028, 2, 29, tzinfo=UTC), 4) == datetime(2032, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("days", [30, 31, 365, 729, 730, 731])
def test_a_client_chooses_30_days_to_two_years(days: int) -> None:
    """1 March 2027 to 1 March 2029 has a 29 February in it: 731 days."""
    event = decide(lives.active(), m.ChangePassword(CHANGE, CITIZEN, days), START).event
    assert event.password_valid_until == event.deadline == START + days * DAY


@pytest.mark.parametrize("days", [-1, 0, 29, 732, 10_000])
@pytest.mark.parametrize("make", [lives.opened, lives.active])
def test_a_choice_outside_the_bounds_is_refused_and_named(days: int, make: Callable[[], State]) -> None:
    state = make()
    message = redeem(state, days=days) if state.snapshot.codes else m.ChangePassword(CHANGE, CITIZEN, days)
    with pytest.raises(InvalidInput) as refused:
        decide(state, message, START)
    assert str(refused.value) == "validity_days: must be 30 to 731 days."


def test_without_a_choice_the_longest_validity_applies() -> None:
    event = decide(lives.active(), m.ChangePassword(CHANGE, CITIZEN), START).event
    assert event.password_valid_until == datetime(2029, 3, 1, 10, tzinfo=UTC)


def test_a_registration_redeemed_on_29_february_expires_on_the_28th() -> None:
    state = lives.active(at=datetime(2028, 2, 29, 12, tzinfo=UTC))
    assert deadline(state) == datetime(2030, 2, 28, 12, tzinfo=UTC)


def test_a_new_password_voids_the_live_code_and_starts_a_new_validity() -> None:
    state = lives.with_live_code(lives.active(), START)
    made = decide(state, m.ChangePassword(CHANGE, CITIZEN, 40), START + DAY)
    assert (made.event.codes, made.event.deadline, made.credential_id) == ((), START + 41 * DAY, CHANGE)


def test_verification_gives_a_temporary_registration_the_validity_of_its_password() -> None:
    assert deadline(lives.active(days=100)) == START + 100 * DAY


def test_an_approved_extension_may_exceed_two_years() -> None:
    state = lives.active()
    until = deadline(state) + 900 * DAY
    event = decide(state, m.ExtendValidity("extend-1", OPERATOR, until), START).event
    assert (event.status, event.deadline, event.password_valid_until) == (Status.ACTIVE, until, until)


def test_an_extension_makes_an_expired_password_valid_again() -> None:
    state = lives.password_expired()
    now = since(state) + 59 * DAY
    event = decide(state, m.ExtendValidity("extend-1", OPERATOR, now + SECOND), now).event
    assert (event.status, event.deadline) == (Status.ACTIVE, now + SECOND)


def test_an_extension_that_does_not_extend_is_refused() -> None:
    """It must be later than the present end, and than now."""
    valid, expired = lives.active(), lives.password_expired()
    now = since(expired) + 10 * DAY
    for state, until, moment in ((valid, deadline(valid), START), (expired, now, now), (expired, now - DAY, now)):
        with pytest.raises(InvalidInput, match="until: must be later than both"):
            decide(state, m.ExtendValidity("extend-1", OPERATOR, until), moment)
    assert decide(valid, m.ExtendValidity("extend-1", OPERATOR, deadline(valid) + SECOND), START)


def test_an_extension_without_an_offset_is_refused_and_does_not_break_the_lifecycle() -> None:
    """A signal has no validator: what the rules cannot compare would stop the registration for good."""
    with pytest.raises(InvalidInput):
        decide(lives.active(), m.ExtendValidity("extend-1", OPERATOR, datetime(2040, 1, 1)), START)  # noqa: DTZ001  the rule refuses it


def test_an_extension_reaches_10_years_ahead_at_most() -> None:
    """A typing error in a year must not set a timer that lies centuries ahead."""
    latest = datetime(2037, 3, 1, 10, tzinfo=UTC)
    assert decide(lives.active(), m.ExtendValidity("extend-1", OPERATOR, latest), START)
    with pytest.raises(InvalidInput, match="10 years ahead"):
        decide(lives.active(), m.ExtendValidity("extend-1", OPERATOR, latest + SECOND), START)
