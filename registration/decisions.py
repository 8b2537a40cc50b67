"""How a decision is put together: the event that follows the last one, and the letters about it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from registration.letters import CODE_LETTERS, LetterKind, Lifetime
from registration.messages import Actor, Message
from registration.record import Code, Event, EventKind
from registration.state import Decision, LetterOrder, State
from registration.statuses import Purpose, Status


def decision(state: State, now: datetime, kind: EventKind, by: Actor | Message, **changes: Any) -> Decision:  # noqa: ANN401  any field of Event
    """The decision whose event follows the state's last one and differs from it by `changes`."""
    snapshot = state.snapshot
    event = Event(
        registration_id=state.registration_id,
        sequence=snapshot.sequence + 1,
        at=now,
        kind=kind,
        actor=by if isinstance(by, Actor) else by.actor,
        status=snapshot.status,
        deadline=snapshot.deadline,
        password_valid_until=snapshot.password_valid_until,
        identity_verified=snapshot.identity_verified,
        email_id=snapshot.email_id or state.email_id,
        codes=snapshot.codes,
        policy_version=state.policy.version,
        previous_hash=snapshot.head,
        request_id=None if isinstance(by, Actor) else by.request_id,
        evidence=getattr(by, "evidence", None),
    )
    return Decision(replace(event, **changes))


def with_notices(state: State, made: Decision, *kinds: LetterKind) -> Decision:
    """The decision with the letters of these kinds, to the address that it leaves."""
    return replace(made, letters=made.letters + tuple(notice(state, made.event, kind) for kind in kinds))


def with_address_notices(state: State, made: Decision) -> Decision:
    """The decision with the letters about a new address: to the old one and to the new one."""
    to_old = notice(state, made.event, LetterKind.EMAIL_CHANGED_OLD, email_id=state.snapshot.email_id)
    return with_notices(state, replace(made, letters=(*made.letters, to_old)), LetterKind.EMAIL_CHANGED_NEW)


def with_code_letter(made: Decision, code: Code) -> Decision:
    """The decision with the letter of a code, to the address that the code confirms or to the registered one."""
    event = made.event
    letter = LetterOrder(
        event.registration_id,
        event.sequence,
        CODE_LETTERS[code.purpose],
        code.email_id or event.email_id,
        until=code.valid_until,
        date=code.valid_until,
        code_sequence=code.sequence,
    )
    return replace(made, letters=(*made.letters, letter))


def next_code(
    state: State, valid_until: datetime, purpose: Purpose = Purpose.PASSWORD, *, email_id: str | None = None
) -> Code:
    """The next one-time code; `email_id` names the address that it confirms."""
    return Code(purpose, state.snapshot.codes_issued + 1, valid_until, email_id)


def requested_until(state: State, now: datetime) -> datetime:
    """How long a code lives that is requested now: its days; where the status ends badly, not beyond that end."""
    valid_until = now + timedelta(days=state.policy.code_days)
    deadline = state.snapshot.deadline
    return min(valid_until, deadline) if deadline and state.snapshot.status is not Status.ACTIVE else valid_until


def notice(state: State, event: Event, kind: LetterKind, *, email_id: str | None = None) -> LetterOrder:
    """A letter without a code about `event`: the date in it, and until when it is worth sending."""
    until = event.at + timedelta(days=state.policy.notice_days)
    if kind.row.lifetime is Lifetime.LAST:
        until = event.at + timedelta(hours=state.policy.last_letter_hours)
    elif kind.row.lifetime is Lifetime.DEADLINE and event.deadline:
        until = event.deadline
    return LetterOrder(
        event.registration_id,
        event.sequence,
        kind,
        email_id or event.email_id,
        until=until,
        date=event.password_valid_until if kind.row.tells_validity else event.deadline,
    )
