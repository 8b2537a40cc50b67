"""A second before each deadline, exactly at it, and a second after (S3, S6, S9)."""

from datetime import UTC, datetime, timedelta

import pytest

from registration import deadlines
from registration import messages as m
from registration.errors import CodeNotLive
from registration.rules import decide
from registration.state import State
from registration.statuses import Channel, Purpose, Status
from tests.unit import lives
from tests.unit.lives import (
    CHANGE,
    CITIZEN,
    CLERK,
    DAY,
    EVIDENCE,
    HOUR,
    REDEMPTION,
    SECOND,
    START,
    after,
    deadline,
    live_code,
    redeem,
    sent,
)


def code_requested_in(state: State) -> State:
    return sent(state, m.RequestCode("request-1", CITIZEN), lives.since(state) + HOUR)


CODES = {
    "activation": (lives.opened, START + 30 * DAY),
    "reactivation": (
        lives.awaiting_reactivation,
        datetime(2029, 3, 1, 10, 0, tzinfo=UTC) + 60 * DAY + 30 * DAY,
    ),
    "forgotten password, temporary": (lambda: code_requested_in(lives.temporary()), START + HOUR + 5 * DAY),
    "forgotten password, active": (lambda: code_requested_in(lives.active()), START + HOUR + 5 * DAY),
    "forgotten password, expired": (
        lambda: code_requested_in(lives.password_expired()),
        datetime(2029, 3, 1, 11, 0, tzinfo=UTC) + 5 * DAY,
    ),
}


@pytest.mark.parametrize("name", CODES)
def test_a_code_is_redeemed_a_second_before_its_end_but_not_at_it(name: str) -> None:
    """30 days from the opening and from the reactivation, 5 days from a request."""
    make, end = CODES[name]
    state = make()
    assert decide(state, redeem(state), end - SECOND).event.codes == ()
    for late in (end, end + SECOND):
        with pytest.raises(CodeNotLive):
            decide(state, redeem(state), late)


@pytest.mark.parametrize(("purpose", "step"), [(Purpose.NEW_EMAIL, 0), (Purpose.PASSWORD, 1), (Purpose.PASSWORD, -1)])
def test_only_the_live_code_itself_is_redeemed(purpose: Purpose, step: int) -> None:
    """Neither another purpose nor another number of the same purpose will do."""
    state = code_requested_in(lives.active())
    code = live_code(state)
    with pytest.raises(CodeNotLive):
        decide(state, m.RedeemCode(REDEMPTION, CITIZEN, purpose, code.sequence + step), START + 2 * HOUR)


def test_a_code_is_redeemed_once() -> None:
    state = lives.opened()
    again = sent(state, redeem(state), START)
    with pytest.raises(CodeNotLive):
        decide(again, redeem(state, request_id=CHANGE), START)


@pytest.mark.parametrize(
    ("channel", "status"),
    [
        (Channel.ONLINE, Status.TEMPORARY),
        (Channel.IN_PERSON, Status.ACTIVE),
        (Channel.E_SIGNATURE, Status.ACTIVE),
    ],
)
def test_the_first_redemption_leads_where_the_channel_says(channel: Channel, status: Status) -> None:
    """S3 for online registrations, S2 and S4 for those whose identity is known."""
    state = lives.opened(channel)
    event = decide(state, redeem(state), START + DAY).event
    valid_until = datetime(2029, 3, 2, 10, 0, tzinfo=UTC)
    assert event.status is status
    assert event.deadline == (START + 31 * DAY if status is Status.TEMPORARY else valid_until)
    assert event.password_valid_until == valid_until


def test_an_identity_verified_before_the_activation_spares_the_temporary_status() -> None:
    state = sent(lives.opened(), m.VerifyIdentity("verify-1", CLERK, EVIDENCE), START)
    assert (state.snapshot.status, state.snapshot.deadline) == (Status.AWAITING_ACTIVATION, START + 30 * DAY)
    assert decide(state, redeem(state), START).event.status is Status.ACTIVE


def test_a_temporary_registration_lapses_30_days_after_the_redemption_whatever_else_happens() -> None:
    """Neither a new password nor a requested code moves the deadline."""
    state = lives.temporary()
    changed = sent(state, m.ChangePassword(CHANGE, CITIZEN), START + 20 * DAY)
    requested = sent(changed, m.RequestCode("request-1", CITIZEN), START + 28 * DAY)
    redeemed = sent(requested, redeem(requested), START + 29 * DAY)
    assert [deadline(each) for each in (state, changed, requested, redeemed)] == [START + 30 * DAY] * 4
    assert redeemed.snapshot.status is Status.TEMPORARY


def test_a_code_requested_shortly_before_a_deadline_does_not_outlive_it() -> None:
    """`request_code` never moves a deadline: 5 days end where the status ends."""
    state = sent(lives.temporary(), m.RequestCode("request-1", CITIZEN), START + 28 * DAY)
    assert live_code(state).valid_until == START + 30 * DAY


def test_a_code_requested_shortly_before_the_password_expires_has_its_5_days() -> None:
    """The registration goes on in PASSWORD_EXPIRED, where that code is what helps."""
    state = lives.active()
    end = deadline(state)
    requested = sent(state, m.RequestCode("request-1", CITIZEN), end - HOUR)
    expired = after(requested, deadlines.expire_password(requested, end))
    assert decide(expired, redeem(expired), end - HOUR + 5 * DAY - SECOND).event.status is Status.ACTIVE


def test_the_live_code_goes_out_again_and_only_a_dead_one_has_a_successor() -> None:
    """S6; the code of the registration lives on as the same code until its 30 days are over."""
    state = lives.opened()
    again = sent(state, m.RequestCode("request-1", CITIZEN), START + 29 * DAY)
    assert again.snapshot.codes == state.snapshot.codes
    first = code_requested_in(lives.active())
    end = live_code(first).valid_until
    before, at = (sent(first, m.RequestCode("request-2", CITIZEN), moment) for moment in (end - SECOND, end))
    assert (before.snapshot.codes_issued, at.snapshot.codes_issued) == (2, 3)
    assert before.snapshot.codes == first.snapshot.codes


def test_the_grace_counts_from_the_end_of_the_validity_even_if_the_worker_was_away() -> None:
    """S9: 60 days."""
    state = lives.active()
    late = deadlines.expire_password(state, deadline(state) + timedelta(days=3)).event
    assert late.deadline == deadline(state) + 60 * DAY


def test_what_happens_at_each_deadline() -> None:
    ends = {
        (made.event.status, made.event.kind, made.event.deadline, made.event.codes)
        for made in (
            deadlines.lapse(lives.opened(), START),
            deadlines.lapse(lives.temporary(), START),
            deadlines.deactivate(lives.password_expired(), START),
            deadlines.deactivate(lives.awaiting_reactivation(), START),
        )
    }
    assert ends == {
        (Status.LAPSED, "ACTIVATION_LAPSED", None, ()),
        (Status.LAPSED, "TEMPORARY_LAPSED", None, ()),
        (Status.INACTIVE, "GRACE_ENDED", None, ()),
        (Status.INACTIVE, "REACTIVATION_LAPSED", None, ()),
    }


def test_a_closed_registration_has_no_deadline_and_no_code() -> None:
    event = decide(lives.opened(), m.Close("close-1", CLERK, EVIDENCE), START).event
    assert (event.status, event.deadline, event.codes) == (Status.CLOSED, None, ())
