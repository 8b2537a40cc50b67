"""What a client confirms with a code: a new e-mail address, closing."""

from dataclasses import replace

import pytest

from registration import deadlines
from registration import messages as m
from registration.errors import CodeNotLive
from registration.policy import Policy
from registration.record import EventKind
from registration.rules import MESSAGES, confirmation_of, decide
from registration.state import State
from registration.statuses import Purpose, Status
from tests.unit import lives
from tests.unit.lives import (
    CHANGE,
    CITIZEN,
    CLERK,
    DAY,
    EMAIL,
    EMAIL_2,
    EVIDENCE,
    HOUR,
    SECOND,
    START,
    after,
    confirm,
    deadline,
    live_code,
    sent,
)

EMAIL_3 = "00000000-0000-7000-8000-0000000000e3"
NEW_EMAIL = m.ChangeEmail("email-1", CITIZEN, EMAIL_2)
CLOSE = m.Close("close-1", CITIZEN)
REQUESTS: dict[Purpose, m.Message] = {Purpose.NEW_EMAIL: NEW_EMAIL, Purpose.CLOSURE: CLOSE}
ASKED = {Purpose.NEW_EMAIL: EventKind.EMAIL_CHANGE_REQUESTED, Purpose.CLOSURE: EventKind.CLOSURE_REQUESTED}


def asked(*requests: m.Message, of: State | None = None) -> State:
    """An active registration whose client has asked for something, or another one."""
    state = of or lives.active()
    for request in requests:
        state = sent(state, request, lives.since(state))
    return state


@pytest.mark.parametrize("purpose", REQUESTS)
def test_a_clients_request_changes_nothing_but_the_codes(purpose: Purpose) -> None:
    state = lives.active()
    event = decide(state, REQUESTS[purpose], START).event
    assert (event.kind, event.status, event.email_id, event.deadline) == (
        ASKED[purpose],
        Status.ACTIVE,
        EMAIL,
        deadline(state),
    )
    (code,) = event.codes
    assert (code.purpose, code.sequence, code.valid_until) == (purpose, 2, START + 5 * DAY)


@pytest.mark.parametrize("purpose", REQUESTS)
def test_a_confirmation_code_is_redeemed_a_second_before_its_5_days_end_but_not_at_their_end(purpose: Purpose) -> None:
    state = asked(REQUESTS[purpose])
    assert decide(state, confirm(state, purpose), START + 5 * DAY - SECOND).event.codes == ()
    for late in (START + 5 * DAY, START + 5 * DAY + SECOND):
        with pytest.raises(CodeNotLive):
            decide(state, confirm(state, purpose), late)


def test_a_confirmation_code_does_not_outlive_a_status_that_ends_everything() -> None:
    state = sent(lives.temporary(), CLOSE, START + 28 * DAY)
    assert live_code(state, Purpose.CLOSURE).valid_until == START + 30 * DAY


def test_a_confirmed_address_is_the_one_that_the_code_was_sent_to() -> None:
    state = asked(NEW_EMAIL)
    made = decide(state, confirm(state, Purpose.NEW_EMAIL), START)
    assert (made.event.kind, made.event.email_id, made.event.codes) == (EventKind.EMAIL_CHANGED, EMAIL_2, ())
    assert (made.event.status, made.event.deadline) == (Status.ACTIVE, deadline(state))


def test_a_confirmed_closure_is_final() -> None:
    state = asked(CLOSE)
    event = decide(state, confirm(state, Purpose.CLOSURE), START).event
    assert (event.kind, event.status, event.deadline, event.codes) == (
        EventKind.REGISTRATION_CLOSED,
        Status.CLOSED,
        None,
        (),
    )


@pytest.mark.parametrize("purpose", REQUESTS)
def test_a_confirmation_adopts_no_credential(purpose: Purpose) -> None:
    state = asked(REQUESTS[purpose])
    assert decide(state, confirm(state, purpose), START).credential_id is None


def test_one_code_of_each_purpose_lives_and_all_count_in_one_sequence() -> None:
    state = asked(m.RequestCode("request-1", CITIZEN), CLOSE, NEW_EMAIL)
    assert [(code.purpose, code.sequence) for code in state.snapshot.codes] == [
        (Purpose.PASSWORD, 2),
        (Purpose.CLOSURE, 3),
        (Purpose.NEW_EMAIL, 4),
    ]


