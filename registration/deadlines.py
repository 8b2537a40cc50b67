"""What a registration decides when time passes: pure functions of state and time (S3, S7, S9)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from registration.decisions import decision, with_notices
from registration.descriptions import ActorAnswer, Description, NextStep, Step, UndeliveredAnswer
from registration.letters import LetterKind
from registration.messages import SYSTEM, Actor, UndeliveredLetter
from registration.policy import Policy
from registration.record import EventKind, Snapshot
from registration.state import Decision, LetterOrder, State
from registration.statuses import Purpose, Status

_DAY = timedelta(days=1)


def lapse(state: State, now: datetime) -> Decision:
    """S3: not activated, or not verified, within its 30 days."""
    awaited = state.snapshot.status is Status.AWAITING_ACTIVATION
    kind = EventKind.ACTIVATION_LAPSED if awaited else EventKind.TEMPORARY_LAPSED
    made = decision(state, now, kind, SYSTEM, status=Status.LAPSED, deadline=None, codes=())
    return with_notices(state, made, LetterKind.LAPSED)


def expire_password(state: State, now: datetime) -> Decision:
    """S7, S9: the password has reached the end of its validity; 60 days of grace count from there."""
    expired_at = state.snapshot.password_valid_until or now
    made = decision(
        state,
        now,
        EventKind.PASSWORD_EXPIRED,
        SYSTEM,
        status=Status.PASSWORD_EXPIRED,
        deadline=expired_at + timedelta(days=state.policy.grace_days),
    )
    return with_notices(state, made, LetterKind.PASSWORD_EXPIRED)


def deactivate(state: State, now: datetime) -> Decision:
    """S9: the 60 days are over, or a reactivation's code was not redeemed."""
    expired = state.snapshot.status is Status.PASSWORD_EXPIRED
    kind = EventKind.GRACE_ENDED if expired else EventKind.REACTIVATION_LAPSED
    made = decision(state, now, kind, SYSTEM, status=Status.INACTIVE, deadline=None, codes=())
    return with_notices(state, made, LetterKind.INACTIVE)


def erase(state: State, now: datetime) -> Decision:
    """The last letter has had its time: the personal data is erased, the record stays."""
    return decision(state, now, EventKind.PERSONAL_DATA_ERASED, SYSTEM)


def note_undelivered(state: State, letter: UndeliveredLetter, now: datetime) -> Decision:
    """A letter that will not arrive is on record."""
    return decision(
        state,
        now,
        EventKind.LETTER_UNDELIVERED,
        SYSTEM,
        letter=letter.letter,
        failure=letter.failure,
        smtp_reply=letter.smtp_reply,
    )


def note_refused_signal(state: State, by: Actor, request_id: str | None, refusal: str, now: datetime) -> Decision:
    """Principle 12: a clerk's signal is never silently lost."""
    return decision(state, now, EventKind.SIGNAL_REFUSED, by, request_id=request_id, refusal=refusal)


def apply_policy(state: State, policy: Policy, announcing: tuple[LetterOrder, ...], now: datetime) -> Decision | None:
    """A policy that changed before a status was entered sets that status's period; `None` where it is the same.

    To be asked right after the status was entered, before the letters `announcing` its deadline are sent.
    """
    days = {
        Status.AWAITING_ACTIVATION: (state.policy.activation_days, policy.activation_days),
        Status.TEMPORARY: (state.policy.temporary_days, policy.temporary_days),
        Status.PASSWORD_EXPIRED: (state.policy.grace_days, policy.grace_days),
        Status.AWAITING_REACTIVATION: (state.policy.reactivation_days, policy.reactivation_days),
    }.get(state.snapshot.status)
    if days is None or days[0] == days[1] or state.snapshot.deadline is None:
        return None
    old, new = days
    deadline = state.snapshot.deadline + timedelta(days=new - old)
    codes = state.snapshot.codes
    if state.snapshot.status.awaits_code:
        codes = tuple(replace(code, valid_until=deadline) for code in codes)
    made = decision(
        replace(state, policy=policy), now, EventKind.POLICY_APPLIED, SYSTEM, deadline=deadline, codes=codes
    )
    letters = tuple(replace(letter, until=deadline, date=deadline) for letter in announcing)
    return replace(made, letters=letters)


