"""Acts of who was disabled, and for offices that there were not, by the access record alone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from audit.verification.administered import AdministeredContents
from audit.verification.findings import Finding
from registration.access import NO_OFFICE, PREPARATION, Access, AccessEntry, AccessOutcome
from registration.administration import GONE, Administered, Content
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import GENESIS
from store.access_record import AuditedDay

BEGIN = datetime(2027, 3, 1, 8, tzinfo=UTC)
DIGEST = "a" * 64
OPERATOR = Actor(ActorKind.OPERATOR, "operator-1")
CLERK = Actor(ActorKind.CLERK, "clerk-7", "1051")
OF_STAFF = {DIGEST: Operation.OPERATIONS_DISABLE_STAFF, GONE: Operation.OPERATIONS_ENABLE_STAFF}


def at(minutes: int) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def prepared(minutes: int, about: Administered, key: str) -> tuple[datetime, Access]:
    return at(minutes), Access(
        PREPARATION.actor, PREPARATION.operation, AccessOutcome.BEGUN, content=Content(about, key, DIGEST)
    )


def office(minutes: int, code: str) -> tuple[datetime, Access]:
    return at(minutes), Access(
        OPERATOR,
        Operation.OPERATIONS_PUT_OFFICE,
        AccessOutcome.BEGUN,
        content=Content(Administered.OFFICE, code, DIGEST),
    )


def staff(minutes: int, who: str, digest: str) -> tuple[datetime, Access]:
    return at(minutes), Access(
        OPERATOR, OF_STAFF[digest], AccessOutcome.BEGUN, content=Content(Administered.STAFF, who, digest)
    )


def act(
    minutes: int, actor: Actor = CLERK, outcome: AccessOutcome = AccessOutcome.BEGUN, refusal: str | None = None
) -> tuple[datetime, Access]:
    return at(minutes), Access(actor, Operation.DESK_VERIFY_IDENTITY, outcome, refusal=refusal)


def refused(minutes: int, refusal: str, actor: Actor = CLERK) -> tuple[datetime, Access]:
    return act(minutes, actor, AccessOutcome.REFUSED, refusal)


def chain(code: str, accesses: Sequence[tuple[datetime, Access]]) -> AuditedDay:
    entries = [
        AccessEntry(code, moment.date(), place, moment, access, GENESIS)
        for place, (moment, access) in enumerate(accesses, 1)
    ]
    return AuditedDay(
        code, "2027-03-01", None, [{"sequence": one.sequence, "body": one.canonical()} for one in entries]
    )


def found(*days: AuditedDay) -> Iterator[Finding]:
    administration = AdministeredContents()
    for day in sorted(days, key=lambda one: one.office):
        yield from administration.add(day)
    for finding in administration.differing([], []):
        if finding.sequence is not None:
            yield finding


BASE = [prepared(0, Administered.POLICY, "1"), office(0, "1051"), staff(60, "clerk-7", DIGEST)]
ENABLED = [*BASE, staff(120, "clerk-7", GONE)]


@pytest.mark.parametrize("minutes", [1, 59, 69, 111, 121, 600])
def test_who_acts_before_and_afterwards_or_within_what_clocks_may_differ_is_honest(minutes: int) -> None:
    assert list(found(chain(NO_OFFICE, ENABLED), chain("1051", [act(minutes)]))) == []


@pytest.mark.parametrize("outcome", [AccessOutcome.BEGUN, AccessOutcome.DONE])
@pytest.mark.parametrize(("record", "minutes"), [(ENABLED, 71), (ENABLED, 109), (BASE, 71), (BASE, 900)])
def test_who_was_disabled_and_acted_is_named(
    record: list[tuple[datetime, Access]], minutes: int, outcome: AccessOutcome
) -> None:
    findings = list(found(chain(NO_OFFICE, record), chain("1051", [act(1), act(minutes, outcome=outcome)])))
    assert [(one.about, one.sequence, str(one.kind)) for one in findings] == [("1051 2027-03-01", 2, "STAFF_DIFFERS")]


def test_what_was_refused_is_no_act() -> None:
    attempts = [refused(90, "StaffDisabled"), refused(1, "OfficeNotOpen", Actor(ActorKind.CLERK, "x", "6666"))]
    assert list(found(chain(NO_OFFICE, BASE), chain("1051", attempts))) == []


@pytest.mark.parametrize("code", ["6666", "+1"])
def test_an_office_that_there_was_not_is_named(code: str) -> None:
    acts = chain(code, [act(1, Actor(ActorKind.SUPERVISOR, "clerk-8", code))])
    findings = list(found(chain(NO_OFFICE, BASE), acts))
    assert [(one.about, str(one.kind)) for one in findings] == [(f"{code} 2027-03-01", "OFFICE_DIFFERS")]
    assert list(found(chain(NO_OFFICE, [*BASE, office(10, code)]), acts)) == []
    assert len(list(found(chain(NO_OFFICE, [*BASE, office(12, code)]), acts))) == 1


def test_who_is_no_clerk_acts_for_no_office() -> None:
    assert list(found(chain(NO_OFFICE, [*BASE, act(1, OPERATOR)]))) == []
    disabled = [*BASE[:2], staff(20, "operator-1", DIGEST), act(40, OPERATOR)]
    assert [str(one.kind) for one in found(chain(NO_OFFICE, disabled))] == ["STAFF_DIFFERS"]


def test_what_is_older_than_the_entries_of_migrate_is_not_judged() -> None:
    assert list(found(chain(NO_OFFICE, BASE), chain("6666", [act(-1, Actor(ActorKind.CLERK, "x", "6666"))]))) == []


def test_times_at_the_end_of_all_times_break_nothing() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    record = [*BASE, (last, staff(0, "clerk-9", DIGEST)[1]), (last, office(0, "9999")[1])]
    acts = [(last, act(0)[1]), act(5, Actor(ActorKind.CLERK, "clerk-9", "1051"))]
    assert list(found(chain(NO_OFFICE, record), chain("1051", acts))) == []
