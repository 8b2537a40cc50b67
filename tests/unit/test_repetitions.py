"""An act that is done already is refused as such."""

from dataclasses import replace
from typing import Final

import pytest

from registration import messages as m
from registration.budapest import in_budapest
from registration.errors import AlreadyVerified, NotAccepted, time_fact
from registration.messages import ActorKind
from registration.opening import open_registration
from registration.repetitions import repetition, repetition_of, verified_in
from registration.rules import decide
from registration.state import State
from registration.statuses import Channel, Language, Status
from starter.translation import translated
from tests.unit import lives
from tests.unit.lives import CLERK, EVIDENCE, START, sent

AGAIN: Final = m.VerifyIdentity("verify-2", m.Actor(ActorKind.SUPERVISOR, "supervisor-1", "1052"), EVIDENCE)
NOTED: Final = m.VerifyIdentity("verify-1", CLERK, EVIDENCE)


@pytest.mark.parametrize(
    "state",
    [sent(lives.opened(), NOTED, START), lives.opened(Channel.IN_PERSON), lives.active()],
    ids=["noted before the activation", "opened in person", "active"],
)
def test_an_identity_that_is_verified_is_told_with_clerk_office_and_time(state: State) -> None:
    refusal = repetition(state, AGAIN)
    assert isinstance(refusal, AlreadyVerified)
    assert isinstance(refusal, NotAccepted)
    assert state.verified
    by = state.verified.by
    assert refusal.facts == {"clerk": by.id, "office": by.office or "–", "at": time_fact(START)}
    assert all(in_budapest(START) in translated(refusal.sentence, language) for language in Language)
    assert state.answer(START).identity_verified_at == START


def test_everything_else_is_no_repetition() -> None:
    assert repetition(lives.opened(), AGAIN) is None
    assert repetition(lives.temporary(), AGAIN) is None
    assert repetition(lives.active(), replace(AGAIN, actor=m.Actor(ActorKind.CITIZEN, "somebody"))) is None
    assert repetition(lives.active(), m.Disclose("disclose-2", CLERK, EVIDENCE)) is None
    for status in set(lives.IN_STATUS) - {Status.AWAITING_ACTIVATION, Status.ACTIVE}:
        assert repetition(lives.IN_STATUS[status](), AGAIN) is None


def test_what_the_events_say_of_the_identity_is_what_the_state_knows() -> None:
    """So a desk's page refuses what the workflow will: the first event that has the identity counts."""
    opened = open_registration(lives.new(), START)
    state = lives.after(lives.new(), opened)
    redeemed = decide(state, lives.redeem(state), START)
    state = lives.after(state, redeemed)
    noted = decide(state, NOTED, START)
    state = lives.after(state, noted)
    later = decide(state, m.Disclose("disclose-1", CLERK, EVIDENCE), START)
    assert verified_in([]) is None
    assert verified_in([opened.event, redeemed.event]) is None
    known = verified_in([opened.event, redeemed.event, noted.event, later.event])
    assert known == state.verified
    refusal = repetition_of(Status.ACTIVE, known, m.VerifyIdentity, ActorKind.CLERK)
    assert isinstance(refusal, AlreadyVerified)
    assert repetition_of(Status.ACTIVE, known, m.Close, ActorKind.CLERK) is None
