"""What a redeemed code does, and a new password: the client's own messages that bring a password (S3, S6, S7, S9)."""

from dataclasses import replace
from datetime import datetime, timedelta

from registration import messages as m
from registration.confirmations import end, replace_email
from registration.decisions import decision, with_notices
from registration.errors import CodeNotLive, InvalidInput
from registration.forms import checked_uuid
from registration.input_rules import InputRule
from registration.letters import STATUS_LETTERS, LetterKind
from registration.policy import add_years
from registration.record import EventKind
from registration.state import Decision, State
from registration.statuses import Purpose, Status


def redeem_code(state: State, message: m.RedeemCode, now: datetime) -> Decision:
    """A live code does what it was sent for; a code is live until its end, and as long as the record names it."""
    code = state.snapshot.code_for(message.purpose)
    if code is None or code.sequence != message.code_sequence or not code.is_live(now):
        raise CodeNotLive
    if message.purpose is Purpose.PASSWORD:
        return _set_password(state, message, now)
    return replace_email(state, message, now, code.email_id) if code.email_id else end(state, message, now)


def _set_password(state: State, message: m.RedeemCode, now: datetime) -> Decision:
    """S3, S6, S9: the new password and its validity; what was asked for under the old one is void."""
    snapshot = state.snapshot
    valid_until = _validity(state, message.validity_days, now)
    if snapshot.status is Status.TEMPORARY:
        status, deadline = Status.TEMPORARY, snapshot.deadline
    elif snapshot.status is Status.AWAITING_ACTIVATION and not snapshot.identity_verified:
        status, deadline = Status.TEMPORARY, now + timedelta(days=state.policy.temporary_days)
    else:
        status, deadline = Status.ACTIVE, valid_until
    made = decision(
        state,
        now,
        EventKind.CODE_REDEEMED,
        message,
        status=status,
        deadline=deadline,
        password_valid_until=valid_until,
        codes=(),
    )
    return _with_new_password(state, made, message.request_id)


def change_password(state: State, message: m.ChangePassword, now: datetime) -> Decision:
    """S7: a new password starts a new validity; what was asked for under the old one is void, as is a live code."""
    status = state.snapshot.status
    valid_until = _validity(state, message.validity_days, now)
    deadline = valid_until if status is Status.ACTIVE else state.snapshot.deadline
    made = decision(
        state,
        now,
        EventKind.PASSWORD_CHANGED,
        message,
        deadline=deadline,
        password_valid_until=valid_until,
        codes=(),
    )
    return _with_new_password(state, made, message.request_id)


def _with_new_password(state: State, made: Decision, credential_id: str) -> Decision:
    """Adopts the credential; the letter is about the status reached or, in the same status, the new password."""
    status = made.event.status
    letter = LetterKind.PASSWORD_CHANGED if status is state.snapshot.status else STATUS_LETTERS[status]
    return with_notices(state, replace(made, credential_id=checked_uuid("request_id", credential_id)), letter)


def _validity(state: State, days: int | None, now: datetime) -> datetime:
    """S7: the client's choice of validity, at most 2 calendar years and at least 30 days."""
    latest = add_years(now, state.policy.validity_max_years)
    if days is None:
        return latest
    least, most = state.policy.validity_min_days, (latest - now).days
    if not least <= days <= most:
        raise InvalidInput(field="validity_days", rule=InputRule.VALIDITY, least=str(least), most=str(most))
    return now + timedelta(days=days)
