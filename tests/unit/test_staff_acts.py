"""What an auditor asks of the acts of staff; and that a refused act is one line of an access listing."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from registration.access import Access, AccessEntry, AccessOutcome, without_refused_beginnings
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import GENESIS, Event, EventKind
from registration.staff_acts import ACTS, KINDS, ActPlace, ActsQuery, StaffAct, last_act_of_another, office_of
from registration.statuses import Status

SCHEMA = Path(__file__).parents[2] / "store" / "schema.sql"
ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
CLERK, OTHER = Actor(ActorKind.CLERK, "clerk-7", "1051"), Actor(ActorKind.CLERK, "clerk-8", "1051")


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        (EventKind.REACTIVATED, Operation.DESK_REACTIVATE),
        (EventKind.DATA_DISCLOSED, Operation.DESK_DISCLOSE),
        (EventKind.SIGNAL_REFUSED, None),
    ],
)
def test_an_act_is_called_by_the_plainest_operation_that_leaves_its_event(
    kind: EventKind, operation: Operation | None
) -> None:
    act = StaffAct(datetime.now(UTC), kind, ID, 4, "CLERK", "clerk-7", "1051", Status.ACTIVE, None)
    assert act.operation is operation


def test_the_last_act_of_another_clerk_is_one_at_a_desk_since_then_that_took_effect() -> None:
    """Neither an own one, nor one of the client, nor a letter's, nor a signal that was refused."""
    since = datetime(2027, 3, 1, 9, tzinfo=UTC)

    def event(sequence: int, kind: EventKind, actor: Actor) -> Event:
        at = since + timedelta(minutes=sequence)
        return Event(ID, sequence, at, kind, actor, Status.ACTIVE, True, ID, 1, GENESIS)

    client, supervisor = Actor(ActorKind.CITIZEN, ID), Actor(ActorKind.SUPERVISOR, "supervisor-1", "9021")
    events = [
        event(-1, EventKind.REACTIVATED, OTHER),
        event(0, EventKind.EMAIL_CHANGED, supervisor),
        event(1, EventKind.DATA_DISCLOSED, CLERK),
        event(2, EventKind.EMAIL_CHANGED, client),
        event(3, EventKind.SIGNAL_REFUSED, OTHER),
    ]
    assert last_act_of_another(events, CLERK.id, since) == events[1]
    assert last_act_of_another(events, supervisor.id, since) == events[2]
    assert last_act_of_another(events[:1], CLERK.id, since) is None


def test_a_month_of_an_office_is_whole_days_of_budapest() -> None:
    asked = ActsQuery.parse(office="1051", since="2026-11-01", until="2026-11-30", operations=["reactivate"])
    assert (asked.since, asked.until) == (
        datetime(2026, 10, 31, 23, tzinfo=UTC),
        datetime(2026, 11, 30, 23, tzinfo=UTC),
    )
    assert (asked.office, asked.kinds) == ("1051", (EventKind.REACTIVATED,))
    assert asked.recorded == "1051 2026-10-31T23:00Z/2026-11-30T23:00Z REACTIVATED"


def test_without_bounds_all_acts_of_all_offices_are_meant() -> None:
    asked = ActsQuery.parse()
    assert asked.since.year == 1
    assert asked.until.year == 9999
    assert (asked.office, asked.kinds) == (None, KINDS)
    assert asked.recorded.startswith("* ")


@pytest.mark.parametrize(
    "typed", ["verify_identity", "verify-identity", "desk.verify_identity", "IDENTITY_VERIFIED", " Verify_Identity "]
)
def test_an_act_may_be_named_as_its_command_its_access_entry_or_its_event(typed: str) -> None:
    assert ActsQuery.parse(operations=[typed, typed]).kinds == (EventKind.IDENTITY_VERIFIED,)


