"""What a registration carries from decision to decision: answers, letters on their way, letters that did not arrive."""

from dataclasses import replace

from registration import deadlines
from registration import messages as m
from registration.letters import LetterFailure, LetterKind, LetterName
from registration.opening import open_registration
from registration.record import EventKind
from registration.rules import decide
from registration.state import ANSWERS_KEPT, UNDELIVERED_KEPT
from registration.statuses import Status
from tests.unit import lives
from tests.unit.lives import CHANGE, CLERK, DAY, EVIDENCE, REDEMPTION, START, after, deadline, sent


def test_an_answer_tells_where_the_registration_stands() -> None:
    opened, active = lives.opened(), lives.active()
    assert opened.answer(START) == m.Answer(Status.AWAITING_ACTIVATION, START + 30 * DAY, None, START + 30 * DAY, START)
    assert active.answer(START + DAY) == m.Answer(
        Status.ACTIVE, deadline(active), deadline(active), None, START + DAY, identity_verified_at=START
    )


def test_the_answers_to_the_last_100_requests_are_kept_the_oldest_goes_first() -> None:
    """Principle 13."""
    state = lives.active()
    answer = state.answer(START)
    for number in range(ANSWERS_KEPT + 2):
        state = state.answered(f"request-{number}", answer)
    assert ANSWERS_KEPT == 100
    assert list(state.answers) == [f"request-{number}" for number in range(2, 102)]


def test_a_delivered_letter_leaves_the_outbox_and_no_trace() -> None:
    state = lives.opened()
    (letter,) = state.outbox
    settled = state.settled(letter, None)
    assert (settled.outbox, settled.undelivered) == ((), ())


def test_a_letter_that_did_not_arrive_is_shown_the_newest_20_at_most() -> None:
    state = lives.active()
    first, *others = state.outbox
    lost = [
        m.UndeliveredLetter(LetterName(number, LetterKind.ACTIVE), LetterFailure.REFUSED, START, 550)
        for number in range(UNDELIVERED_KEPT + 1)
    ]
    assert state.settled(first, lost[0]).outbox == tuple(others)
    for entry in lost:
        state = state.settled(first, entry)
    assert UNDELIVERED_KEPT == 20
    assert state.undelivered == tuple(lost[1:])


def test_an_undelivered_letter_is_on_record_and_moves_nothing() -> None:
    state = lives.active()
    letter = LetterName(3, LetterKind.ACTIVE)
    lost = m.UndeliveredLetter(letter, LetterFailure.REFUSED, START, 550)
    event = deadlines.note_undelivered(state, lost, START).event
    assert event.kind is EventKind.LETTER_UNDELIVERED
    assert (event.letter, event.failure, event.smtp_reply) == (letter, LetterFailure.REFUSED, 550)
    moved = state.snapshot.after(event)
    assert replace(moved, sequence=state.snapshot.sequence, head=state.snapshot.head) == state.snapshot


def test_a_refused_signal_is_on_record_with_its_sender_and_moves_nothing() -> None:
    """Principle 12."""
    state = lives.active()
    made = deadlines.note_refused_signal(state, CLERK, "reactivate-1", "NotAccepted", START + DAY)
    event = made.event
    assert (event.kind, event.actor, event.request_id, event.refusal) == (
        EventKind.SIGNAL_REFUSED,
        CLERK,
        "reactivate-1",
        "NotAccepted",
    )
    moved = after(state, made).snapshot
    assert replace(moved, sequence=state.snapshot.sequence, head=state.snapshot.head) == state.snapshot
    assert (made.letters, made.credential_id) == ((), None)


def test_every_event_of_a_message_names_its_request_and_its_evidence() -> None:
    event = decide(lives.active(), m.Disclose("disclose-1", CLERK, EVIDENCE), START).event
    assert (event.kind, event.request_id, event.evidence) == (EventKind.DATA_DISCLOSED, "disclose-1", EVIDENCE)


def test_only_a_new_password_adopts_a_credential() -> None:
    opened, active = lives.opened(), lives.active()
    assert decide(opened, lives.redeem(opened), START).credential_id == REDEMPTION
    assert decide(active, m.ChangePassword(CHANGE, lives.CITIZEN), START).credential_id == CHANGE
    assert decide(active, m.Disclose("disclose-1", CLERK, EVIDENCE), START).credential_id is None


def test_the_opening_event_carries_the_evidence_of_the_clerk_who_opened() -> None:
    state = replace(lives.new(), evidence=EVIDENCE, opened_by=CLERK)
    opened = open_registration(state, START).event
    assert (opened.evidence, opened.actor) == (EVIDENCE, CLERK)


def test_the_erasure_keeps_the_status_and_the_record() -> None:
    state = lives.lapsed()
    erased = deadlines.erase(state, START)
    assert (erased.event.kind, erased.event.status) == (EventKind.PERSONAL_DATA_ERASED, Status.LAPSED)
    assert erased.event.previous_hash == state.snapshot.head


def test_a_deadline_that_did_not_move_keeps_the_memory_of_the_last_reminder() -> None:
    state = replace(lives.active(), reminded_at=START + 100 * DAY)
    assert sent(state, m.Disclose("disclose-1", CLERK, EVIDENCE), START + 101 * DAY).reminded_at == START + 100 * DAY
    changed = sent(state, m.ChangePassword(CHANGE, lives.CITIZEN), START + 101 * DAY)
    assert changed.reminded_at == START + 101 * DAY
