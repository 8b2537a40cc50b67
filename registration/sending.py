"""What goes out once more: the code that somebody asks for (S6), and a letter that did not arrive."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from registration.decisions import (
    SERVES_DEADLINE,
    TELLS_VALIDITY,
    decision,
    next_code,
    notice,
    requested_until,
    with_code_letter,
)
from registration.errors import CodeNotLive, LetterOutOfDate, NoSuchLetter
from registration.messages import RequestCode, SendAgain
from registration.record import EventKind, Snapshot
from registration.state import Decision, LetterOrder, State, letter_named
from registration.statuses import OPEN_STATUSES, LetterKind, Purpose, Status

_TRUE_IN: Final[Mapping[LetterKind, Collection[Status]]] = {
    LetterKind.CODE_PASSWORD: [status for status in OPEN_STATUSES if status is not Status.INACTIVE],
    LetterKind.CODE_NEW_EMAIL: OPEN_STATUSES,
    LetterKind.CODE_CLOSURE: OPEN_STATUSES,
    LetterKind.TEMPORARY: {Status.TEMPORARY},
    LetterKind.TEMPORARY_ENDING: {Status.TEMPORARY},
    LetterKind.ACTIVE: {Status.ACTIVE},
    LetterKind.PASSWORD_EXPIRING: {Status.ACTIVE},
    LetterKind.PASSWORD_EXPIRED: {Status.PASSWORD_EXPIRED},
    LetterKind.INACTIVE: {Status.INACTIVE},
    LetterKind.LAPSED: (),
    LetterKind.PASSWORD_CHANGED: {Status.TEMPORARY, Status.ACTIVE},
    LetterKind.EMAIL_CHANGED_OLD: (),
    LetterKind.EMAIL_CHANGED_NEW: OPEN_STATUSES,
    LetterKind.CLOSED: (),
}
"""In which statuses a letter still tells the truth to the present address; what was told to the old one never does."""

_ALWAYS_TRUE: Final = {LetterKind.LAPSED, LetterKind.CLOSED, LetterKind.EMAIL_CHANGED_OLD}
"""What is final, and what the old address is told, which hears nothing more."""


def as_true_now(order: LetterOrder, standing: Snapshot) -> LetterOrder | None:
    """A letter at the moment it leaves, which an outage may have put off for weeks; `None` where it is untrue by then.

    `standing` is the read model, which may lag behind the workflow: unless it is past the event that ordered the letter
    it says nothing against it (principle 3). That a password was set or changed stays news, whatever moved its
    validity since: such a letter tells the present date. Codes are void or not; that is not asked here.
    """
    kind = order.kind
    if kind.purpose or kind in _ALWAYS_TRUE or standing.sequence <= order.sequence:
        return order
    if standing.status not in _TRUE_IN[kind]:
        return None
    if kind in TELLS_VALIDITY:
        return replace(order, date=standing.password_valid_until)
    elsewhere = kind is LetterKind.EMAIL_CHANGED_NEW and standing.email_id != order.email_id
    moved = kind in SERVES_DEADLINE and standing.deadline != order.date
    return None if elsewhere or moved else order


def request_code(state: State, message: RequestCode, now: datetime) -> Decision:
    """S6: the live code goes out again; where none lives the next is issued; no deadline moves."""
    return _code_again_or_next(state, message, now, EventKind.CODE_SENT_AGAIN, EventKind.CODE_ISSUED)


def send_again(state: State, message: SendAgain, now: datetime) -> Decision:
    """A letter that did not arrive goes out as a new one, with what is true now: see `_TRUE_IN`.

    A password code's letter brings what `request_code` does. Raises `NoSuchLetter`, `LetterOutOfDate`, `CodeNotLive`.
    """
    if not any(lost.letter == message.letter for lost in state.undelivered):
        raise NoSuchLetter
    kind, days = letter_named(message.letter)
    if state.snapshot.status not in _TRUE_IN[kind]:
        raise LetterOutOfDate(letter=message.letter, status=state.snapshot.status)
    again = EventKind.LETTER_SENT_AGAIN
    if kind is LetterKind.CODE_PASSWORD:
        made = _code_again_or_next(state, message, now, again, again)
    elif kind.purpose:
        code = state.snapshot.code_for(kind.purpose)
        if code is None or not code.is_live(now):
            raise CodeNotLive
        made = with_code_letter(decision(state, now, again, message), code)
    else:
        made = decision(state, now, again, message)
        letter = notice(state, made.event, kind)
        if days is not None:
            letter = replace(letter, days=_days_left(state, message, now, days))
        made = replace(made, letters=(letter,))
    return replace(made, event=replace(made.event, detail=message.letter))


def _code_again_or_next(
    state: State, message: RequestCode | SendAgain, now: datetime, again: EventKind, following: EventKind
) -> Decision:
    code = state.snapshot.code_for(Purpose.PASSWORD)
    if code and code.is_live(now):
        return with_code_letter(decision(state, now, again, message), code)
    code = next_code(state, requested_until(state, now))
    made = decision(state, now, following, message, codes=state.snapshot.codes_with(code))
    return with_code_letter(made, code)


def _days_left(state: State, message: SendAgain, now: datetime, told: int) -> int:
    """A reminder tells the days that are left now; once the deadline has moved away there is nothing to remind of."""
    deadline = state.snapshot.deadline
    left = (deadline - now).days if deadline else told + 1
    if left > told:
        raise LetterOutOfDate(letter=message.letter, status=state.snapshot.status)
    return max(left, 1)
