"""What an act is alone in naming, told without any server."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from registration.access import SENT, Access, AccessEntry
from registration.messages import Actor, ActorKind, Evidence
from registration.record import GENESIS, Event, EventKind
from registration.statuses import Status
from starter.gateway.verification.repeats import repeated
from store.audited import AuditedLife, Row

_AT = datetime(2027, 3, 1, tzinfo=UTC)
_ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
_CLERK = Actor(ActorKind.CLERK, "clerk-7", "1051")
_SEEN = Evidence(_ID, "c" * 64)
_BOTH = "desk.change_email_and_reactivate"


def act(sequence: int, kind: EventKind, request_id: str | None, evidence: Evidence | None = _SEEN) -> Event:
    return Event(
        *(_ID, sequence, _AT, kind, _CLERK, Status.ACTIVE, True, _ID, 1, GENESIS),
        request_id=request_id,
        evidence=evidence,
    )


CHANGED = act(2, EventKind.EMAIL_CHANGED, "one")
REACTIVATED = act(3, EventKind.REACTIVATED, "two")


def found(*events: Event, operations: tuple[str, ...] = (_BOTH, _BOTH)) -> list[tuple[str, int | None]]:
    accesses: list[Row] = [
        {
            "request_id": request_id,
            "body": AccessEntry(
                "1051", _AT.date(), 1, _AT, Access(_CLERK, operation, SENT, _ID, request_id), GENESIS
            ).canonical(),
        }
        for request_id, operation in zip(("one", "two"), operations, strict=True)
    ]
    life = AuditedLife(_ID, {}, accesses=accesses)
    return [(str(finding.kind), finding.sequence) for finding in repeated(list(events), life)]


def test_the_two_acts_of_one_operation_share_their_evidence() -> None:
    assert found(CHANGED, REACTIVATED) == []


@pytest.mark.parametrize("operations", [("desk.change_email", "desk.reactivate"), (_BOTH, "desk.reactivate")])
def test_two_operations_do_not(operations: tuple[str, str]) -> None:
    assert found(CHANGED, REACTIVATED, operations=operations) == [("EVIDENCE_REPEATED", 3)]


def test_neither_do_two_clerks() -> None:
    other = replace(REACTIVATED, actor=Actor(ActorKind.CLERK, "clerk-8", "1051"))
    assert found(CHANGED, other) == [("EVIDENCE_REPEATED", 3)]


def test_a_third_act_on_the_same_evidence_is_named_alone() -> None:
    third = act(4, EventKind.DATA_DISCLOSED, "three")
    assert found(CHANGED, REACTIVATED, third) == [("EVIDENCE_REPEATED", 4)]


def test_a_request_that_comes_again_is_named_each_time() -> None:
    again = [act(number, EventKind.CODE_SENT_AGAIN, "one", None) for number in (2, 3, 4)]
    assert found(*again) == [("REQUEST_REPEATED", 3), ("REQUEST_REPEATED", 4)]


def test_events_of_no_request_are_no_repetition() -> None:
    assert found(*(act(number, EventKind.LETTER_UNDELIVERED, None, None) for number in (2, 3))) == []
