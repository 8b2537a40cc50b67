"""What an act is alone in naming, without any server."""

from datetime import UTC, datetime

from audit.verification.repeats import repeated
from registration.messages import Actor, ActorKind, Evidence
from registration.record import GENESIS, Event, EventKind
from registration.statuses import Status

_ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
_CLERK = Actor(ActorKind.CLERK, "clerk-7", "1051")
_SEEN = Evidence(_ID, "c" * 64)


def act(sequence: int, kind: EventKind, request_id: str | None, evidence: Evidence | None = _SEEN) -> Event:
    return Event(
        *(_ID, sequence, datetime(2027, 3, 1, tzinfo=UTC), kind, _CLERK, Status.ACTIVE, True, _ID, 1, GENESIS),
        request_id=request_id,
        evidence=evidence,
    )


def found(*events: Event) -> list[tuple[str, int | None]]:
    return [(str(finding.kind), finding.sequence) for finding in repeated(_ID, events)]


def test_an_act_on_the_evidence_of_another_is_named() -> None:
    acts = [act(number, EventKind.DATA_DISCLOSED, f"request-{number}") for number in (2, 3, 4)]
    assert found(*acts) == [("EVIDENCE_REPEATED", 3), ("EVIDENCE_REPEATED", 4)]


def test_a_request_that_comes_again_is_named_each_time() -> None:
    again = [act(number, EventKind.CODE_SENT_AGAIN, "one", None) for number in (2, 3, 4)]
    assert found(*again) == [("REQUEST_REPEATED", 3), ("REQUEST_REPEATED", 4)]


def test_events_of_no_request_are_no_repetition() -> None:
    assert found(*(act(number, EventKind.LETTER_UNDELIVERED, None, None) for number in (2, 3))) == []
