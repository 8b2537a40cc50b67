"""A letter that an outage has put off leaves with what is true by then, or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registration import messages as m
from registration.letters import LetterKind
from registration.record import Snapshot
from registration.sending import as_true_now
from registration.state import LetterOrder, State
from registration.statuses import Status
from tests.unit import lives
from tests.unit.lives import CHANGE, CITIZEN, CLERK, DAY, EMAIL_2, EVIDENCE, ID, IN_STATUS, OPERATOR, deadline, since
from tests.unit.tables import TRUE_IN

NEWS = {LetterKind.LAPSED, LetterKind.CLOSED, LetterKind.EMAIL_CHANGED_OLD}
"""What stays true, whatever follows."""
CODES = {kind for kind in LetterKind if kind.row.purpose}


def ordered(state: State, kind: LetterKind) -> LetterOrder:
    """The newest letter of a kind on its way."""
    return [letter for letter in state.outbox if letter.kind is kind][-1]


def one_event_later(state: State) -> Snapshot:
    """Something that no letter tells of."""
    return replace(state.snapshot, sequence=state.snapshot.sequence + 1)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_leaves_where_its_status_still_stands(kind: LetterKind, status: Status) -> None:
    """Against the table written by hand; whether a code is void is known to the store."""
    standing = one_event_later(IN_STATUS[status]())
    until = standing.password_valid_until if kind in {LetterKind.ACTIVE, LetterKind.PASSWORD_CHANGED} else None
    letter = LetterOrder(ID, 1, kind, standing.email_id, since(lives.opened()), date=until or standing.deadline)
    letter = replace(letter, sequence=standing.sequence - 1)
    leaves = kind in NEWS or kind in CODES or status in TRUE_IN[kind]
    assert as_true_now(letter, standing) == (letter if leaves else None)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("behind", [0, 1, 5])
def test_a_read_model_that_lags_behind_says_nothing_against_a_letter(
    kind: LetterKind, status: Status, behind: int
) -> None:
    """Principle 3: it may lag behind the workflow, which ordered the letter by an event of its own."""
    standing = IN_STATUS[status]().snapshot
    letter = LetterOrder(ID, standing.sequence + behind, kind, EMAIL_2, since(lives.opened()), date=lives.START)
    assert as_true_now(letter, standing) is letter


@pytest.mark.parametrize("days", [30, 7, 1])
def test_a_reminder_of_a_password_that_was_changed_since_is_dropped(days: int) -> None:
    state = lives.active(days=100)
    reminder = LetterOrder(
        ID,
        state.snapshot.sequence,
        LetterKind.PASSWORD_EXPIRING,
        state.snapshot.email_id,
        until=deadline(state),
        date=deadline(state),
        days=days,
    )
    disclosed = lives.sent(state, m.Disclose("disclose-1", CLERK, EVIDENCE), deadline(state) - DAY)
    assert as_true_now(reminder, disclosed.snapshot) is reminder
    changed = lives.sent(state, m.ChangePassword(CHANGE, CITIZEN), deadline(state) - DAY)
    assert changed.snapshot.status is Status.ACTIVE
    assert as_true_now(reminder, changed.snapshot) is None


def test_inactive_is_not_told_after_the_reactivation() -> None:
    letter = ordered(lives.inactive(), LetterKind.INACTIVE)
    assert as_true_now(letter, lives.awaiting_reactivation().snapshot) is None
    assert as_true_now(letter, one_event_later(lives.inactive())) is letter


@pytest.mark.parametrize("kind", [LetterKind.ACTIVE, LetterKind.PASSWORD_CHANGED])
def test_news_of_a_password_is_not_lost_when_its_validity_moves_and_tells_the_present_end(kind: LetterKind) -> None:
    """Whom somebody else's change would harm must hear of it, also when an extension came right after."""
    state = lives.active(days=100)
    if kind is LetterKind.PASSWORD_CHANGED:
        state = lives.sent(state, m.ChangePassword(CHANGE, CITIZEN, 90), since(state) + DAY)
    letter = ordered(state, kind)
    until = deadline(state) + timedelta(days=300)
    extended = lives.sent(state, m.ExtendValidity("extend-1", OPERATOR, until), since(state) + 2 * DAY)
    assert letter.date == deadline(state)
    assert as_true_now(letter, extended.snapshot) == replace(letter, date=until)
    assert as_true_now(letter, lives.inactive().snapshot) is None


def test_a_new_address_is_not_told_that_it_is_registered_once_another_one_is() -> None:
    state = lives.sent(lives.active(), m.ChangeEmail("email-1", CLERK, EMAIL_2, EVIDENCE), since(lives.active()))
    new, old = ordered(state, LetterKind.EMAIL_CHANGED_NEW), ordered(state, LetterKind.EMAIL_CHANGED_OLD)
    assert as_true_now(new, one_event_later(state)) is new
    again = lives.sent(state, m.ChangeEmail("email-2", CLERK, lives.EMAIL, EVIDENCE), since(state) + DAY)
    assert as_true_now(new, again.snapshot) is None
    assert as_true_now(old, again.snapshot) is old