@dataclass(frozen=True)
class Reminder:
    """A reminder and the moment it is due (UTC)."""

    at: datetime
    letter: LetterOrder


def next_reminder(state: State, now: datetime) -> Reminder | None:
    """The next reminder of the present status, or `None`.

    Reminders that became due together, as after an outage, are one: the latest; past the deadline there is none. A
    password's reminders are spread over the 24 hours before each whole number of days by a hash of the id, so that a
    mass expiry is no storm of letters.
    """
    deadline = state.snapshot.deadline
    if deadline is None or now >= deadline or state.reminded_at is None:
        return None
    days_ahead: tuple[int, ...]
    match state.snapshot.status:
        case Status.TEMPORARY:
            kind, days_ahead, spread = LetterKind.TEMPORARY_ENDING, (state.policy.temporary_reminder_days,), timedelta()
        case Status.ACTIVE:
            kind, days_ahead = LetterKind.PASSWORD_EXPIRING, state.policy.password_reminder_days
            spread = spread_of(state.registration_id, _DAY)
        case _:
            return None
    ahead = [(deadline - timedelta(days=days) - spread, days) for days in sorted(days_ahead, reverse=True)]
    pending = [(at, days) for at, days in ahead if at > state.reminded_at]
    overdue = [(at, days) for at, days in pending if at <= now]
    if not pending:
        return None
    at, days = overdue[-1] if overdue else pending[0]
    snapshot = state.snapshot
    letter = LetterOrder(
        state.registration_id, snapshot.sequence, kind, snapshot.email_id, until=deadline, date=deadline, days=days
    )
    return Reminder(at, letter)


def spread_of(registration_id: str, within: timedelta) -> timedelta:
    """Whole seconds from 0 to below `within`, by a hash of the id: always the same for one registration."""
    digest = hashlib.sha256(registration_id.encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4]) % int(within.total_seconds()))


def next_step(state: State, now: datetime) -> tuple[NextStep, datetime | None]:
    """What happens next by itself, and when (UTC); for `INACTIVE`, who must act."""
    reminder = next_reminder(state, now)
    if reminder:
        return NextStep(Step.LETTER, letter=reminder.letter.kind, days=reminder.letter.days), reminder.at
    deadline = state.snapshot.deadline
    match state.snapshot.status:
        case Status.AWAITING_ACTIVATION | Status.TEMPORARY:
            return NextStep(Step.STATUS, status=Status.LAPSED), deadline
        case Status.ACTIVE:
            return NextStep(Step.STATUS, status=Status.PASSWORD_EXPIRED), deadline
        case Status.PASSWORD_EXPIRED | Status.AWAITING_REACTIVATION:
            return NextStep(Step.STATUS, status=Status.INACTIVE), deadline
        case Status.INACTIVE:
            return NextStep(Step.REACTIVATION), None
        case _:
            return NextStep(Step.ERASURE), None


def describe(state: State, now: datetime) -> Description:
    """The answer of the query `describe`."""
    step, at = next_step(state, now)
    return replace(
        describe_snapshot(state.registration_id, state.snapshot, now),
        next_step=step,
        next_step_at=at,
        undelivered_letters=tuple(map(UndeliveredAnswer.of, state.undelivered)),
    )


def describe_snapshot(registration_id: str, snapshot: Snapshot, now: datetime) -> Description:
    """What the read model alone can say: nothing is ahead any more."""
    code = snapshot.code_for(Purpose.PASSWORD)
    return Description(
        registration_id=registration_id,
        status=snapshot.status,
        since=snapshot.since,
        because=snapshot.because,
        by=ActorAnswer.of(snapshot.by) if snapshot.by else None,
        deadline=snapshot.deadline,
        next_step=NextStep(Step.NOTHING),
        next_step_at=None,
        password_valid_until=snapshot.password_valid_until,
        code_valid_until=code.valid_until if code else None,
        undelivered_letters=(),
        identity_verified=snapshot.identity_verified,
        sequence=snapshot.sequence,
        head=snapshot.head,
        as_of=now,
    )
