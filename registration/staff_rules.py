"""What clerks and operators decide on at once: identity, reactivation, extension, disclosure (S2, S3, S7, S8, S9)."""

from datetime import datetime, timedelta
from typing import Final

from registration import messages as m
from registration.decisions import decision, next_code, with_address_notices, with_code_letter, with_notices
from registration.errors import InvalidInput
from registration.forms import checked_uuid
from registration.input_rules import InputRule
from registration.letters import LetterKind
from registration.policy import add_years
from registration.record import EventKind
from registration.state import Decision, State
from registration.statuses import Status

LONGEST_EXTENSION_YEARS: Final = 10
"""Far beyond any approved extension, well within what a timer can wait."""


def verify_identity(state: State, message: m.VerifyIdentity, now: datetime) -> Decision:
    """S2, S3: makes a temporary registration final; before the activation it is noted."""
    if state.snapshot.status is Status.AWAITING_ACTIVATION:
        return decision(state, now, EventKind.IDENTITY_VERIFIED, message, identity_verified=True)
    made = decision(
        state,
        now,
        EventKind.IDENTITY_VERIFIED,
        message,
        status=Status.ACTIVE,
        deadline=state.snapshot.password_valid_until,
        identity_verified=True,
    )
    return with_notices(state, made, LetterKind.ACTIVE)


def reactivate(state: State, message: m.Reactivate, now: datetime) -> Decision:
    """S9: a new code goes out by itself, to the address that replaces a dead one where the message names it."""
    deadline = now + timedelta(days=state.policy.reactivation_days)
    code = next_code(state, deadline)
    replaced = {} if message.email_id is None else {"email_id": checked_uuid("email_id", message.email_id)}
    made = decision(
        state,
        now,
        EventKind.REACTIVATED,
        message,
        status=Status.AWAITING_REACTIVATION,
        deadline=deadline,
        codes=(code,),
        identity_verified=True,
        **replaced,
    )
    return with_code_letter(with_address_notices(state, made) if replaced else made, code)


def extend_validity(state: State, message: m.ExtendValidity, now: datetime) -> Decision:
    """An approved extension moves the expiry, also beyond the 2 years; an expired password is valid again."""
    snapshot = state.snapshot
    if message.until.tzinfo is None or not extends(message.until, snapshot.password_valid_until or now, now):
        raise InvalidInput(field="until", rule=InputRule.EXTENSION, years=str(LONGEST_EXTENSION_YEARS))
    made = decision(
        state,
        now,
        EventKind.VALIDITY_EXTENDED,
        message,
        status=Status.ACTIVE,
        deadline=message.until,
        password_valid_until=message.until,
    )
    return made if snapshot.status is Status.ACTIVE else with_notices(state, made, LetterKind.ACTIVE)


def extends(until: datetime, present: datetime, now: datetime) -> bool:
    """Whether `until` moves a validity that ends at `present`: later than that and now, at most 10 years ahead."""
    return max(now, present) < until <= add_years(now, LONGEST_EXTENSION_YEARS)


def disclose(state: State, message: m.Disclose, now: datetime) -> Decision:
    """S8: only recorded."""
    return decision(state, now, EventKind.DATA_DISCLOSED, message)
