"""Statuses, names, and what a registration says of itself."""

from dataclasses import replace
from datetime import datetime

import pytest

from registration import deadlines
from registration.deadlines import next_step
from registration.descriptions import NextStep, Step
from registration.explanations import step_in_words
from registration.letters import LetterKind
from registration.names import workflow_id
from registration.reconciliation import Disagreement, Findings, Span
from registration.statuses import OPEN_STATUSES, Language, Status
from starter.translation import translated
from tests.unit import lives
from tests.unit.lives import DAY, ID, SECOND, START, deadline, since

WORDS = {
    Status.SUBMITTED: "beküldve",
    Status.AWAITING_ACTIVATION: "aktiválásra vár",
    Status.TEMPORARY: "ideiglenes",
    Status.ACTIVE: "aktív",
    Status.PASSWORD_EXPIRED: "lejárt jelszó",
    Status.INACTIVE: "inaktív",
    Status.AWAITING_REACTIVATION: "újraaktiválásra vár",
    Status.LAPSED: "elévült",
    Status.CLOSED: "megszűnt",
}


def test_the_hungarian_words_are_those_of_the_design() -> None:
    assert {status: translated(status, Language.HU) for status in Status} == WORDS


def test_two_statuses_are_final_six_are_open_and_two_wait_for_a_code() -> None:
    assert {status for status in Status if status.is_final} == {Status.LAPSED, Status.CLOSED}
    assert set(OPEN_STATUSES) == set(WORDS) - {Status.SUBMITTED, Status.LAPSED, Status.CLOSED}
    assert {status for status in Status if status.awaits_code} == {
        Status.AWAITING_ACTIVATION,
        Status.AWAITING_REACTIVATION,
    }


def test_a_workflow_is_named_for_its_registration() -> None:
    assert workflow_id(ID) == f"registration-{ID}"


def begins(status: Status) -> NextStep:
    return NextStep(Step.STATUS, status=status)


STEPS: dict[Status, tuple[NextStep, datetime | None]] = {
    Status.AWAITING_ACTIVATION: (begins(Status.LAPSED), START + 30 * DAY),
    Status.TEMPORARY: (NextStep(Step.LETTER, LetterKind.TEMPORARY_ENDING, 7), START + 23 * DAY),
    Status.PASSWORD_EXPIRED: (begins(Status.INACTIVE), deadline(lives.password_expired())),
    Status.INACTIVE: (NextStep(Step.REACTIVATION), None),
    Status.AWAITING_REACTIVATION: (begins(Status.INACTIVE), deadline(lives.awaiting_reactivation())),
    Status.LAPSED: (NextStep(Step.ERASURE), None),
    Status.CLOSED: (NextStep(Step.ERASURE), None),
}


@pytest.mark.parametrize("status", STEPS)
def test_a_registration_tells_what_happens_next_by_itself_and_when(status: Status) -> None:
    state = lives.IN_STATUS[status]()
    assert next_step(state, since(state)) == STEPS[status]


def test_after_the_last_reminder_the_end_of_the_status_is_next() -> None:
    for state, ending in ((lives.temporary(), Status.LAPSED), (lives.active(), Status.PASSWORD_EXPIRED)):
        reminded = replace(state, reminded_at=deadline(state) - SECOND)
        assert next_step(reminded, deadline(state) - SECOND) == (begins(ending), deadline(state))
    assert next_step(lives.active(), START)[0] == NextStep(Step.LETTER, LetterKind.PASSWORD_EXPIRING, 30)


@pytest.mark.parametrize("status", STEPS)
def test_what_happens_next_is_told_in_both_languages(status: Status) -> None:
    state = lives.IN_STATUS[status]()
    words = step_in_words(next_step(state, since(state))[0])
    assert translated(words, Language.HU) != str(words)
    assert "letter " not in translated(words, Language.HU)


def test_where_nothing_is_ahead_no_words_are_made() -> None:
    assert translated(step_in_words(NextStep(Step.NOTHING)), Language.HU) == "–"


def test_the_description_is_the_state_as_of_now_with_absolute_dates() -> None:
    """Principle 1: absolute UTC dates and `as_of`, never "days left" alone."""
    state = lives.opened()
    now = START + DAY
    description = deadlines.describe(state, now)
    assert (description.registration_id, description.status, description.since, description.because) == (
        ID,
        Status.AWAITING_ACTIVATION,
        START,
        "REGISTRATION_OPENED",
    )
    assert description.deadline == description.code_valid_until == description.next_step_at == START + 30 * DAY
    assert (description.next_step, description.password_valid_until, description.undelivered_letters) == (
        begins(Status.LAPSED),
        None,
        (),
    )
    assert (description.sequence, description.head, description.as_of) == (1, state.snapshot.head, now)
    assert deadlines.describe(lives.temporary(), now).code_valid_until is None


def test_findings_hold_what_a_pass_found() -> None:
    span = Span(START, START + DAY)
    found = Findings([], [], [Disagreement(ID, "ACTIVE", None)], span.until)
    assert found.disagreements[0].running is None
