"""The record (principles 3 and 4): its canonical text, its hashes, and the snapshot that it folds to."""

import hashlib
import itertools
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from registration.errors import RecordUnreadable
from registration.letters import LetterFailure, LetterKind, LetterName
from registration.messages import Actor, ActorKind, Evidence
from registration.record import GENESIS, Code, Event, EventKind, Snapshot, UnreadableEvent, fold, readable
from registration.statuses import Assurance, Language, Purpose, Status
from tests.unit.lives import ID, START

EVENT = Event(
    registration_id=ID,
    sequence=3,
    at=datetime(2028, 2, 29, 9, 30, 15, 250, tzinfo=UTC),
    kind=EventKind.IDENTITY_VERIFIED,
    actor=Actor(ActorKind.CLERK, "clerk-7", "1051"),
    status=Status.ACTIVE,
    identity_verified=True,
    email_id="0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c",
    policy_version=1,
    previous_hash="a" * 64,
    deadline=datetime(2030, 2, 28, 9, 30, tzinfo=UTC),
    password_valid_until=datetime(2030, 2, 28, 9, 30, tzinfo=UTC),
    codes=(
        Code(Purpose.PASSWORD, 2, datetime(2028, 3, 5, tzinfo=UTC)),
        Code(Purpose.NEW_EMAIL, 3, datetime(2028, 3, 6, tzinfo=UTC), "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d"),
    ),
    request_id="request-9",
    evidence=Evidence("evidence-1", "b" * 64),
    assurance=Assurance.ADVANCED,
    letter=LetterName(2, LetterKind.PASSWORD_EXPIRING, 30),
    failure=LetterFailure.REFUSED,
    smtp_reply=550,
    refusal="Győr",
    language=Language.HU,
)
CHANGES: dict[str, Any] = {
    "registration_id": "other",
    "sequence": 4,
    "at": EVENT.at + timedelta(microseconds=1),
    "kind": EventKind.DATA_DISCLOSED,
    "actor": Actor(ActorKind.CLERK, "clerk-7", "1052"),
    "status": Status.TEMPORARY,
    "identity_verified": False,
    "email_id": "other",
    "policy_version": 2,
    "previous_hash": "c" * 64,
    "deadline": None,
    "password_valid_until": None,
    "codes": (Code(Purpose.PASSWORD, 3, datetime(2028, 3, 5, tzinfo=UTC)),),
    "request_id": None,
    "evidence": Evidence("evidence-1", "d" * 64),
    "assurance": Assurance.QUALIFIED,
    "letter": LetterName(2, LetterKind.PASSWORD_EXPIRING, 7),
    "failure": LetterFailure.UNKNOWN,
    "smtp_reply": 551,
    "refusal": "Gyor",
    "language": Language.EN,
}


def test_the_hash_is_that_of_the_canonical_text() -> None:
    """Auditors recompute it years later, without this program; `tests/frozen/forms/Event.json` has text and hash."""
    assert EVENT.hash() == hashlib.sha256(EVENT.canonical().encode()).hexdigest()


def test_fields_without_a_value_are_left_out_of_the_canonical_text() -> None:
    bare = replace(
        EVENT,
        actor=Actor(ActorKind.SYSTEM, "lifecycle"),
        deadline=None,
        password_valid_until=None,
        codes=(),
        request_id=None,
        evidence=None,
        assurance=None,
        letter=None,
        failure=None,
        smtp_reply=None,
        refusal=None,
        language=None,
    )
    assert "null" not in bare.canonical()
    assert "[]" not in bare.canonical()
    assert set(json.loads(EVENT.canonical())) - set(json.loads(bare.canonical())) == {
        "deadline",
        "password_valid_until",
        "codes",
        "request_id",
        "evidence",
        "assurance",
        "letter",
        "failure",
        "smtp_reply",
        "refusal",
        "language",
    }


@pytest.mark.parametrize("field", [field.name for field in fields(Event)])
def test_every_field_of_an_event_is_in_its_hash(field: str) -> None:
    assert replace(EVENT, **{field: CHANGES[field]}).hash() != EVENT.hash()