def test_a_repeated_request_replaces_the_code_of_its_purpose_and_no_other() -> None:
    state = asked(CLOSE, NEW_EMAIL)
    again = sent(state, replace(NEW_EMAIL, request_id="email-2", email_id=EMAIL_3), START)
    assert [(code.purpose, code.sequence, code.email_id) for code in again.snapshot.codes] == [
        (Purpose.CLOSURE, 2, None),
        (Purpose.NEW_EMAIL, 4, EMAIL_3),
    ]
    with pytest.raises(CodeNotLive):
        decide(again, confirm(state, Purpose.NEW_EMAIL), START)


def test_a_forgotten_password_is_requested_without_harm_to_the_confirmations() -> None:
    state = asked(NEW_EMAIL, CLOSE, m.RequestCode("request-1", CITIZEN), m.RequestCode("request-2", CITIZEN))
    assert [code.purpose for code in state.snapshot.codes] == [Purpose.NEW_EMAIL, Purpose.CLOSURE, Purpose.PASSWORD]


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_changed_address_voids_every_code_whoever_changed_it(confirmed: bool) -> None:
    """They were asked for from, or sent to, the old one."""
    state = asked(m.RequestCode("request-1", CITIZEN), CLOSE, NEW_EMAIL)
    by_clerk = m.ChangeEmail("email-2", CLERK, EMAIL_3, EVIDENCE)
    change = confirm(state, Purpose.NEW_EMAIL) if confirmed else by_clerk
    changed = sent(state, change, START)
    assert changed.snapshot.codes == ()
    for purpose in Purpose:
        with pytest.raises(CodeNotLive):
            decide(changed, replace(confirm(state, purpose), request_id=CHANGE), START)


def test_a_confirmed_address_gets_a_fresh_code_where_the_status_waits_for_one() -> None:
    state = asked(NEW_EMAIL, of=lives.awaiting_reactivation())
    event = decide(state, confirm(state, Purpose.NEW_EMAIL), lives.since(state) + DAY).event
    (fresh,) = event.codes
    assert (fresh.purpose, fresh.valid_until) == (Purpose.PASSWORD, deadline(state))
    assert fresh.sequence == state.snapshot.codes_issued + 1


@pytest.mark.parametrize("purpose", REQUESTS)
def test_a_new_password_voids_what_was_asked_for_under_the_old_one(purpose: Purpose) -> None:
    """Whoever had the old password can no longer take the address, or the account, away."""
    changed = sent(asked(REQUESTS[purpose]), m.ChangePassword(CHANGE, CITIZEN), START)
    forgotten = asked(REQUESTS[purpose], m.RequestCode("request-1", CITIZEN))
    redeemed = sent(forgotten, lives.redeem(forgotten), START)
    assert (changed.snapshot.codes, redeemed.snapshot.codes) == ((), ())


def test_a_confirmation_code_lives_on_when_the_password_expires_but_not_while_inactive() -> None:
    policy = Policy(grace_days=1)
    state = replace(lives.active(), policy=policy)
    end = deadline(state)
    state = sent(state, CLOSE, end - HOUR)
    expired = after(state, deadlines.expire_password(state, end))
    assert expired.snapshot.codes == state.snapshot.codes
    assert decide(expired, confirm(expired, Purpose.CLOSURE), end).event.status is Status.CLOSED
    assert deadlines.deactivate(expired, end + DAY).event.codes == ()


def test_the_answer_to_a_request_tells_the_end_of_its_own_code() -> None:
    state = asked(m.RequestCode("request-1", CITIZEN))
    state = sent(state, CLOSE, START + DAY)
    assert state.answer(START + DAY, Purpose.CLOSURE).code_valid_until == START + 6 * DAY
    assert state.answer(START + DAY).code_valid_until == START + 5 * DAY


def test_only_a_clients_own_change_of_address_and_closure_are_confirmed() -> None:
    state = lives.active()
    messages = [lives.message(kind, actor, state, START) for kind in MESSAGES for actor in lives.ACTORS.values()]
    confirmed = {
        (type(message), message.actor.kind, confirmation_of(message))
        for message in messages
        if confirmation_of(message)
    }
    assert confirmed == {
        (m.ChangeEmail, m.ActorKind.CITIZEN, Purpose.NEW_EMAIL),
        (m.Close, m.ActorKind.CITIZEN, Purpose.CLOSURE),
    }
