"""Which messages a registration accepts, where, from whom, and the rule that decides on each: one row for each message.

A new message is a dataclass in `messages.py`, its rule, its row here, and a handler with its validator in
`workflows/registration.py`. A rule is a pure function of state, message and time (S1 to S9): it returns a `Decision` or
raises a `Refusal`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from registration import messages as m
from registration.confirmations import change_email, close
from registration.email_corrections import correct_email
from registration.errors import (
    AlreadyReactivated,
    AssertionRefused,
    EvidenceMissing,
    NotAccepted,
    NotAllowed,
    Refusal,
    WrongPassword,
    time_fact,
)
from registration.language_rules import change_language
from registration.messages import AT_THE_DESK, ActorKind
from registration.operations import MessageName, WayOut
from registration.password_rules import change_password, redeem_code
from registration.record import Snapshot
from registration.sending import request_code, send_again
from registration.staff_rules import disclose, extend_validity, reactivate, verify_identity
from registration.state import Decision, State
from registration.statuses import OPEN_STATUSES, Purpose, Status

_CLIENT: Final = frozenset({ActorKind.CITIZEN})
_OPERATIONS: Final = frozenset({ActorKind.OPERATOR, ActorKind.SUPERVISOR})
_WHERE_CODES_ARE_REDEEMED: Final = tuple(status for status in OPEN_STATUSES if status is not Status.INACTIVE)
_WHERE_CLIENTS_LOG_IN: Final = (Status.TEMPORARY, Status.ACTIVE)


@dataclass(frozen=True)
class MessageRow:
    """What a message is.

    `update` and `signal` are the names under which Temporal takes it, empty where it does not. `senders` may send it in
    the statuses `accepted_in`. `needs_evidence`: at the desk it is an act in person, which names its evidence.
    `confirmed_with`: the purpose of the code that confirms it where a client sends it. `after_log_in`: a client sends
    it with the credential of a log-in, where log-in is possible. `brings_password`: its `request_id` is the id of a
    pending credential.
    """

    kind: type[m.Message]
    update: str
    senders: frozenset[ActorKind]
    accepted_in: tuple[Status, ...]
    rule: Callable[[State, Any, datetime], Decision]
    signal: str = ""
    needs_evidence: bool = False
    confirmed_with: Purpose | None = None
    after_log_in: bool = False
    brings_password: bool = False

    @property
    def name(self) -> MessageName:
        """How refusals name it."""
        return MessageName(self.signal or self.update)

    def confirmation(self, sender: ActorKind) -> Purpose | None:
        """The purpose of the code that must confirm it; `None` where it takes effect at once."""
        return self.confirmed_with if sender is ActorKind.CITIZEN else None

    def is_accepted(self, status: Status, sender: ActorKind) -> bool:
        """Whether the status accepts it: what waits for its code is of use only where codes are redeemed."""
        if self.confirmation(sender):
            return status in _WHERE_CODES_ARE_REDEEMED
        return status in (_WHERE_CLIENTS_LOG_IN if self.needs_log_in(sender) else self.accepted_in)

    def needs_log_in(self, sender: ActorKind) -> bool:
        """Whether this sender must name the credential of a log-in."""
        return self.after_log_in and sender is ActorKind.CITIZEN


MESSAGES: Final[Mapping[type[m.Message], MessageRow]] = {
    row.kind: row
    for row in (
        MessageRow(m.RedeemCode, "redeem_code", _CLIENT, _WHERE_CODES_ARE_REDEEMED, redeem_code, brings_password=True),
        MessageRow(m.RequestCode, "request_code", _CLIENT | AT_THE_DESK, _WHERE_CODES_ARE_REDEEMED, request_code),
        MessageRow(
            m.ChangePassword,
            "change_password",
            _CLIENT,
            _WHERE_CLIENTS_LOG_IN,
            change_password,
            brings_password=True,
        ),
        MessageRow(
            m.VerifyIdentity,
            "verify_identity",
            AT_THE_DESK,
            (Status.AWAITING_ACTIVATION, Status.TEMPORARY),
            verify_identity,
            needs_evidence=True,
        ),
        MessageRow(
            m.Reactivate,
            "reactivate_and_confirm",
            AT_THE_DESK,
            (Status.INACTIVE,),
            reactivate,
            signal="reactivate",
            needs_evidence=True,
        ),
        MessageRow(
            m.ChangeEmail,
            "change_email",
            _CLIENT | AT_THE_DESK,
            OPEN_STATUSES,
            change_email,
            needs_evidence=True,
            confirmed_with=Purpose.NEW_EMAIL,
        ),
        MessageRow(m.CorrectEmail, "correct_email", _CLIENT, (Status.AWAITING_ACTIVATION,), correct_email),
        MessageRow(
            m.ExtendValidity,
            "",
            _OPERATIONS,
            (Status.ACTIVE, Status.PASSWORD_EXPIRED),
            extend_validity,
            signal="extend_validity",
        ),
        MessageRow(m.Disclose, "disclose", AT_THE_DESK, OPEN_STATUSES, disclose, needs_evidence=True),
        MessageRow(m.SendAgain, "send_again", AT_THE_DESK, OPEN_STATUSES, send_again),
        MessageRow(
            m.ChangeLanguage,
            "change_language",
            _CLIENT | AT_THE_DESK,
            OPEN_STATUSES,
            change_language,
            needs_evidence=True,
            after_log_in=True,
        ),
        MessageRow(
            m.Close,
            "close",
            _CLIENT | AT_THE_DESK,
            OPEN_STATUSES,
            close,
            needs_evidence=True,
            confirmed_with=Purpose.CLOSURE,
        ),
    )
}
"""By the message's type, in the order in which a refusal offers them."""

