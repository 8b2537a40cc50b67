"""Which events have their counterparts, without any server."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from audit.verification.counterparts import without_counterparts
from audit.verification.findings import hole
from registration.access import Access, AccessEntry, AccessOutcome
from registration.messages import SYSTEM, Actor, ActorKind, Evidence
from registration.operations import Operation
from registration.record import GENESIS, Event, EventKind
from registration.statuses import Status
from store.audited import AuditedLife

_AT = datetime(2027, 3, 1, tzinfo=UTC)
_ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
_REQUEST = "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f"
_OPERATOR = Actor(ActorKind.OPERATOR, "operator-1")


def extended_by(actor: Actor) -> Event:
    return Event(
        _ID, 2, _AT, EventKind.VALIDITY_EXTENDED, actor, Status.ACTIVE, True, _ID, 1, GENESIS, request_id=_REQUEST
    )


def found(event: Event, *accesses: Access) -> list[tuple[str, int | None]]:
    entries = [AccessEntry("-", _AT.date(), 1, _AT, access, GENESIS).canonical() for access in accesses]
    life = AuditedLife(_ID, {}, accesses=[{"request_id": _REQUEST, "body": body} for body in entries])
    return [(str(finding.kind), finding.sequence) for finding in without_counterparts([event], life)]


def access(operation: Operation, outcome: AccessOutcome) -> Access:
    return Access(_OPERATOR, operation, outcome, _ID, _REQUEST)


def test_an_extension_that_was_sent_through_the_gateway_is_whole() -> None:
    assert found(extended_by(_OPERATOR), access(Operation.OPERATIONS_EXTEND_VALIDITY, AccessOutcome.BEGUN)) == []


@pytest.mark.parametrize("kind", [ActorKind.SYSTEM, ActorKind.CITIZEN, ActorKind.AUDITOR])
def test_an_extension_by_whoever_may_not_extend_is_named(kind: ActorKind) -> None:
    forged = extended_by(Actor(kind, "lifecycle"))
    assert found(forged, access(Operation.OPERATIONS_EXTEND_VALIDITY, AccessOutcome.BEGUN)) == [("ACCESS_MISSING", 2)]


@pytest.mark.parametrize(
    ("operation", "outcome"),
    [
        (Operation.OPERATIONS_EXTEND_VALIDITY, AccessOutcome.DONE),
        (Operation.OPERATIONS_APPROVE_EXTENSION, AccessOutcome.BEGUN),
    ],
)
def test_neither_a_look_nor_another_operation_stands_for_an_act(operation: Operation, outcome: AccessOutcome) -> None:
    assert found(extended_by(_OPERATOR), access(operation, outcome)) == [("ACCESS_MISSING", 2)]


def test_an_act_without_a_request_is_named() -> None:
    event = Event(_ID, 2, _AT, EventKind.VALIDITY_EXTENDED, _OPERATOR, Status.ACTIVE, True, _ID, 1, GENESIS)
    assert found(event) == [("ACCESS_MISSING", 2)]


@pytest.mark.parametrize(
    ("operation", "replaced", "expected"),
    [
        (Operation.DESK_REACTIVATE, False, []),
        (Operation.DESK_REACTIVATE, True, ["ACCESS_MISSING"]),
        (Operation.DESK_CHANGE_EMAIL_AND_REACTIVATE, True, []),
    ],
)
def test_a_reactivation_that_replaces_the_address_is_no_plain_one(
    operation: Operation, replaced: bool, expected: list[str]
) -> None:
    """Whoever forges one under a clerk's honest request for the other is found out."""
    clerk, seen = Actor(ActorKind.CLERK, "clerk-7", "1051"), Evidence(_ID, "c" * 64)
    before = Event(_ID, 1, _AT, EventKind.GRACE_ENDED, SYSTEM, Status.INACTIVE, True, _ID, 1, GENESIS)
    event = replace(
        before,
        sequence=2,
        kind=EventKind.REACTIVATED,
        actor=clerk,
        evidence=seen,
        request_id=_REQUEST,
        email_id=_REQUEST if replaced else _ID,
    )
    entry = AccessEntry(
        "1051", _AT.date(), 1, _AT, Access(clerk, operation, AccessOutcome.BEGUN, _ID, _REQUEST), GENESIS
    )
    life = AuditedLife(
        _ID,
        {},
        events=[{"sequence": each.sequence, "body": each.canonical()} for each in (before, event)],
        evidence=[{"id": _ID}],
        accesses=[{"request_id": _REQUEST, "body": entry.canonical()}],
    )
    assert [str(finding.kind) for finding in without_counterparts([event], life)] == expected


def test_a_hole_of_billions_is_named_by_its_first_hundred_places() -> None:
    assert list(hole(3, 5)) == [3, 4]
    assert list(hole(5, 2**31 - 1)) == list(range(5, 105))
