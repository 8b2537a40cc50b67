"""Ten thousand lives of messages and elapsed time, against the rules alone."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registration import messages as m
from registration.messages import ActorKind
from registration.record import EventKind
from registration.state import Imported
from registration.statuses import Channel, Status
from tests.unit.driver import Life
from tests.unit.lives import ACTORS, CLERK, DAY, EMAIL_2, EVIDENCE
from tests.unit.steps import LIKELY, ORIGINS, STEPS, THE_USUAL, UNLIKELY, Step
from tests.unit.tables import TRANSITIONS


@pytest.mark.timeout(900)  # half a minute alone, all of it computing: what else the machine does may make it ten
def test_no_life_of_ten_thousand_breaks_the_rules() -> None:
    """Each step is watched by `Life`; together they make every change of status that the table allows, and no other.

    The same lives on every machine: found by chance once, a counterexample is found again.
    """
    seen: set[tuple[Status, EventKind, Status]] = set()
    count = 0

    @settings(max_examples=10_000, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(Channel),
        st.sampled_from(ORIGINS),
        st.integers(0, len(THE_USUAL)),
        st.lists(STEPS, min_size=1, max_size=10),
    )
    def live(channel: Channel, imported: Imported | None, usual: int, steps: list[Step]) -> None:
        nonlocal count
        count += 1
        life = Life(channel, seen, imported=imported)
        for step in (*THE_USUAL[:usual], *steps):
            step(life)
        life.check_record()

    live()
    assert count == 10_000
    assert seen == TRANSITIONS


def test_a_final_status_accepts_nothing_and_no_time_changes_it() -> None:
    endings: list[Step] = [
        lambda life: life.wait(31 * DAY),
        lambda life: life.send(m.Close("close", CLERK, EVIDENCE)),
    ]
    for ending in endings:
        life = Life(Channel.ONLINE, set())
        ending(life)
        assert life.state.snapshot.status.is_final
        for step in (*LIKELY, *UNLIKELY):
            step(life)
        kinds = {event.kind for event in life.events[2:]}
        assert kinds <= {EventKind.SIGNAL_REFUSED, EventKind.LETTER_UNDELIVERED}


def test_the_watch_itself_notices_a_resurrected_code() -> None:
    """What cannot fail proves nothing: an event that names a void code again is caught."""
    life = Life(Channel.ONLINE, set())
    first = life.state.snapshot.codes
    life.send(m.ChangeEmail("email", CLERK, EMAIL_2, EVIDENCE))
    life.state = replace(life.state, snapshot=replace(life.state.snapshot, codes=first))
    try:
        life.send(m.Disclose("disclose", CLERK, EVIDENCE))
    except AssertionError:
        return
    raise AssertionError(first)


def test_every_kind_of_user_takes_part() -> None:
    assert set(ACTORS) == set(ActorKind)
