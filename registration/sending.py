"""What goes out once more: the code that is requested (S6), and a letter that did not arrive."""

from dataclasses import replace
from datetime import datetime

from registration.decisions import (
    decision,
    next_code,
    notice,
    requested_until,
    with_code_letter,
)
from registration.errors import CodeNotLive, LetterOutOfDate, NoSuchLetter
from registration.letters import LetterName, Lifetime
from registration.messages import RequestCode, SendAgain
from registration.record import EventKind, Snapshot
from registration.state import Decision, LetterOrder, State
from registration.statuses import Purpose


def as_true_now(order: LetterOrder, snapshot: Snapshot) -> LetterOrder | None:
    """A letter at the moment it leaves, which an outage may have put off for weeks; `None` where it is untrue by then.

    `snapshot` is the read model, which may lag behind the workflow: unless it is past the event that ordered the letter
    it says nothing against it (principle 3). That a password was set or changed stays news, whatever moved its
    validity since: such a letter has the present date. Codes are void or not; that is not asked here.
    """
    row = order.kind.row
    if row.stays_true or snapshot.sequence <= order.sequence:
        return order
    if snapshot.status not in row.true_in:
        return None
    if row.tells_validity:
        return replace(order, date=snapshot.password_valid_until)
    elsewhere = row.about_its_address and snapshot.email_id != order.email_id
    moved = row.lifetime is Lifetime.DEADLINE and snapshot.deadline != order.date
    return None if elsewhere or moved else order


def request_code(state: State, message: RequestCode, now: datetime) -> Decision:
    """S6: the live code goes out again; where none lives the next is issued; no deadline moves."""
    return _code_again_or_next(state, message, now, EventKind.CODE_SENT_AGAIN, EventKind.CODE_ISSUED)


def send_again(state: State, message: SendAgain, now: datetime) -> Decision:
    """A letter that did not arrive goes out as a new one, with what is true now: see `LetterRow.true_in`.

    A password code's letter brings what `request_code` does. Raises `NoSuchLetter`, `LetterOutOfDate`, `CodeNotLive`.
    """
    lost = next((each.letter for each in state.undelivered if each.letter.letter_id == message.letter_id), None)
    if lost is None:
        raise NoSuchLetter
    kind, purpose = lost.kind, lost.kind.row.purpose
    if state.snapshot.status not in kind.row.true_in:
        raise LetterOutOfDate(letter=message.letter_id, status=state.snapshot.status)
    again = EventKind.LETTER_SENT_AGAIN
    if purpose is Purpose.PASSWORD:
        made = _code_again_or_next(state, message, now, again, again)
    elif purpose:
        code = state.snapshot.code_for(purpose)
        if code is None or not code.is_live(now):
            raise CodeNotLive
        made = with_code_letter(decision(state, now, again, message), code)
    else:
        made = decision(state, now, again, message)
        letter = notice(state, made.event, kind)
        if lost.days is not None:
            letter = replace(letter, days=_days_left(state, lost, now, lost.days))
        made = replace(made, letters=(letter,))
    return replace(made, event=replace(made.event, letter=lost))


def _code_again_or_next(
    state: State, message: RequestCode | SendAgain, now: datetime, again: EventKind, following: EventKind
) -> Decision:
    code = state.snapshot.code_for(Purpose.PASSWORD)
    if code and code.is_live(now):
        return with_code_letter(decision(state, now, again, message), code)
    code = next_code(state, requested_until(state, now))
    made = decision(state, now, following, message, codes=state.snapshot.codes_with(code))
    return with_code_letter(made, code)


def _days_left(state: State, lost: LetterName, now: datetime, announced: int) -> int:
    """A reminder names the days that are left now; once the deadline has moved away there is nothing to remind of."""
    deadline = state.snapshot.deadline
    left = (deadline - now).days if deadline else announced + 1
    if left > announced:
        raise LetterOutOfDate(letter=lost.letter_id, status=state.snapshot.status)
    return max(left, 1)
