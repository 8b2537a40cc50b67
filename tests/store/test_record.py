"""The record and the read model (principle 3): keyed by registration and sequence, only ever forward."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from registration import deadlines
from registration import messages as m
from registration.messages import Evidence
from registration.opening import open_registration
from registration.policy import Policy
from registration.record import EventKind, fold
from registration.rules import decide
from registration.state import Recording
from registration.statuses import Status
from store.writer import RecordConflict
from tests.store.lives import CLERK, NOW, Store, noted, recording, redeem

SEEN = Evidence("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "c" * 64)


async def test_the_read_model_is_the_fold_of_the_events_after_each_of_them(store: Store) -> None:
    """And what the rules say themselves."""
    state = await store.redeemed()
    steps: list[m.Message] = [
        m.RequestCode("request-1", CLERK),
        m.ChangeEmail(
            "email-1", CLERK, await store.intake.add_email(state.registration_id, "uj@example.org") or "", SEEN
        ),
        m.VerifyIdentity("verify-1", CLERK, SEEN),
        m.Disclose("disclose-1", CLERK, SEEN),
        m.Close("close-1", CLERK, SEEN),
    ]
    for hours, step in enumerate(steps, start=1):
        state = await store.recorded(state, decide(state, step, NOW + timedelta(hours=hours)))
        events = await store.events(state.registration_id)
        assert await store.reader.snapshot(state.registration_id) == fold(events) == state.snapshot


async def test_an_event_stands_as_its_canonical_text_beside_its_hash(store: Store) -> None:
    state = await store.opened()
    (row,) = await store.rows("select * from events")
    (event,) = await store.events(state.registration_id)
    assert (row["body"], row["hash"]) == (event.canonical(), event.hash())
    assert (row["sequence"], row["kind"], row["previous_hash"]) == (1, EventKind.REGISTRATION_OPENED, "0" * 64)


async def test_the_same_event_again_is_success_and_changes_nothing(store: Store) -> None:
    """An activity whose acknowledgement was lost runs again, at another time."""
    state = await store.opened()
    decision = deadlines.lapse(state, NOW)
    await store.writer.record(recording(decision), NOW)
    before = await store.contents()
    await store.writer.record(recording(decision), NOW + timedelta(hours=1))
    assert await store.contents() == before


async def test_another_event_at_the_same_place_is_an_alarm_and_changes_nothing(store: Store) -> None:
    state = await store.opened()
    await store.recorded(state, noted(state, "one"))
    before = await store.contents()
    with pytest.raises(RecordConflict):
        await store.writer.record(recording(noted(state, "another")), NOW)
    assert await store.contents() == before


async def test_an_event_that_does_not_have_the_hash_it_came_with_is_an_alarm(store: Store) -> None:
    state = await store.opened()
    before = await store.contents()
    entry = recording(noted(state))
    with pytest.raises(RecordConflict):
        await store.writer.record(replace(entry, hash="0" * 64), NOW)
    assert await store.contents() == before


async def test_an_event_behind_a_hole_is_an_alarm_until_the_hole_is_filled(store: Store) -> None:
    """As after a restore to an older state than the workflow's: nothing is appended to a record that lacks an event."""
    state = await store.opened()
    second = noted(state, "late")
    third = deadlines.lapse(state.after(second.event), NOW)
    before = await store.contents()
    with pytest.raises(RecordConflict):
        await store.writer.record(recording(third), NOW)
    assert await store.contents() == before
    await store.writer.record(recording(second), NOW)
    await store.writer.record(recording(third), NOW)
    assert fold(await store.events(state.registration_id)).status is Status.LAPSED


