"""What a registration decides when a message arrives: pure functions of state, message and time (S1 to S9).

Each rule returns a `Decision` or raises a `Refusal`; `decide` picks the rule by the message's type.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from registration import messages as m
from registration.confirmations import change_email, close, confirmation_of, confirmed_by, end, replace_email
from registration.decisions import decision, next_code, with_address_notices, with_code_letter, with_notices
from registration.errors import (
    AlreadyReactivated,
    AssertionRefused,
    CodeNotLive,
    EvidenceMissing,
    InvalidInput,
    NotAccepted,
    NotAllowed,
    WrongPassword,
    time_fact,
)
from registration.forms import checked_uuid
from registration.input_rules import InputRule
from registration.messages import ActorKind
from registration.operations import WayOut
from registration.policy import add_years
from registration.record import EventKind, Snapshot
from registration.sending import request_code, send_again
from registration.state import Decision, State
from registration.statuses import OPEN_STATUSES, LetterKind, Purpose, Status

LONGEST_EXTENSION_YEARS: Final = 10
"""Far beyond any approved extension, well within what a timer can wait."""

_CLIENT: Final = {ActorKind.CITIZEN}
_DESK: Final = {ActorKind.CLERK, ActorKind.SUPERVISOR}
_OPERATIONS: Final = {ActorKind.OPERATOR, ActorKind.SUPERVISOR}

ACCEPTED_IN: Final[Mapping[type, tuple[Status, ...]]] = {
    m.RedeemCode: tuple(status for status in OPEN_STATUSES if status is not Status.INACTIVE),
    m.RequestCode: tuple(status for status in OPEN_STATUSES if status is not Status.INACTIVE),
    m.ChangePassword: (Status.TEMPORARY, Status.ACTIVE),
    m.VerifyIdentity: (Status.AWAITING_ACTIVATION, Status.TEMPORARY),
    m.Reactivate: (Status.INACTIVE,),
    m.ChangeEmail: OPEN_STATUSES,
    m.ExtendValidity: (Status.ACTIVE, Status.PASSWORD_EXPIRED),
    m.Disclose: OPEN_STATUSES,
    m.SendAgain: OPEN_STATUSES,
    m.Close: OPEN_STATUSES,
}

_ACTORS: Final[Mapping[type, set[ActorKind]]] = {
    m.RedeemCode: _CLIENT,
    m.RequestCode: _CLIENT | _DESK,
    m.ChangePassword: _CLIENT,
    m.VerifyIdentity: _DESK,
    m.Reactivate: _DESK,
    m.ChangeEmail: _CLIENT | _DESK,
    m.ExtendValidity: _OPERATIONS,
    m.Disclose: _DESK,
    m.SendAgain: _DESK,
    m.Close: _CLIENT | _DESK,
}

MESSAGE_NAMES: Final[Mapping[type[m.Message], str]] = {
    m.RedeemCode: "redeem_code",
    m.RequestCode: "request_code",
    m.ChangePassword: "change_password",
    m.VerifyIdentity: "verify_identity",
    m.Reactivate: "reactivate",
    m.ChangeEmail: "change_email",
    m.ExtendValidity: "extend_validity",
    m.Disclose: "disclose",
    m.SendAgain: "send_again",
    m.Close: "close",
}
"""Those of the two signals too; the same messages as updates are in `UPDATE_NAMES`."""

UPDATE_NAMES: Final[Mapping[type[m.Message], str]] = {
    kind: "reactivate_and_confirm" if kind is m.Reactivate else name
    for kind, name in MESSAGE_NAMES.items()
    if kind is not m.ExtendValidity
}


def decide(state: State, message: m.Message, now: datetime) -> Decision:
    """The decision on a message at `now`.

    Raises `NotAllowed`, `NotAccepted`, `AlreadyReactivated`, `EvidenceMissing`, `WrongPassword` or `AssertionRefused`
    where the credential that the message rests on has been replaced, or what the message's rule refuses with
    (`CodeNotLive`, `NoSuchLetter`, `LetterOutOfDate`, `InvalidInput`); the state stays as it was.
    """
    check_acceptance(state.snapshot, message)
    _check_credential(state, message)
    return _RULES[type(message)](state, message, now)


def check_acceptance(snapshot: Snapshot, message: m.Message) -> None:
    """Whether this actor may send the message in this status, with its evidence.

    Raises `NotAllowed`, `NotAccepted`, `AlreadyReactivated`, `EvidenceMissing`.
    """
    kind = type(message)
    if message.actor.kind not in _ACTORS[kind]:
        raise NotAllowed(actor=message.actor.kind, message=MESSAGE_NAMES[kind])
    if not _is_accepted(snapshot.status, kind, message.actor.kind):
        raise _too_late(snapshot, message) or not_accepted(snapshot, kind, message.actor.kind)
    if hasattr(message, "evidence") and message.evidence is None and confirmation_of(message) is None:
        raise EvidenceMissing(message=MESSAGE_NAMES[kind])


def _check_credential(state: State, message: m.Message) -> None:
    """What a credential was proof of ends with it, also where the message was on its way when it was replaced."""
    rests_on: str | None = getattr(message, "credential_id", None)
    if rests_on and state.credential_id and rests_on != state.credential_id:
        raise WrongPassword if isinstance(message, m.ChangePassword) else AssertionRefused


def not_accepted(snapshot: Snapshot, kind: type, sender: ActorKind) -> NotAccepted:
    """The refusal of a kind of message by the status, with what this kind of sender can do instead."""
    status = snapshot.status
    possible = [
        MESSAGE_NAMES[other]
        for other, senders in _ACTORS.items()
        if other is not kind and sender in senders and _is_accepted(status, other, sender)
    ]
    if not snapshot.codes and MESSAGE_NAMES[m.RedeemCode] in possible:
        possible.remove(MESSAGE_NAMES[m.RedeemCode])
    instead = ", ".join(possible) or _way_out(status, sender)
    return NotAccepted(status=status, message=MESSAGE_NAMES[kind], instead=instead)


def _is_accepted(status: Status, kind: type, sender: ActorKind) -> bool:
    """What waits for its code is of use only where codes are redeemed."""
    return status in ACCEPTED_IN[m.RedeemCode if confirmed_by(kind, sender) else kind]


def _way_out(status: Status, sender: ActorKind) -> str:
    """What helps whom no message helps (S9: a client whose registration is inactive goes to a registration body)."""
    if status is Status.SUBMITTED:
        return WayOut.COME_AGAIN
    if status is Status.INACTIVE and sender in _CLIENT:
        return WayOut.VISIT_A_BODY
    return WayOut.REGISTER if status.is_final and sender in _CLIENT | _DESK else WayOut.NOTHING


def _too_late(snapshot: Snapshot, message: m.Message) -> AlreadyReactivated | None:
    """S9: the clerk whom another one has forestalled is told by whom and when."""
    by = snapshot.by
    if not isinstance(message, m.Reactivate) or snapshot.status is not Status.AWAITING_REACTIVATION or by is None:
        return None
    return AlreadyReactivated(clerk=by.id, office=by.office or "–", at=time_fact(snapshot.since))


def _redeem_code(state: State, message: m.RedeemCode, now: datetime) -> Decision:
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


def _change_password(state: State, message: m.ChangePassword, now: datetime) -> Decision:
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
    """Adopts the credential, and tells of the status that was reached or, in the same status, of the new password."""
    status = made.event.status
    letter = LetterKind.PASSWORD_CHANGED if status is state.snapshot.status else LetterKind(status)
    return with_notices(state, replace(made, adopt=checked_uuid("request_id", credential_id)), letter)


def _validity(state: State, days: int | None, now: datetime) -> datetime:
    """S7: the client's choice of validity, at most 2 calendar years and at least 30 days."""
    latest = add_years(now, state.policy.validity_years)
    if days is None:
        return latest
    least, most = state.policy.validity_min_days, (latest - now).days
    if not least <= days <= most:
        raise InvalidInput(field="validity_days", rule=InputRule.VALIDITY, least=str(least), most=str(most))
    return now + timedelta(days=days)


def _verify_identity(state: State, message: m.VerifyIdentity, now: datetime) -> Decision:
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


def _reactivate(state: State, message: m.Reactivate, now: datetime) -> Decision:
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


def _extend_validity(state: State, message: m.ExtendValidity, now: datetime) -> Decision:
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


def _disclose(state: State, message: m.Disclose, now: datetime) -> Decision:
    """S8: only recorded."""
    return decision(state, now, EventKind.DATA_DISCLOSED, message)


_RULES: Final[Mapping[type, Callable[[State, Any, datetime], Decision]]] = {
    m.RedeemCode: _redeem_code,
    m.RequestCode: request_code,
    m.ChangePassword: _change_password,
    m.VerifyIdentity: _verify_identity,
    m.Reactivate: _reactivate,
    m.ChangeEmail: change_email,
    m.ExtendValidity: _extend_validity,
    m.Disclose: _disclose,
    m.SendAgain: send_again,
    m.Close: close,
}
