"""A mistyped address is corrected before the activation: for 24 hours, three times, not by a clerk's client (S3)."""

from dataclasses import replace
from functools import reduce

import pytest

from registration import messages as m
from registration.email_corrections import EmailCorrections
from registration.errors import (
    CodeNotLive,
    CorrectedTooOften,
    CorrectionAtADesk,
    InvalidInput,
    NotAccepted,
    NotAllowed,
    TooLateToCorrect,
)
from registration.letters import LetterKind
from registration.opening import open_registration
from registration.policy import Policy
from registration.record import Event, EventKind, fold
from registration.rules import decide
from registration.state import State
from registration.statuses import Channel, Purpose, Status
from tests.unit import lives
from tests.unit.lives import CITIZEN, CLERK, DAY, EMAIL, EMAIL_2, EVIDENCE, SECOND, START, deadline, redeem, sent

IN_TIME = START + DAY - SECOND
UNACTIVATED = [Channel.ONLINE, Channel.E_SIGNATURE]


def correction(number: int = 1) -> m.CorrectEmail:
    return m.CorrectEmail(f"correct-{number}", CITIZEN, f"00000000-0000-7000-8000-00000000000{number}")


def corrected(state: State, times: int) -> State:
    return reduce(lambda so_far, number: sent(so_far, correction(number), START), range(1, times + 1), state)


@pytest.mark.parametrize("channel", UNACTIVATED)
def test_the_address_is_replaced_at_once_and_no_deadline_moves(channel: Channel) -> None:
    state = lives.opened(channel)
    event = decide(state, m.CorrectEmail("correct-1", CITIZEN, EMAIL_2), IN_TIME).event
    assert (event.kind, event.status, event.email_id, event.deadline, event.identity_verified) == (
        EventKind.EMAIL_CORRECTED,
        Status.AWAITING_ACTIVATION,
        EMAIL_2,
        deadline(state),
        channel is Channel.E_SIGNATURE,
    )


def test_only_the_next_code_lives_afterwards_and_it_goes_to_the_right_address() -> None:
    """No letter to the old one, which may be a stranger's; what was requested at it is void, too."""
    state = sent(lives.opened(), m.Close("close-1", CITIZEN), START)
    made = decide(state, m.CorrectEmail("correct-1", CITIZEN, EMAIL_2), IN_TIME)
    (code,) = made.event.codes
    assert (code.purpose, code.sequence, code.valid_until) == (Purpose.PASSWORD, 3, deadline(state))
    (letter,) = made.letters
    assert (letter.kind, letter.email_id, letter.code_sequence) == (LetterKind.CODE_PASSWORD, EMAIL_2, 3)
    after = lives.after(state, made)
    with pytest.raises(CodeNotLive):
        decide(after, redeem(state), IN_TIME)
    assert decide(after, redeem(after), IN_TIME).event.status is Status.TEMPORARY


def test_a_code_that_is_requested_later_is_the_one_of_the_correction() -> None:
    state = corrected(lives.opened(), 1)
    made = decide(state, m.RequestCode("request-1", CITIZEN), START + 2 * DAY)
    assert (made.event.kind, made.event.codes) == (EventKind.CODE_SENT_AGAIN, state.snapshot.codes)
    assert made.letters[0].email_id == correction().email_id


@pytest.mark.parametrize("late", [DAY, DAY + SECOND, 29 * DAY])
def test_it_ends_24_hours_after_the_opening(late: object) -> None:
    state = lives.opened()
    with pytest.raises(TooLateToCorrect) as refused:
        decide(state, correction(), START + late)  # type: ignore[operator]  # a timedelta
    assert refused.value.facts == {"hours": "24"}


def test_a_correction_or_a_longer_policy_gives_no_new_24_hours() -> None:
    state = corrected(lives.opened(policy=Policy(activation_days=90)), 1)
    assert decide(state, correction(2), IN_TIME)
    with pytest.raises(TooLateToCorrect):
        decide(state, correction(2), START + DAY)


def test_there_are_three_and_no_more() -> None:
    state = corrected(lives.opened(), 3)
    assert state.email_corrections == 3
    assert state.snapshot.email_id == correction(3).email_id
    with pytest.raises(CorrectedTooOften) as refused:
        decide(state, correction(4), START)
    assert refused.value.facts == {"times": "3"}


def test_what_a_clerk_or_other_messages_do_is_not_counted() -> None:
    state = sent(lives.opened(), m.ChangeEmail("change-1", CLERK, EMAIL_2, EVIDENCE), START)
    state = sent(state, m.RequestCode("request-1", CITIZEN), START)
    assert state.email_corrections is None
    assert EmailCorrections.of(corrected(state, 3), START).left == 0


@pytest.mark.parametrize("in_person", [True, False])
def test_once_a_clerk_has_checked_the_identity_only_a_clerk_replaces_the_address(in_person: bool) -> None:
    """Whoever filled in the form may be another person than the one whose document the clerk saw."""
    if in_person:
        new = replace(lives.new(Channel.IN_PERSON), opened_by=CLERK, evidence=EVIDENCE)
        state = lives.after(new, open_registration(new, START))
    else:
        state = sent(lives.opened(), m.VerifyIdentity("verify-1", CLERK, EVIDENCE), START)
    with pytest.raises(CorrectionAtADesk):
        decide(state, correction(), START)
    assert decide(state, m.ChangeEmail("change-1", CLERK, EMAIL_2, EVIDENCE), START).event.email_id == EMAIL_2


def test_only_the_client_corrects_and_only_before_the_activation() -> None:
    with pytest.raises(NotAllowed):
        decide(lives.opened(), replace(correction(), actor=CLERK), START)
    with pytest.raises(NotAccepted):
        decide(lives.temporary(), correction(), START)


def test_the_row_of_an_address_is_named_by_a_uuid() -> None:
    with pytest.raises(InvalidInput):
        decide(lives.opened(), replace(correction(), email_id="uj@example.org"), START)


def test_a_corrected_address_is_not_confirmed_by_it() -> None:
    """A letter greets by name only where a code that went to this address was redeemed."""
    row = EventKind.EMAIL_CORRECTED.row
    assert not row.redeems_code
    assert (row.asked_with, row.code_letter) == (m.CorrectEmail, Purpose.PASSWORD)


@pytest.mark.parametrize("at_desk", [True, False])
def test_the_record_says_the_same_as_the_state(at_desk: bool) -> None:
    state, events = lives.new(), list[Event]()
    messages: list[m.Message] = [correction(1), correction(2)]
    if at_desk:
        messages.append(m.VerifyIdentity("verify-1", CLERK, EVIDENCE))
    made = open_registration(state, START)
    for message in (*messages, None):
        events.append(made.event)
        state = lives.after(state, made)
        if message:
            made = decide(state, message, START + SECOND)
    assert fold(events) == state.snapshot
    known = EmailCorrections.in_record(events)
    assert known == EmailCorrections.of(state, START) == EmailCorrections(START, 2, identified_at_desk=at_desk)
    assert (known.left, known.until) == (1, START + DAY)


def test_an_event_of_before_has_no_new_field_and_a_state_without_corrections_has_none() -> None:
    assert lives.opened().email_corrections is None
    assert EmailCorrections.of(lives.new(), START) == EmailCorrections(START, 0, identified_at_desk=False)
    assert lives.opened().snapshot.email_id == EMAIL
