"""The first decision of a life: a registration is opened, or taken over from an older system (S1 to S4)."""

from datetime import datetime, timedelta

from registration.decisions import decision, next_code, with_code_letter
from registration.record import EventKind
from registration.state import Decision, Imported, State
from registration.statuses import Channel, Status


def open_registration(state: State, now: datetime) -> Decision:
    """The opening of a registration, or the taking over of the account that it was imported from."""
    return _taken_over(state, state.imported, now) if state.imported else _opened(state, now)


def _opened(state: State, now: datetime) -> Decision:
    """S1 to S4: the registration awaits the redemption of the code that goes out with this decision."""
    deadline = now + timedelta(days=state.policy.activation_days)
    code = next_code(state, deadline)
    made = decision(
        state,
        now,
        EventKind.REGISTRATION_OPENED,
        state.opened_by,
        status=Status.AWAITING_ACTIVATION,
        deadline=deadline,
        codes=(code,),
        identity_verified=state.channel is not Channel.ONLINE,
        evidence=state.evidence,
        assurance=state.assurance,
    )
    return with_code_letter(made, code)


def _taken_over(state: State, account: Imported, now: datetime) -> Decision:
    """The account keeps its status and its own password; no letter is sent."""
    valid_until = account.password_valid_until
    deadlines = {
        Status.TEMPORARY: now + timedelta(days=state.policy.temporary_days),
        Status.ACTIVE: valid_until,
        Status.PASSWORD_EXPIRED: valid_until and valid_until + timedelta(days=state.policy.grace_days),
    }
    made = decision(
        state,
        now,
        EventKind.REGISTRATION_IMPORTED,
        state.opened_by,
        status=account.status,
        deadline=deadlines.get(account.status),
        password_valid_until=valid_until,
        identity_verified=account.identity_verified,
    )
    return Decision(made.event, credential_id=account.credential_id)
