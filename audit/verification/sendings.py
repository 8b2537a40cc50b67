"""What the access record knows of acts that were sent to a registration, one by one or by an approved list."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from pydantic import ValidationError

from audit.verification.findings import Finding, FindingKind
from registration.access import Access, AccessEntry, AccessOutcome
from registration.administration import Administered, Content
from registration.extensions import Expiring, ExtensionOutcome, extended_until, extension_request_id
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import Event, EventKind
from registration.sentences import N_, Sentence
from registration.statuses import OPEN_STATUSES, Status
from store.access_record import Row
from store.audited import AuditedLife
from store.documents import load


def sent_by(actor: Actor, request_id: str, life: AuditedLife) -> set[Operation]:
    """The operations under which a person has sent a request to this registration, by the access record."""
    return {
        access.operation
        for access in _read(row["body"] for row in life.accesses if row["request_id"] == request_id)
        if access.outcome is AccessOutcome.BEGUN and (access.actor.kind, access.actor.id) == (actor.kind, actor.id)
    }


def is_on_an_approved_list(event: Event, life: AuditedLife) -> bool:
    """Whether an approved list covers the event; there is no access entry for each account of a list."""
    return event.kind.row.answers_extension and any(
        extension_request_id(str(row["extension_id"]), life.registration_id) == event.request_id
        and (ActorKind.OPERATOR, row["requested_by"]) == (event.actor.kind, event.actor.id)
        and (event.kind is EventKind.SIGNAL_REFUSED or event.password_valid_until == row["until"])
        and _approval_stands(row)
        for row in life.extensions
    )


def _approval_stands(row: Row) -> bool:
    """Whether the approver's entry, which is written with the approval and has its terms, exists."""
    approval = Content.of(Administered.APPROVAL, row)
    return any(
        access.operation is Operation.OPERATIONS_APPROVE_EXTENSION
        and access.actor.id == row["approved_by"]
        and access.puts == approval
        for access in _read(row["approvals"])
    )


def unsettled(events: Sequence[Event], life: AuditedLife) -> Iterator[Finding]:
    """Outcomes on an extension's list that no event confirms; ends that do not follow from the terms."""
    for row in life.extensions:
        if row["listed_at"] and not _follows_from_its_terms(row, life):
            sentence = Sentence(N_("the terms of an extension do not give the end that its list has"))
            yield Finding(life.registration_id, None, FindingKind.EXTENSION_DIFFERS, sentence)
        asked = extension_request_id(str(row["extension_id"]), life.registration_id)
        answers = [event for event in events if event.request_id == asked and event.kind.row.answers_extension]
        if row["outcome"] is not None and not any(_tells(event, row) for event in answers):
            if not answers and row["outcome"] == ExtensionOutcome.REFUSED and life.row["status"] not in OPEN_STATUSES:
                continue  # its workflow had ended, or never existed
            sentence = Sentence(N_("what an extension's list says came of it is not what the events say"))
            yield Finding(life.registration_id, None, FindingKind.EXTENSION_DIFFERS, sentence)


def _follows_from_its_terms(row: Row, life: AuditedLife) -> bool:
    """Whether the end is the one that the terms give, which may have been changed while the list was fixed."""
    account = Expiring(life.registration_id, Status.ACTIVE, row["valid_until"], life.row["submitted_at"])
    with suppress(OverflowError, ValueError):
        until = extended_until(account, row["days"], row["listed_at"])
        return bool(row["valid_until"] < row["expiring_before"] and row["until"] == until)
    return False


def _tells(event: Event, row: Row) -> bool:
    extended = event.kind is EventKind.VALIDITY_EXTENDED
    return (row["outcome"] == ExtensionOutcome.EXTENDED) is extended and row["detail"] == event.refusal


def _read(bodies: Iterable[str]) -> Iterator[Access]:
    """Unreadable entries are named when the access record is verified."""
    for body in bodies:
        with suppress(ValidationError):
            yield load(AccessEntry, body).access