def test_what_is_no_time_has_no_place_in_an_event() -> None:
    with pytest.raises(TypeError, match="__dict__"):
        replace(EVENT, refusal=cast("str", b"\x00")).canonical()


def chained(*events: Event) -> list[Event]:
    """The events with the sequences and hashes that make them a record."""
    found: list[Event] = []
    for event in events:
        previous = found[-1].hash() if found else GENESIS
        found.append(replace(event, sequence=len(found) + 1, previous_hash=previous))
    return found


def test_folding_no_events_gives_what_was_submitted() -> None:
    assert fold([]) == Snapshot()
    assert (Snapshot().status, Snapshot().head) == (Status.SUBMITTED, "0" * 64)


def test_folding_the_record_gives_where_the_registration_stands() -> None:
    applicant = Actor(ActorKind.CITIZEN, "applicant")
    opening = replace(EVENT, kind=EventKind.REGISTRATION_OPENED, status=Status.TEMPORARY, at=START, actor=applicant)
    noted = replace(
        opening, kind=EventKind.DATA_DISCLOSED, at=START + timedelta(days=1), email_id="later", actor=EVENT.actor
    )
    verified = replace(EVENT, at=START + timedelta(days=2), codes=())
    events = chained(opening, noted, verified)
    assert fold(events) == Snapshot(
        status=Status.ACTIVE,
        since=START + timedelta(days=2),
        because=EventKind.IDENTITY_VERIFIED,
        by=EVENT.actor,
        deadline=EVENT.deadline,
        password_valid_until=EVENT.password_valid_until,
        identity_verified=True,
        email_id=EVENT.email_id,
        codes=(),
        codes_issued=3,
        sequence=3,
        head=events[-1].hash(),
    )
    assert fold(events[:2]).since == START
    assert fold(events[:2]).because is EventKind.REGISTRATION_OPENED
    assert fold(events[:2]).by == applicant
    assert fold(events[:2]).email_id == "later"


def test_the_number_of_codes_issued_never_falls() -> None:
    """Not even by an event that names an older code."""
    older = Code(Purpose.PASSWORD, 1, START)
    assert fold(chained(EVENT, replace(EVENT, codes=()), replace(EVENT, codes=(older,)))).codes_issued == 3


def test_each_event_names_its_predecessors_hash() -> None:
    events = chained(EVENT, EVENT, EVENT)
    for before, after in itertools.pairwise(events):
        assert after.previous_hash == fold(events[: before.sequence]).head
    assert len({event.hash() for event in events}) == 3


def test_a_code_is_live_until_just_before_its_end() -> None:
    code = Code(Purpose.PASSWORD, 1, START)
    assert code.is_live(START - timedelta(microseconds=1))
    assert not code.is_live(START)


NAIVE = EVENT.at.replace(tzinfo=None)
FAR = datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "forged",
    [
        replace(EVENT, at=NAIVE),
        replace(EVENT, at=FAR),
        replace(EVENT, deadline=datetime(1, 1, 1, tzinfo=UTC)),
        replace(EVENT, password_valid_until=FAR),
        replace(EVENT, codes=(Code(Purpose.PASSWORD, 2, NAIVE),)),
    ],
)
def test_a_time_that_no_rule_gives_and_no_calendar_tells_is_noticed(forged: Event) -> None:
    assert EVENT.is_in_time
    assert replace(EVENT, deadline=None, password_valid_until=None, codes=()).is_in_time
    assert not forged.is_in_time


def test_a_record_is_read_up_to_the_first_event_after_a_moment_and_not_beyond_what_is_none() -> None:
    early, late = EVENT, replace(EVENT, sequence=4, at=EVENT.at + timedelta(days=1))
    record = (early, late, UnreadableEvent(5))
    assert readable(record[:2]) == [early, late]
    assert readable(record, early.at) == [early, late]
    for until in (None, late.at):
        with pytest.raises(RecordUnreadable) as refused:
            readable(record, until)
        assert refused.value.facts == {"sequence": "5"}
