"""A changed policy applies from a registration's next status; an announced deadline never gets shorter."""

from dataclasses import replace

import pytest

from registration import deadlines
from registration.policy import Policy
from registration.record import EventKind
from registration.state import State
from registration.statuses import Status
from tests.unit import lives
from tests.unit.lives import DAY, deadline, since

NEW = Policy(version=2, activation_days=40, temporary_days=10, grace_days=90, reactivation_days=15)
PERIODS = {
    Status.AWAITING_ACTIVATION: 40 * DAY,
    Status.TEMPORARY: 10 * DAY,
    Status.PASSWORD_EXPIRED: 90 * DAY,
    Status.AWAITING_REACTIVATION: 15 * DAY,
}


def entered(status: Status) -> State:
    """A status that has just been entered, its letters still to be sent."""
    return lives.IN_STATUS[status]()


@pytest.mark.parametrize("status", PERIODS)
def test_the_new_period_counts_from_the_beginning_of_the_status(status: Status) -> None:
    state = entered(status)
    made = deadlines.apply_policy(state, NEW, state.outbox[-1:], since(state))
    assert made
    event = made.event
    assert (event.kind, event.status, event.policy_version) == (EventKind.POLICY_APPLIED, status, 2)
    assert event.deadline == since(state) + PERIODS[status]
    assert event.sequence == state.snapshot.sequence + 1


@pytest.mark.parametrize("status", PERIODS)
def test_letters_not_yet_sent_tell_the_new_deadline_under_their_old_name(status: Status) -> None:
    """They are sent after the policy was applied, so no letter names the deadline that never was."""
    state = entered(status)
    announcing = state.outbox[-1:]
    made = deadlines.apply_policy(state, NEW, announcing, since(state))
    assert made
    assert [(letter.until, letter.date) for letter in made.letters] == [(made.event.deadline, made.event.deadline)]
    assert [letter.name.letter_id for letter in made.letters] == [letter.name.letter_id for letter in announcing]


@pytest.mark.parametrize("status", PERIODS)
def test_an_awaited_code_lives_as_long_as_the_status(status: Status) -> None:
    state = entered(status)
    made = deadlines.apply_policy(state, NEW, (), since(state))
    assert made
    ends = [code.valid_until for code in made.event.codes]
    assert ends == ([made.event.deadline] if status.awaits_code else [])


def test_a_code_of_a_forgotten_password_keeps_its_own_end() -> None:
    """It was announced before the password expired."""
    requested = lives.with_live_code(lives.active(), deadline(lives.active()) - DAY)
    expired = lives.after(requested, deadlines.expire_password(requested, deadline(requested)))
    made = deadlines.apply_policy(expired, NEW, (), since(expired))
    assert made
    assert made.event.codes == requested.snapshot.codes != ()


@pytest.mark.parametrize("status", [each for each in Status if each not in PERIODS])
def test_a_status_without_a_period_of_the_policy_stays_as_it_is(status: Status) -> None:
    state = lives.IN_STATUS[status]()
    assert deadlines.apply_policy(state, NEW, state.outbox, since(state)) is None


@pytest.mark.parametrize("status", PERIODS)
def test_a_policy_that_leaves_this_period_alone_changes_nothing(status: Status) -> None:
    state = entered(status)
    assert deadlines.apply_policy(state, replace(Policy(), version=2, validity_max_years=1), (), since(state)) is None


def test_a_new_policy_sets_the_periods_of_new_registrations() -> None:
    state = lives.opened(policy=NEW)
    assert deadline(state) == lives.START + 40 * DAY
    redeemed = lives.sent(state, lives.redeem(state), lives.START)
    assert deadline(redeemed) == lives.START + 10 * DAY


def test_a_registration_without_a_deadline_has_none_to_move() -> None:
    state = lives.opened()
    bare = replace(state, snapshot=replace(state.snapshot, deadline=None))
    assert deadlines.apply_policy(bare, NEW, (), lives.START) is None
