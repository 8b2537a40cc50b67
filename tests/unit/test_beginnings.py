"""Whether a run began with what the record gives, without any server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.verification.beginnings import unfounded
from audit.verification.chain import Chain
from audit.verification.decided import Beginning
from registration import messages as m
from registration.messages import Actor, ActorKind, Evidence
from registration.opening import open_registration
from registration.policy import Policy
from registration.record import Event
from registration.rules import decide
from registration.state import Imported, State, Verified
from registration.statuses import Assurance, Channel, Purpose, Status
from store.audited import AuditedLife
from store.documents import dump
from store.rows import Opening

_AT = datetime(2027, 3, 1, tzinfo=UTC)
_ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
_OTHER = "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f"
_CITIZEN = Actor(ActorKind.CITIZEN, "applicant")
_POLICY = Policy(version=2)
_POLICIES = {1: Policy(), 2: _POLICY, 3: Policy(version=3)}

FRESH = State(_ID, Channel.ONLINE, _OTHER, _CITIZEN, policy=_POLICY)


def lived() -> tuple[State, Chain]:
    """A registration that awaits its activation, with three events."""
    event = open_registration(FRESH, _AT).event
    state, events = FRESH.after(event), [event]
    for request_id in (_ID, _OTHER):
        event = decide(state, m.RequestCode(request_id, _CITIZEN), _AT + timedelta(hours=1)).event
        state, events = state.after(event), [*events, event]
    row = {"channel": "ONLINE", "opening": dump(Opening(_CITIZEN)).decode()}
    return state, Chain(AuditedLife(_ID, row, [stored(one) for one in events]))


def stored(event: Event) -> dict[str, object]:
    return {
        "sequence": event.sequence,
        "at": event.at,
        "kind": event.kind,
        "previous_hash": event.previous_hash,
        "hash": event.hash(),
        "body": event.canonical(),
    }


def findings_of(state: State | None, *, continues: bool = True) -> list[str]:
    return [str(found) for found in unfounded(Beginning(state, continues), lived()[1], _POLICIES)]


def test_a_life_may_begin_and_a_run_may_go_on_where_the_one_before_stood() -> None:
    assert findings_of(FRESH, continues=False) == []
    assert findings_of(lived()[0]) == []


def test_a_run_may_have_begun_behind_any_event() -> None:
    event = open_registration(FRESH, _AT).event
    assert findings_of(FRESH.after(event)) == []


def test_nothing_starts_in_the_middle_of_a_life() -> None:
    assert findings_of(lived()[0], continues=False) == [
        "a new workflow was started in the middle of the registration's life"
    ]


def test_what_is_no_state_is_named() -> None:
    assert findings_of(None) == ["the run began with something that is no registration's state"]


_DIFFERING = "the state that the run began with is not what the record gives: {}".format


@pytest.mark.parametrize(
    "forged",
    [
        {"status": Status.ACTIVE},
        {"codes": ()},
        {"since": None, "by": None},
        {"deadline": _AT},
        {"codes_issued": 7},
        {"head": "f" * 64},
    ],
    ids=", ".join,
)
def test_every_field_of_the_snapshot_is_the_fold_of_the_events(forged: dict[str, Any]) -> None:
    state, _ = lived()
    assert findings_of(replace(state, snapshot=replace(state.snapshot, **forged))) == [_DIFFERING(", ".join(forged))]


@pytest.mark.parametrize(
    "forged",
    [
        {"registration_id": _OTHER},
        {"channel": Channel.IN_PERSON},
        {"imported": Imported(Status.INACTIVE, None, identity_verified=True)},
        {"email_id": _ID},
        {"opened_by": Actor(ActorKind.CLERK, "clerk-7", "1051")},
        {"evidence": Evidence(_ID, "c" * 64)},
        {"assurance": Assurance.QUALIFIED},
        {"verified": Verified(datetime(2027, 3, 1, tzinfo=UTC), Actor(ActorKind.CLERK, "clerk-7", "1051"))},
    ],
    ids=", ".join,
)
def test_what_never_changes_is_what_the_life_was_opened_with(forged: dict[str, Any]) -> None:
    assert findings_of(replace(lived()[0], **forged)) == [_DIFFERING(", ".join(forged))]


def test_a_credential_and_a_verified_identity_are_those_of_the_record() -> None:
    """Without its credential a run would refuse nothing that rests on a replaced password."""
    state, _ = lived()
    code = state.snapshot.codes[0]
    event = decide(
        state, m.RedeemCode(_OTHER, _CITIZEN, Purpose.PASSWORD, code.sequence), _AT + timedelta(hours=2)
    ).event
    state = state.after(event)
    chain = Chain(AuditedLife(_ID, lived()[1].life.row, [*lived()[1].life.events, stored(event)]))
    clerk = Actor(ActorKind.CLERK, "clerk-7", "1051")
    verify = m.VerifyIdentity("verify-1", clerk, Evidence(_ID, "c" * 64))
    verified = decide(state, verify, _AT + timedelta(hours=3)).event
    state = state.after(verified)
    chain = Chain(AuditedLife(_ID, chain.life.row, [*chain.life.events, stored(verified)]))
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []),
        ({"credential_id": None}, [_DIFFERING("credential_id")]),
        ({"credential_id": _ID}, [_DIFFERING("credential_id")]),
        ({"verified": None}, [_DIFFERING("verified")]),
    ]
    for forged, differing in cases:
        begun = Beginning(replace(state, **forged), continues=True)
        assert [str(found) for found in unfounded(begun, chain, _POLICIES)] == differing


@pytest.mark.parametrize(
    "policy",
    [Policy(version=2, activation_days=3650), Policy(version=9), Policy()],
    ids=["another under its version", "one that never was", "one that was replaced before"],
)
def test_a_policy_is_one_that_came_into_force(policy: Policy) -> None:
    assert findings_of(replace(lived()[0], policy=policy)) == [_DIFFERING("policy")]


def test_a_newer_policy_may_have_come_into_force_without_an_event() -> None:
    assert findings_of(replace(lived()[0], policy=_POLICIES[3])) == []
