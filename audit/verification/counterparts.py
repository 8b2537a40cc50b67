"""What must exist elsewhere if an event came about through a gateway: a forged message leaves it out.

A message sent to Temporal past the gateway gets an event that the rules accept. What the gateway writes before it
sends a message is then missing, and each row of `COUNTERPARTS` names one such thing.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from audit.verification.findings import Finding, FindingKind
from audit.verification.sendings import is_on_an_approved_list, sent_by
from registration.event_kinds import EventRow
from registration.messages import AT_THE_DESK, ActorKind
from registration.operations import Operation
from registration.record import Event, EventKind
from registration.sentences import N_, Sentence
from store.audited import AuditedLife
from store.documents import load
from store.rows import CredentialState

_ACTING_STAFF: Final = AT_THE_DESK | {ActorKind.OPERATOR}
"""Whose acts are events; auditors only look."""
_CLIENT: Final = frozenset({ActorKind.CITIZEN})

_OPERATIONS: Final = {kind: {each for each in Operation if each.row.leaves is kind} for kind in EventKind} | {
    EventKind.SIGNAL_REFUSED: {each for each in Operation if each.row.is_signal}
}
"""Under which operations staff's events come about: the request of another operation does not count."""

_AT_A_NEW_ADDRESS: Final = {Operation.DESK_CHANGE_EMAIL_AND_REACTIVATE}
"""Of a reactivation that replaces the address too: a forged one takes the account over."""


@dataclass(frozen=True)
class Counterpart:
    """An event of one of these kinds by one of these actors has a counterpart; `None` is every kind or actor."""

    kinds: frozenset[EventKind] | None
    actors: frozenset[ActorKind] | None
    has_it: Callable[[Event, AuditedLife], bool]
    finding: FindingKind
    sentence: Sentence

    def missing(self, event: Event, life: AuditedLife) -> bool:
        """Whether the event should have the counterpart and has not."""
        return (
            (self.kinds is None or event.kind in self.kinds)
            and (self.actors is None or event.actor.kind in self.actors)
            and not self.has_it(event, life)
        )


def _evidence_named(event: Event, _: AuditedLife) -> bool:
    return event.evidence is not None


def _signature_named(event: Event, _: AuditedLife) -> bool:
    return event.evidence is not None or event.assurance is None


def _evidence_stands(event: Event, life: AuditedLife) -> bool:
    named = event.evidence
    return named is None or any(str(row["id"]) == named.id for row in life.evidence)


def _credential_stands(event: Event, life: AuditedLife) -> bool:
    return any(
        str(row["id"]) == event.request_id and CredentialState(row["state"]).was_adopted for row in life.credentials
    )


def _confirmation_stands(event: Event, life: AuditedLife) -> bool:
    return any(str(row["confirmation_id"]) == event.request_id for row in life.codes)


def _request_stands(event: Event, life: AuditedLife) -> bool:
    """Under a request for something else nothing else was asked for."""
    message = event.kind.row.asked_with
    return message is None or any(
        (str(row["id"]), row["kind"]) == (event.request_id, message.__name__) for row in life.client_requests
    )


def _has_access_entry(event: Event, life: AuditedLife) -> bool:
    """A registration opened at the desk has its own id as request id; a bulk extension has a list instead."""
    asked = life.registration_id if event.kind is EventKind.REGISTRATION_OPENED else event.request_id
    if asked is None or event.kind is EventKind.REGISTRATION_IMPORTED:
        return asked is None and event.kind is EventKind.REGISTRATION_IMPORTED
    return is_on_an_approved_list(event, life) or bool(sent_by(event.actor, asked, life) & _operations_of(event, life))


def _operations_of(event: Event, life: AuditedLife) -> set[Operation]:
    if event.kind is EventKind.REACTIVATED and event.email_id != _address_before(event, life):
        return _AT_A_NEW_ADDRESS
    return _OPERATIONS[event.kind]


def _address_before(event: Event, life: AuditedLife) -> str:
    """The `email_id` that the event found; its own where its predecessor cannot be read, which is named elsewhere."""
    for row in life.events:
        if row["sequence"] == event.sequence - 1:
            with suppress(ValidationError):
                return load(Event, row["body"]).email_id
    return event.email_id


def _kinds(having: Callable[[EventRow], bool]) -> frozenset[EventKind]:
    return frozenset(kind for kind in EventKind if having(kind.row))


COUNTERPARTS: Final = (
    Counterpart(
        frozenset(each.row.leaves for each in Operation if each.row.in_person and each.row.leaves),
        AT_THE_DESK,
        _evidence_named,
        FindingKind.EVIDENCE_MISSING,
        Sentence(N_("an act in person that names no evidence")),
    ),
    Counterpart(
        frozenset({EventKind.REGISTRATION_OPENED}),
        None,
        _signature_named,
        FindingKind.EVIDENCE_MISSING,
        Sentence(N_("a registration opened with a signature that is not kept")),
    ),
    Counterpart(
        None,
        None,
        _evidence_stands,
        FindingKind.EVIDENCE_MISSING,
        Sentence(N_("the evidence that the event names does not exist")),
    ),
    Counterpart(
        _kinds(lambda row: row.sets_password),
        None,
        _credential_stands,
        FindingKind.CREDENTIAL_MISSING,
        Sentence(N_("a new password that no gateway has received: the event's request is no credential")),
    ),
    Counterpart(
        _kinds(lambda row: row.redeems_code and not row.sets_password),
        _CLIENT,
        _confirmation_stands,
        FindingKind.CONFIRMATION_MISSING,
        Sentence(N_("a confirmation that no gateway has received: no code was redeemed under the event's request")),
    ),
    Counterpart(
        _kinds(lambda row: row.asked_with is not None),
        _CLIENT,
        _request_stands,
        FindingKind.REQUEST_MISSING,
        Sentence(N_("a client's request that no gateway has received")),
    ),
    Counterpart(
        None,
        _ACTING_STAFF,
        _has_access_entry,
        FindingKind.ACCESS_MISSING,
        Sentence(N_("an act that the access record does not know: no entry has its actor, request and operation")),
    ),
    Counterpart(
        _kinds(lambda row: row.by_staff_alone),
        frozenset(ActorKind) - _ACTING_STAFF,
        _has_access_entry,
        FindingKind.ACCESS_MISSING,
        Sentence(N_("an act of staff whose recorded actor is not staff")),
    ),
    Counterpart(
        frozenset({EventKind.SIGNAL_REFUSED}),
        frozenset(ActorKind) - _ACTING_STAFF - {ActorKind.SYSTEM},
        _has_access_entry,
        FindingKind.ACCESS_MISSING,
        Sentence(N_("a signal that no gateway sends for this kind of person")),
    ),
)


def without_counterparts(events: list[Event], life: AuditedLife) -> Iterator[Finding]:
    """The events whose counterparts are missing."""
    for event in events:
        for counterpart in COUNTERPARTS:
            if counterpart.missing(event, life):
                yield Finding(life.registration_id, event.sequence, counterpart.finding, counterpart.sentence)