SIGNALS: Final[Mapping[str, type[m.Message]]] = {row.signal: row.kind for row in MESSAGES.values() if row.signal}
"""The messages that come as signals, by the signal's name."""

BRING_PASSWORDS: Final[Mapping[str, type[m.Message]]] = {
    kind.__name__: kind for kind, row in MESSAGES.items() if row.brings_password
}
"""The messages that a pending credential is stored with, by the name that the store has for them."""


def decide(state: State, message: m.Message, now: datetime) -> Decision:
    """The decision on a message at `now`.

    Raises `NotAllowed`, `NotAccepted`, `AlreadyReactivated`, `EvidenceMissing`, `WrongPassword` or `AssertionRefused`
    where the credential that the message rests on has been replaced, or what the message's rule refuses with
    (`CodeNotLive`, `NoSuchLetter`, `LetterOutOfDate`, `CorrectedTooOften`, `TooLateToCorrect`, `CorrectionAtADesk`,
    `InvalidInput`); the state stays as it was.
    """
    check_acceptance(state.snapshot, message)
    _check_credential(state, message)
    return MESSAGES[type(message)].rule(state, message, now)


def confirmation_of(message: m.Message) -> Purpose | None:
    """The purpose of the code that must confirm a client's request; `None` where a message takes effect at once."""
    return MESSAGES[type(message)].confirmation(message.actor.kind)


def check_acceptance(snapshot: Snapshot, message: m.Message) -> None:
    """Whether this actor may send the message in this status, with its evidence.

    Raises `NotAllowed`, `NotAccepted`, `AlreadyReactivated`, `EvidenceMissing`.
    """
    row, sender = MESSAGES[type(message)], message.actor.kind
    if refusal := refusal_of(snapshot, row.kind, sender):
        raise refusal
    if row.needs_evidence and sender in AT_THE_DESK and getattr(message, "evidence", None) is None:
        raise EvidenceMissing(message=row.name)


def refusal_of(snapshot: Snapshot, kind: type[m.Message], sender: ActorKind) -> Refusal | None:
    """Why this kind of sender may not send this kind of message now, and what helps instead; `None` where it may.

    `NotAllowed`, `NotAccepted` or `AlreadyReactivated`.
    """
    row = MESSAGES[kind]
    if sender not in row.senders:
        return NotAllowed(actor=sender, message=row.name)
    if not row.is_accepted(snapshot.status, sender):
        return _too_late(snapshot, kind) or not_accepted(snapshot, kind, sender)
    return None


def _check_credential(state: State, message: m.Message) -> None:
    """What a credential was proof of ends with it, also where the message was on its way when it was replaced."""
    row = MESSAGES[type(message)]
    rests_on: str | None = getattr(message, "credential_id", None)
    is_needed = rests_on is not None or row.needs_log_in(message.actor.kind)
    if is_needed and (rests_on is None or rests_on != state.credential_id):
        raise WrongPassword if row.brings_password else AssertionRefused


def not_accepted(snapshot: Snapshot, kind: type[m.Message], sender: ActorKind) -> NotAccepted:
    """The refusal of a kind of message by the status, with what this kind of sender can do instead."""
    status, redemption = snapshot.status, MESSAGES[m.RedeemCode]
    possible: list[str] = [
        row.name
        for row in MESSAGES.values()
        if row.kind is not kind
        and sender in row.senders
        and row.is_accepted(status, sender)
        and (row is not redemption or snapshot.codes)
    ]
    return NotAccepted(status=status, message=MESSAGES[kind].name, instead=possible or _way_out(status, sender))


def _way_out(status: Status, sender: ActorKind) -> list[str]:
    """What helps whom no message helps (S9: a client whose registration is inactive goes to a registration body)."""
    if status is Status.SUBMITTED:
        return [WayOut.TRY_AGAIN]
    if status is Status.INACTIVE and sender in _CLIENT:
        return [WayOut.VISIT_REGISTRATION_BODY]
    return [WayOut.REGISTER] if status.is_final and sender in _CLIENT | AT_THE_DESK else []


def _too_late(snapshot: Snapshot, kind: type[m.Message]) -> AlreadyReactivated | None:
    """S9: a clerk who comes second learns who was first, and when."""
    by = snapshot.by
    if kind is not m.Reactivate or snapshot.status is not Status.AWAITING_REACTIVATION or by is None:
        return None
    return AlreadyReactivated(clerk=by.id, office=by.office or "–", at=time_fact(snapshot.since))
