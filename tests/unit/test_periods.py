"""Every period of an honest life is its policy's; one that another policy gave is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.verification.periods import Policies, unfounded_periods
from registration.deadlines import apply_policy, expire_password
from registration.messages import SYSTEM, Actor, ActorKind
from registration.policy import Policy, add_years
from registration.record import GENESIS, Code, Event, EventKind
from registration.state import State
from registration.statuses import Channel, Purpose, Status

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)
ID = "11111111-1111-4111-8111-111111111111"
FIRST, SECOND = Policy(), Policy(version=2, grace_days=90, temporary_days=10, reactivation_days=5)


def event(kind: EventKind, status: Status, sequence: int = 1, **fields: object) -> Event:
    made = Event(ID, sequence, NOW, kind, SYSTEM, status, True, "e", 1, GENESIS)
    return replace(made, **fields)  # type: ignore[arg-type]


def days(number: int) -> datetime:
    return NOW + timedelta(days=number)


BEFORE = event(EventKind.REGISTRATION_OPENED, Status.AWAITING_ACTIVATION, deadline=days(30))
REDEEMED = event(EventKind.CODE_REDEEMED, Status.ACTIVE, 2, password_valid_until=add_years(NOW, 2))

HONEST = [
    [BEFORE],
    [BEFORE, REDEEMED],
    [BEFORE, replace(REDEEMED, status=Status.TEMPORARY, deadline=days(30))],
    [event(EventKind.PASSWORD_EXPIRED, Status.PASSWORD_EXPIRED, 7, password_valid_until=NOW, deadline=days(60))],
    [event(EventKind.REACTIVATED, Status.AWAITING_REACTIVATION, 7, deadline=days(30))],
    [event(EventKind.REGISTRATION_IMPORTED, Status.TEMPORARY, deadline=days(30))],
    [
        replace(REDEEMED, status=Status.TEMPORARY, deadline=days(30)),
        event(EventKind.POLICY_APPLIED, Status.TEMPORARY, 3, deadline=days(10), policy_version=2),
    ],
    [REDEEMED, event(EventKind.CODE_ISSUED, Status.ACTIVE, 3, codes=(Code(Purpose.PASSWORD, 2, days(5)),))],
]


@pytest.mark.parametrize("events", HONEST)
def test_what_the_policy_gives_is_whole(events: list[Event]) -> None:
    policies = Policies({1: FIRST, 2: SECOND})
    assert list(unfounded_periods(ID, events, policies)) == []


@pytest.mark.parametrize("events", HONEST)
def test_a_period_of_another_policy_under_the_same_version_is_named(events: list[Event]) -> None:
    moved = timedelta(days=1)
    last = events[-1]
    longer = replace(
        last,
        deadline=last.deadline and last.deadline + moved,
        password_valid_until=last.password_valid_until and last.password_valid_until + moved * (last.sequence == 2),
        codes=tuple(replace(code, valid_until=code.valid_until + moved) for code in last.codes),
    )
    found = list(unfounded_periods(ID, [*events[:-1], longer], Policies({1: FIRST, 2: SECOND})))
    assert [(one.sequence, str(one.kind)) for one in found] == [(last.sequence, "POLICY_DIFFERS")]


def test_a_policy_that_there_never_was_is_named_once() -> None:
    events = [replace(one, policy_version=7) for one in (BEFORE, REDEEMED)]
    assert [one.sequence for one in unfounded_periods(ID, events, Policies({1: FIRST}))] == [1]
    assert list(unfounded_periods(ID, events, Policies({1: FIRST}, adopted={7}))) == []


def test_a_policy_whose_periods_end_after_all_times_breaks_nothing() -> None:
    endless = Policy(validity_max_years=100_000, activation_days=10**9)
    assert list(unfounded_periods(ID, [BEFORE, REDEEMED], Policies({1: endless}))) == []


def test_what_the_rules_decide_when_a_policy_is_applied() -> None:
    actor = Actor(ActorKind.OPERATOR, "operator-1")
    state = State(ID, Channel.IN_PERSON, "e", actor, policy=FIRST)
    state = state.after(replace(REDEEMED, sequence=1, deadline=add_years(NOW, 2)))
    expired = expire_password(state, add_years(NOW, 2)).event
    applied = apply_policy(state.after(expired), SECOND, (), add_years(NOW, 2))
    assert applied
    assert list(unfounded_periods(ID, [expired, applied.event], Policies({1: FIRST, 2: SECOND}))) == []