@pytest.mark.parametrize("statement", ["delete from events where sequence = 2", "update registrations set head = 'x'"])
async def test_a_record_whose_end_was_tampered_with_is_not_continued(store: Store, statement: str) -> None:
    """The last event and the row were rolled back together, or the row names another end than the workflow."""
    state = await store.opened()
    first = await store.rows("select sequence, head from registrations")
    state = await store.recorded(state, noted(state))
    await store.rows(statement)
    if statement.startswith("delete"):
        await store.pool.execute("update registrations set sequence = $1, head = $2", *first[0].values())
    before = await store.contents()
    with pytest.raises(RecordConflict):
        await store.writer.record(recording(noted(state, "next")), NOW)
    assert await store.contents() == before


async def test_a_first_event_follows_nothing(store: Store) -> None:
    state = await store.submitted()
    opening = open_registration(state, NOW).event
    for wrong in (replace(opening, previous_hash="1" * 64), replace(opening, sequence=2)):
        with pytest.raises(RecordConflict):
            await store.writer.record(Recording(wrong, wrong.hash()), NOW)
    assert await store.events(state.registration_id) == []


async def test_attempts_at_once_append_one_event_whoever_wins(store: Store) -> None:
    """An attempt that was given up for lost and its successor; and two workers that would record different things."""
    state = await store.opened()
    same, other = recording(noted(state, "same")), recording(noted(state, "other"))
    outcomes = await asyncio.gather(
        *(store.writer.record(each, NOW) for each in [same, other] * 8), return_exceptions=True
    )
    assert len({type(outcome) for outcome in outcomes[::2]}) == len({type(outcome) for outcome in outcomes[1::2]}) == 1
    assert {type(outcome) for outcome in outcomes} == {Policy, RecordConflict}
    events = await store.events(state.registration_id)
    assert len(events) == 2
    assert fold(events) == await store.reader.snapshot(state.registration_id)


async def test_a_late_duplicate_of_an_older_event_changes_nothing_after_a_newer_one(store: Store) -> None:
    """Neither read model nor codes nor credentials: the attempt that was given up for lost arrives last."""
    state = await store.opened()
    first = redeem(state)
    await store.writer.add_credential(state.registration_id, first, "first", NOW)
    redemption = decide(state, first, NOW)
    state = await store.recorded(state, redemption)
    state = await store.sent(state, m.RequestCode("request-1", CLERK))
    second = redeem(state)
    await store.writer.add_credential(state.registration_id, second, "second", NOW)
    await store.sent(state, second)
    before = await store.contents()
    await store.writer.record(recording(redemption), NOW + timedelta(seconds=30))
    assert await store.contents() == before
    assert await store.password_hash(state) == "second"


async def test_a_record_of_a_registration_that_does_not_exist_is_an_alarm(store: Store) -> None:
    state = await store.opened()
    before = await store.contents()
    event = replace(noted(state).event, registration_id="00000000-0000-7000-8000-000000000000")
    with pytest.raises(RecordConflict):
        await store.writer.record(Recording(event, event.hash()), NOW)
    assert await store.contents() == before


async def test_the_clock_of_the_record_is_the_workflows_and_the_clock_of_reconciliation_the_wall(store: Store) -> None:
    """Principle 1: a rehearsal in skipped time writes tomorrow's `since` today."""
    state = await store.opened()
    lapse = deadlines.lapse(state, NOW + timedelta(days=30))
    await store.writer.record(recording(lapse), NOW + timedelta(seconds=1))
    (row,) = await store.rows("select since, recorded_at, status from registrations")
    assert row == {
        "since": NOW + timedelta(days=30),
        "recorded_at": NOW + timedelta(seconds=1),
        "status": Status.LAPSED,
    }


async def test_rows_recorded_in_a_span_are_found_once_and_page_by_page(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many rows of one moment fill more than a page."""
    monkeypatch.setattr("store.reader._PAGE", 2)
    ids = {(await store.opened()).registration_id for _ in range(5)}
    await store.submitted()
    pages = [page async for page in store.reader.recorded_between(NOW, NOW + timedelta(seconds=1))]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {each for page in pages for each in page} == ids
    assert not [page async for page in store.reader.recorded_between(NOW - timedelta(days=1), NOW)]
