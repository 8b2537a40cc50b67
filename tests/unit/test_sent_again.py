"""A letter that did not arrive goes out again, with what is true now, or is refused."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from registration import deadlines
from registration import messages as m
from registration.errors import CodeNotLive, LetterOutOfDate, NoSuchLetter
from registration.letters import LetterKind
from registration.record import EventKind
from registration.rules import decide
from registration.state import Decision, LetterOrder, State
from registration.statuses import OPEN_STATUSES, Purpose, Status
from tests.unit import lives
from tests.unit.lives import CITIZEN, CLERK, DAY, EMAIL, EMAIL_2, EVIDENCE, HOUR, ID, IN_STATUS, START, deadline, since
from tests.unit.tables import TRUE_IN


def again(state: State, letter: LetterOrder, now: datetime) -> Decision:
    return decide(state, m.SendAgain("again-1", CLERK, letter.name.letter_id), now)


def lost_first(state: State) -> tuple[State, LetterOrder]:
    """The state whose newest letter was refused for good, and that letter."""
    letter = state.outbox[-1]
    return lives.with_lost_letter(state, letter), letter


@pytest.mark.parametrize("status", OPEN_STATUSES)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_goes_again_exactly_where_it_is_true(kind: LetterKind, status: Status) -> None:
    """Against the table written by hand; the event names the letter, which is not among the undelivered any more."""
    state = IN_STATUS[status]()
    now = since(state) + HOUR
    if status is not Status.INACTIVE:
        state = lives.sent(state, m.ChangeEmail("new", CITIZEN, EMAIL_2), since(state))
        state = lives.sent(state, m.Close("closure", CITIZEN), since(state))
    letter = LetterOrder(ID, 1, kind, EMAIL, START)
    state = lives.with_lost_letter(state, letter)
    if status not in TRUE_IN[kind]:
        with pytest.raises(LetterOutOfDate):
            again(state, letter, now)
        return
    if status is Status.INACTIVE and kind.row.purpose:
        with pytest.raises(CodeNotLive):
            again(state, letter, now)
        return
    made = again(state, letter, now)
    assert (made.event.kind, made.event.letter) == (EventKind.LETTER_SENT_AGAIN, letter.name)
    assert (made.event.status, made.event.deadline) == (status, state.snapshot.deadline)
    assert [(order.kind, order.sequence) for order in made.letters] == [(kind, made.event.sequence)]
    assert lives.after(state, made).undelivered == ()


def test_the_table_knows_every_letter() -> None:
    assert set(TRUE_IN) == set(LetterKind)


def test_a_letter_that_arrived_or_never_was_is_no_undelivered_one() -> None:
    state, letter = lost_first(lives.temporary())
    with pytest.raises(NoSuchLetter):
        again(state, replace(letter, sequence=7), START)
    sent = lives.after(state, again(state, letter, START))
    with pytest.raises(NoSuchLetter):
        again(sent, letter, START)


def test_other_undelivered_letters_stay() -> None:
    state, letter = lost_first(lives.temporary())
    state = lives.with_lost_letter(state, lives.LOST)
    assert [lost.letter for lost in lives.after(state, again(state, letter, START)).undelivered] == [lives.LOST.name]


def test_a_notice_goes_to_the_present_address_and_tells_the_present_date() -> None:
    """The deadline that it tells has moved, and the address where it did not arrive was replaced."""
    state, letter = lost_first(lives.active())
    state = lives.sent(state, m.ChangeEmail("email", CLERK, EMAIL_2, EVIDENCE), START)
    state = lives.sent(state, m.ExtendValidity("extend", lives.OPERATOR, deadline(state) + DAY), START)
    (order,) = again(state, letter, START + DAY).letters
    assert (order.email_id, order.date) == (EMAIL_2, deadline(state))
    assert order.until > START + DAY


def test_a_password_code_goes_again_as_when_it_is_requested() -> None:
    """The live one; where its time has run out the next, once."""
    state, letter = lost_first(lives.opened())
    made = again(state, letter, START + DAY)
    assert made.event.codes == state.snapshot.codes
    assert made.letters[0].code_sequence == 1
    active, letter = lost_first(lives.with_live_code(lives.active(), START))
    late = START + 5 * DAY
    made = again(active, letter, late)
    assert [code.sequence for code in made.event.codes] == [3]
    assert made.letters[0].code_sequence == 3


@pytest.mark.parametrize(
    ("request_", "purpose"),
    [(m.ChangeEmail("new", CITIZEN, EMAIL_2), Purpose.NEW_EMAIL), (m.Close("closure", CITIZEN), Purpose.CLOSURE)],
)
def test_a_confirmations_code_goes_again_only_while_it_lives(request_: m.Message, purpose: Purpose) -> None:
    """To the address that it confirms; no new code is issued for what the client asked for once."""
    state, letter = lost_first(lives.sent(lives.active(), request_, START))
    code = lives.live_code(state, purpose)
    (order,) = again(state, letter, code.valid_until - HOUR).letters
    assert (order.code_sequence, order.email_id) == (code.sequence, code.email_id or EMAIL)
    with pytest.raises(CodeNotLive):
        again(state, letter, code.valid_until)


@pytest.mark.parametrize(("left", "days"), [(30 * DAY + HOUR, 30), (12 * DAY, 12), (DAY, 1), (HOUR, 1)])
def test_a_reminder_tells_the_days_that_are_left(left: timedelta, days: int) -> None:
    state = lives.active()
    reminder = LetterOrder(ID, 3, LetterKind.PASSWORD_EXPIRING, EMAIL, deadline(state), days=30)
    state = lives.with_lost_letter(state, reminder)
    (order,) = again(state, reminder, deadline(state) - left).letters
    assert (order.days, order.date, order.until) == (days, deadline(state), deadline(state))


def test_a_reminder_of_a_date_that_has_moved_away_is_out_of_date() -> None:
    state = lives.active()
    now = deadline(state) - 10 * DAY
    reminder = deadlines.next_reminder(replace(state, reminded_at=now - DAY), now)
    assert reminder
    state = lives.with_lost_letter(state, reminder.letter)
    assert again(state, reminder.letter, deadline(state) - DAY)
    extended = lives.sent(state, m.ExtendValidity("extend", lives.OPERATOR, deadline(state) + 90 * DAY), now)
    with pytest.raises(LetterOutOfDate) as refused:
        again(extended, reminder.letter, now)
    assert refused.value.facts == {"letter": "3-password_expiring-7", "status": "ACTIVE"}
