"""A new e-mail address, and closing: at once by a clerk, by the client with the code that goes out."""

from datetime import datetime

from registration.decisions import (
    decision,
    next_code,
    requested_until,
    with_address_notices,
    with_code_letter,
    with_notices,
)
from registration.forms import checked_uuid
from registration.letters import LetterKind
from registration.messages import ActorKind, ChangeEmail, Close, RedeemCode
from registration.record import EventKind
from registration.state import Decision, State
from registration.statuses import Purpose, Status


def change_email(state: State, message: ChangeEmail, now: datetime) -> Decision:
    """A clerk replaces the address; a client's request sends a code to the new one and changes nothing yet."""
    email_id = checked_uuid("email_id", message.email_id)
    if message.actor.kind is not ActorKind.CITIZEN:
        return replace_email(state, message, now, email_id)
    code = next_code(state, requested_until(state, now), Purpose.NEW_EMAIL, email_id=email_id)
    codes = state.snapshot.codes_with(code)
    return with_code_letter(decision(state, now, EventKind.EMAIL_CHANGE_REQUESTED, message, codes=codes), code)


def close(state: State, message: Close, now: datetime) -> Decision:
    """A clerk closes the registration; a client's request sends a code and changes nothing yet."""
    if message.actor.kind is not ActorKind.CITIZEN:
        return end(state, message, now)
    code = next_code(state, requested_until(state, now), Purpose.CLOSURE)
    codes = state.snapshot.codes_with(code)
    return with_code_letter(decision(state, now, EventKind.CLOSURE_REQUESTED, message, codes=codes), code)


def replace_email(state: State, message: ChangeEmail | RedeemCode, now: datetime, email_id: str) -> Decision:
    """What lives was sent to, or asked for from, the old address: it is void; an awaited code gets a successor."""
    snapshot = state.snapshot
    fresh = next_code(state, snapshot.deadline) if snapshot.status.awaits_code and snapshot.deadline else None
    codes = (fresh,) if fresh else ()
    made = decision(state, now, EventKind.EMAIL_CHANGED, message, email_id=email_id, codes=codes)
    made = with_address_notices(state, made)
    return with_code_letter(made, fresh) if fresh else made


def end(state: State, message: Close | RedeemCode, now: datetime) -> Decision:
    """Closing is final: the user name is free, no code lives, the last letter goes out."""
    made = decision(state, now, EventKind.REGISTRATION_CLOSED, message, status=Status.CLOSED, deadline=None, codes=())
    return with_notices(state, made, LetterKind.CLOSED)
