"""Reminders: when they are due, which of them merge, and that none comes twice (S3, S7)."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from registration import deadlines
from registration import messages as m
from registration.deadlines import Reminder, next_reminder
from registration.letters import LetterFailure, LetterKind, LetterName
from registration.state import State
from registration.statuses import Status
from tests.unit import lives
from tests.unit.lives import CLERK, DAY, EMAIL, EMAIL_2, EVIDENCE, ID, OPERATOR, SECOND, START, after, deadline, sent


def spread(registration_id: str) -> timedelta:
    """The first four bytes of SHA-256 of the id, in seconds of a day."""
    return timedelta(seconds=int(hashlib.sha256(registration_id.encode()).hexdigest()[:8], 16) % 86_400)


def reminded(state: State, now: datetime) -> State:
    """What the workflow does with a reminder that is due."""
    reminder = next_reminder(state, now)
    assert reminder
    assert reminder.at <= now
    return replace(state, reminded_at=now).posting((reminder.letter,))


def every(state: State) -> list[Reminder]:
    """All reminders of a status, each at its moment."""
    found: list[Reminder] = []
    while reminder := next_reminder(state, found[-1].at if found else START):
        found.append(reminder)
        assert len(found) < 10, "the same reminder for ever"
        state = reminded(state, reminder.at)
    return found


def test_a_password_is_reminded_of_30_7_and_1_days_before_within_the_24_hours_before() -> None:
    state = lives.active()
    end = deadline(state)
    found = every(state)
    assert [(each.letter.days, each.at) for each in found] == [
        (days, end - days * DAY - spread(ID)) for days in (30, 7, 1)
    ]
    assert timedelta() < spread(ID) < DAY
    for each in found:
        letter = each.letter
        assert (letter.kind, letter.email_id, letter.until, letter.date) == (
            LetterKind.PASSWORD_EXPIRING,
            EMAIL,
            end,
            end,
        )


def test_a_mass_expiry_is_spread_evenly_over_the_day() -> None:
    """Of 2,400 registrations that expire together, each hour reminds of about 100."""
    hours = [0] * 24
    for number in range(2400):
        state = replace(lives.active(), registration_id=f"{ID}-{number}")
        first = next_reminder(state, START)
        assert first
        ahead = deadline(state) - 30 * DAY - first.at
        assert timedelta() <= ahead < DAY
        hours[ahead // timedelta(hours=1)] += 1
    assert min(hours) > 60
    assert max(hours) < 150


def test_a_temporary_registration_is_reminded_of_once_exactly_7_days_before() -> None:
    state = lives.temporary()
    (only,) = every(state)
    assert (only.at, only.letter.kind, only.letter.days) == (START + 23 * DAY, LetterKind.TEMPORARY_ENDING, 7)
    assert only.letter.until == only.letter.date == START + 30 * DAY


@pytest.mark.parametrize("status", [each for each in Status if each not in {Status.TEMPORARY, Status.ACTIVE}])
def test_no_other_status_reminds(status: Status) -> None:
    state = lives.IN_STATUS[status]()
    assert next_reminder(state, lives.since(state)) is None
    assert next_reminder(replace(state, reminded_at=None), lives.since(state)) is None


def test_reminders_overdue_after_an_outage_are_one_the_latest() -> None:
    """The worker was away from before the first until after the second."""
    state = lives.active()
    now = deadline(state) - 6 * DAY
    overdue = next_reminder(state, now)
    assert overdue
    assert overdue.letter.days == 7
    later = next_reminder(reminded(state, now), now)
    assert later
    assert (later.letter.days, later.at) == (1, deadline(state) - DAY - spread(ID))


def test_after_an_outage_until_the_deadline_nothing_is_left_to_remind_of() -> None:
    """A letter that says "expires in 1 day" beside the one that says "has expired" would be wrong."""
    state = lives.active()
    end = deadline(state)
    assert next_reminder(state, end - SECOND)
    assert next_reminder(state, end) is None
    assert next_reminder(state, end + DAY) is None


def test_a_short_validity_is_not_reminded_of_what_was_already_past_when_it_was_announced() -> None:
    """30 days, less the spread, before the end of 30 days was yesterday."""
    assert [each.letter.days for each in every(lives.active(days=30))] == [7, 1]


def test_an_extension_is_reminded_of_anew_and_only_for_its_own_deadline() -> None:
    state = lives.active()
    end = deadline(state)
    now = end - 6 * DAY
    extended = sent(reminded(state, now), m.ExtendValidity("extend-1", OPERATOR, end + 20 * DAY), now)
    found = [(each.letter.days, each.at) for each in every(extended)]
    assert found == [(days, end + (20 - days) * DAY - spread(ID)) for days in (7, 1)]


def test_what_does_not_move_the_deadline_repeats_no_reminder() -> None:
    """A refused signal, a disclosure and an undelivered letter are events too."""
    state = lives.active()
    now = deadline(state) - 6 * DAY
    state = reminded(state, now)
    lost = m.UndeliveredLetter(LetterName(2, LetterKind.ACTIVE), LetterFailure.REFUSED, now, 550)
    for later in (
        sent(state, m.Disclose("disclose-1", CLERK, EVIDENCE), now),
        after(state, deadlines.note_refused_signal(state, CLERK, "reactivate-1", "NotAccepted", now)),
        after(state, deadlines.note_undelivered(state, lost, now)),
    ):
        assert later.snapshot.sequence > state.snapshot.sequence
        assert [each.letter.days for each in every(later)] == [1]


def test_a_reminder_goes_to_the_address_of_its_moment() -> None:
    state = sent(lives.active(), m.ChangeEmail("change-1", CLERK, EMAIL_2, EVIDENCE), START)
    assert {each.letter.email_id for each in every(state)} == {EMAIL_2}
