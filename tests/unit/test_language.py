"""The language of letters: changed once, by whom, and with nothing else."""

from dataclasses import replace

import pytest

from registration.errors import InvalidInput
from registration.happenings import what_happened, what_happened_to_client
from registration.input_rules import InputRule
from registration.messages import Actor, Disclose
from registration.reasons import reason_of
from registration.record import EventKind
from registration.rules import decide
from registration.state import State
from registration.statuses import OPEN_STATUSES, Language, Status
from starter.translation import translated
from temporal.payloads import BRIEF_JSON
from tests.unit import lives
from tests.unit.lives import CITIZEN, CLERK, DAY, IN_STATUS, START, change_language, sent, since


@pytest.mark.parametrize("actor", [CITIZEN, CLERK])
def test_another_language_is_an_event_that_changes_nothing_else(actor: Actor) -> None:
    """No letter goes out about it; who asked for it and the language are on record."""
    state = lives.active()
    made = decide(state, change_language(state, actor), START + DAY)
    assert (made.event.kind, made.event.actor, made.event.language) == (
        EventKind.LANGUAGE_CHANGED,
        actor,
        Language.EN,
    )
    assert (made.letters, made.credential_id) == ((), None)
    after = state.after(made.event)
    assert after.language is Language.EN
    moved = replace(state.snapshot, sequence=after.snapshot.sequence, head=after.snapshot.head)
    assert (after.snapshot, after.outbox, after.reminded_at) == (moved, state.outbox, state.reminded_at)


@pytest.mark.parametrize("status", OPEN_STATUSES)
def test_at_the_desk_it_is_changed_in_every_open_status(status: Status) -> None:
    state = IN_STATUS[status]()
    assert sent(state, change_language(state, CLERK), since(state)).language is Language.EN


def test_the_language_that_it_was_changed_to_is_refused_and_the_other_one_is_not() -> None:
    """No second event says the same."""
    state = sent(lives.active(), change_language(lives.active()), START)
    for actor in (CITIZEN, CLERK):
        with pytest.raises(InvalidInput) as refused:
            decide(state, change_language(state, actor), START)
        assert refused.value.facts == {"field": "language", "rule": InputRule.PRESENT_LANGUAGE}
    assert sent(state, change_language(state, language=Language.HU), START).language is Language.HU


def test_what_follows_leaves_the_language_as_it_is() -> None:
    state = sent(lives.active(), change_language(lives.active()), START)
    assert sent(state, lives.message(Disclose, CLERK, state, START), START).language is Language.EN


async def test_the_language_is_handed_to_the_next_run() -> None:
    (payload,) = await BRIEF_JSON.encode([sent(lives.active(), change_language(lives.active()), START)])
    (state,) = await BRIEF_JSON.decode([payload], [State])
    assert state.language is Language.EN


def test_auditor_and_client_read_which_language_it_is() -> None:
    event = decide(lives.active(), change_language(lives.active()), START).event
    for said in (what_happened(event, event.email_id), what_happened_to_client(event, event.email_id)):
        assert str(said) == "The language of the letters was changed: English."
        assert translated(said, Language.HU) == "Megváltozott a levelek nyelve: angol."
    assert reason_of(event, Status.ACTIVE, {}).rules == ()