@pytest.mark.parametrize(
    ("asked", "field", "rule"),
    [
        ({"operations": ["GRACE_ENDED"]}, "operation", InputRule.ONE_OF),
        ({"operations": [""]}, "operation", InputRule.ONE_OF),
        ({"office": "Kovács Anna"}, "office", InputRule.IDENTIFIER),
        ({"since": "2026-11"}, "since", InputRule.TIME),
        ({"since": "2026-11-01T10:00"}, "since", InputRule.TIME),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "until", InputRule.SPAN_ORDER),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(asked: dict[str, Any], field: str, rule: InputRule) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ActsQuery.parse(**asked)
    assert (refusal.value.facts["field"], refusal.value.facts["rule"]) == (field, rule)


def test_a_person_s_times_are_budapest_s() -> None:
    asked = ActsQuery.parse(since="2026-11-01T10:00", until="2026-11-01 12:00", by_a_person=True)
    assert (asked.since.hour, asked.until.hour) == (9, 11)
    assert ActsQuery.parse(since="2026-11-01", until="2026-11-01").until.hour == 23


def test_a_place_is_read_as_it_was_written_and_nothing_else_is_one() -> None:
    place = ActPlace(datetime(2026, 11, 1, 10, 0, 0, 5, tzinfo=UTC), ID, 4)
    assert ActPlace.parse("after", str(place)) == place
    for wrong in (
        "",
        "17",
        f"soon/{ID}/4",
        str(place)[:-1] + "0",
        str(place).replace(ID, "x"),
        f"{place}/1",
        f"{place} ",
    ):
        with pytest.raises(InvalidInput) as refusal:
            ActPlace.parse("after", wrong)
        assert refusal.value.facts["field"] == "after"


@pytest.mark.parametrize("operation", ACTS)
def test_each_act_is_found_by_the_event_that_it_leaves(operation: Operation) -> None:
    assert ActsQuery.parse(operations=[operation]).kinds == (operation.row.leaves,)


def test_the_database_finds_the_acts_of_all_who_may_leave_an_event() -> None:
    (kinds,) = re.findall(r"#>> '\{actor,kind\}' in \(([^)]*)\)", SCHEMA.read_text(encoding="utf-8"))
    assert set(re.findall(r"'(\w+)'", kinds)) == {actor for act in ACTS for actor in act.row.actors}


def test_an_office_is_found_as_the_store_has_it() -> None:
    assert (office_of("-"), office_of("1051")) == (None, "1051")


DONE, BEGUN, REFUSED = AccessOutcome
numbers = count(1)


def entry(
    outcome: AccessOutcome,
    request_id: str | None = "r1",
    actor: Actor = CLERK,
    operation: Operation = Operation.DESK_CLOSE,
) -> AccessEntry:
    access = Access(actor, operation, outcome, ID, request_id)
    return AccessEntry("1051", date(2026, 11, 1), next(numbers), datetime(2026, 11, 1, tzinfo=UTC), access, GENESIS)


def shown(*entries: AccessEntry) -> list[AccessOutcome]:
    return [each.access.outcome for each in without_refused_beginnings(entries, entries)]


def test_a_refused_act_is_one_line() -> None:
    assert shown(entry(BEGUN), entry(REFUSED)) == [REFUSED]
    assert shown(entry(BEGUN)) == [BEGUN]
    assert shown(entry(DONE), entry(REFUSED)) == [DONE, REFUSED]


def test_other_acts_keep_their_lines() -> None:
    """Another request, another person, another operation, and the same request that came again."""
    assert shown(entry(BEGUN), entry(REFUSED, "r2")) == [BEGUN, REFUSED]
    assert shown(entry(BEGUN), entry(REFUSED, actor=OTHER)) == [BEGUN, REFUSED]
    assert shown(entry(BEGUN), entry(REFUSED, operation=Operation.DESK_DISCLOSE)) == [BEGUN, REFUSED]
    assert shown(entry(BEGUN), entry(BEGUN), entry(REFUSED)) == [BEGUN, REFUSED]
    assert shown(entry(BEGUN), entry(REFUSED), entry(BEGUN)) == [REFUSED, BEGUN]


def test_a_refusal_on_another_page_or_day_still_takes_the_beginning_with_it() -> None:
    begun, refused = entry(BEGUN), entry(REFUSED)
    assert without_refused_beginnings([begun], [begun, refused]) == ()
    assert without_refused_beginnings([refused], [begun, refused]) == (refused,)
