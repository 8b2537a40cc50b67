"""With any message from the bus a registration goes on, answers, and keeps its deadline."""

import asyncio
from typing import Final

import pytest
from temporalio.client import WorkflowQueryFailedError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from registration.errors import InvalidInput, NotAllowed
from registration.messages import SYSTEM
from registration.record import EventKind
from registration.rules import MESSAGES
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from tests.support.hostile import LARGEST, SIGNALS, SOUND, UPDATES, Sent, as_json, drawn, payload
from tests.support.verifying import found_of
from tests.workflows.lives import another_run, bring, quiet, run_id, to_deadline

EXAMPLES: Final = 150
ANSWERED_WITHIN_SECONDS: Final = 60
"""On a busy machine; a wedged registration never answers."""

LARGEST_REFUSAL: Final = 2_000
"""Characters; the SDK's own sentence about an unknown update has its name, which Temporal keeps under 1,000."""

OF_THE_SDK: Final = {"RuntimeError", "TypeError"}
"""It could not decode the arguments, knows no such update, or another number of arguments came."""

LARGEST_EVENT: Final = 2_000
"""Characters of an event's text: what did not fit is not in it."""


async def assert_goes_on(world: World, registration_id: str) -> None:
    """It answers, its deadline fires, and its record is whole."""
    async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
        await quiet(world, registration_id)
        assert (await world.audit.describe(registration_id)).status is Status.TEMPORARY
    await to_deadline(world, registration_id, Status.LAPSED)
    await quiet(world, registration_id)
    assert await found_of(world, registration_id) == []
    assert all(run.holds for run in await world.audit.replay(registration_id))


async def refused(world: World, registration_id: str, update: Sent) -> str:
    """Sends an update that must be refused; the error's type."""
    async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await world.handle(registration_id).execute_update(update.name, args=update.as_values())
    cause = failed.value.cause
    assert isinstance(cause, ApplicationError)
    assert len(str(cause)) < LARGEST_REFUSAL
    return cause.type or ""


async def test_no_update_past_the_gateway_wedges_a_registration(world: World) -> None:
    """Each is refused, and leaves nothing in the history."""
    registration_id, _ = await bring(world, Status.TEMPORARY)
    length = await quiet(world, registration_id)
    updates = drawn(UPDATES, EXAMPLES)
    assert {update.name for update in updates} > {"redeem_code", "reactivate_and_confirm", "close", "promote"}
    large = [Sent("close", (as_json({"request_id": "x" * LARGEST}),)), Sent("redeem_code", (as_json("x" * LARGEST),))]
    kinds = {await refused(world, registration_id, update) for update in [*updates, *large]}
    assert kinds == {InvalidInput.__name__, NotAllowed.__name__} | OF_THE_SDK
    assert await quiet(world, registration_id) == length
    await assert_goes_on(world, registration_id)


async def test_no_signal_past_the_gateway_wedges_a_registration_and_each_leaves_a_small_event(world: World) -> None:
    """Principle 12; the event names the system, and holds nothing of what came."""
    registration_id, _ = await bring(world, Status.TEMPORARY)
    before = len(await world.audit.events(registration_id))
    signals = drawn(SIGNALS, EXAMPLES)
    assert {signal.name for signal in signals} > {"reactivate", "extend_validity", "promote"}
    large = Sent("reactivate", (as_json({"request_id": "x" * LARGEST}),))
    for signal in [*signals, large]:
        await world.handle(registration_id).signal(signal.name, args=signal.as_values())
    await quiet(world, registration_id)
    events = (await world.audit.events(registration_id))[before:]
    assert len(events) == len(signals) + 1
    assert {(event.kind, event.actor, event.request_id) for event in events} == {
        (EventKind.SIGNAL_REFUSED, SYSTEM, None)
    }
    assert {event.refusal for event in events} == {"Unreadable", InvalidInput.__name__}
    assert max(len(event.canonical()) for event in events) < LARGEST_EVENT
    await assert_goes_on(world, registration_id)


@pytest.mark.parametrize(
    "encoding", [b"json/plain", b"x" * 100_000, b"\xff", b"binary/null"], ids=lambda it: repr(it[:12])
)
async def test_a_query_with_arguments_that_nobody_can_read_is_answered_or_fails_alone(
    world: World, encoding: bytes
) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    arguments = Sent("describe", (payload(b'"\\ud800', encoding), payload(b"x" * 100_000, encoding))).as_values()
    async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
        with pytest.raises(WorkflowQueryFailedError):
            await world.handle(registration_id).query("describe", args=arguments)
    await assert_goes_on(world, registration_id)


async def test_a_flood_of_signals_leaves_one_event_and_the_next_run_reads_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a flooding message bus cannot grow a history until the server ends it. A later act is accepted."""
    monkeypatch.setattr("workflows.ledger.MOST_SIGNALS", 20)
    registration_id, _ = await bring(world, Status.TEMPORARY)
    before, run = len(await world.audit.events(registration_id)), await run_id(world, registration_id)
    handle = world.handle(registration_id)
    await asyncio.gather(*(handle.signal("promote") for _ in range(400)))
    await another_run(world, registration_id, than=run)
    details = [event.refusal for event in (await world.audit.events(registration_id))[before:]]
    assert details[:21] == ["Unreadable"] * 20 + ["TooManySignals"]
    assert len(details) < 400
    await world.desk.disclose(registration_id, EVIDENCE)
    await assert_goes_on(world, registration_id)


async def test_a_history_that_large_signals_have_filled_is_left_for_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.ledger.MOST_HISTORY_BYTES", 300_000)
    registration_id, _ = await bring(world, Status.TEMPORARY)
    before, run = len(await world.audit.events(registration_id)), await run_id(world, registration_id)
    for _ in range(5):
        await world.handle(registration_id).signal("reactivate", "x" * 200_000)
    await another_run(world, registration_id, than=run)
    details = {event.refusal for event in (await world.audit.events(registration_id))[before:]}
    assert "TooManySignals" in details
    await assert_goes_on(world, registration_id)


def test_every_message_is_sent_in_hostile_shape() -> None:
    assert {type(message) for message in SOUND} == set(MESSAGES)
