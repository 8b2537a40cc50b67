"""A registration that a build without a bound let be wedged or terminated goes on, and its record is whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from registration import bounds
from registration.access import Access, AccessOutcome
from registration.errors import NotAllowed, NotCutOff, RecordedBehind, Unavailable
from registration.forms import EvidenceForm
from registration.messages import Actor, ActorKind, Message, Reactivate
from registration.operations import Operation
from registration.policy import Policy
from registration.record import EventKind, Snapshot
from registration.state import Recording
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE
from starter.gateway import OperationsGateway
from starter.gateway.engine import new_request_id, now
from store.archive import HistoryArchive
from store.runs import run_id_of
from store.writer import Writer
from tests.support.archiving import archived
from tests.support.installation import eventually
from tests.support.verifying import found_of
from tests.workflows.lives import another_run, bring, quiet, renew, run_id, to_deadline

TOO_LONG: Final = "x" * 3_000
_LAST_LETTER: Final = timedelta(days=4)

NEXT_TASK_WITHIN_SECONDS: Final = 60
"""A workflow task that fails is tried again after 10 s and more."""


@asynccontextmanager
async def build_without_bounds(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The worker of a build whose bounds let everything through."""
    with monkeypatch.context() as patched:
        patched.setattr(bounds, "fits", lambda _: True)
        patched.setattr(bounds, "fits_office", lambda _: True)
        yield


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker of the build that follows it: its bounds bind, but not in the replay of what is decided already.

    `patched` gives one answer per id for a whole run, so the id is the workflow task's (docs/architecture.md).
    """
    fits = bounds.fits

    def fits_or_was_decided(message: Message) -> bool:
        return fits(message) or not workflow.patched(f"bounds-{workflow.info().get_current_history_length()}")

    monkeypatch.setattr(bounds, "fits", fits_or_was_decided)


async def reactivation(world: World, registration_id: str, **actor: str) -> Reactivate:
    """What a bus sends after a gateway has written the evidence and the access entry of a clerk."""
    clerk = Actor(ActorKind.CLERK, **{"id": "clerk-7", "office": "1051"} | actor)
    seen = await world.engine.intake.add_evidence(registration_id, EvidenceForm.parse(EVIDENCE), now())
    message = Reactivate(new_request_id(), clerk, seen)
    access = Access(
        Actor(ActorKind.CLERK, "clerk-7", "1051"),
        Operation.DESK_SIGNAL_REACTIVATE,
        AccessOutcome.BEGUN,
        registration_id,
        message.request_id,
    )
    await world.engine.accesses.add(access)
    return message


async def ended(world: World, registration_id: str) -> None:
    """Waits until the present run has ended."""

    async def is_over() -> bool:
        described = await world.handle(registration_id).describe()
        return described.status in {WorkflowExecutionStatus.TERMINATED, WorkflowExecutionStatus.CANCELED}

    await eventually(is_over, within_seconds=SOON_SECONDS)


async def assert_whole(world: World, registration_id: str) -> None:
    """Verification finds nothing, and every run replays."""
    await quiet(world, registration_id)
    findings = await found_of(world, registration_id)
    assert findings == []
    assert all(run.holds for run in await world.audit.replay(registration_id))


async def test_a_run_that_a_search_attribute_terminated_is_reset_behind_its_recorded_event(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reactivation stays as it was decided; its letter is sent, its deadline fires; the archive has both runs."""
    registration_id, filled = await bring(world, Status.INACTIVE)
    cut_off = await run_id(world, registration_id)
    letters = len(world.letters(filled["email"]))
    async with build_without_bounds(monkeypatch):
        message = await reactivation(world, registration_id, office=TOO_LONG)
        await world.handle(registration_id).signal("reactivate", message)
        await ended(world, registration_id)
    before = await world.audit.events(registration_id)
    assert (before[-1].kind, before[-1].actor.office) == (EventKind.REACTIVATED, TOO_LONG)
    mend(monkeypatch)
    reset = await world.operations.reset(registration_id)
    assert (reset.cut_off_run_id, reset.sequence) == (cut_off, before[-1].sequence)
    described = await world.until(registration_id, Status.AWAITING_REACTIVATION)
    assert described.deadline == before[-1].deadline
    assert await world.code(filled["email"], letters + 1)
    assert await world.audit.events(registration_id) == before
    await assert_whole(world, registration_id)
    with pytest.raises(NotCutOff):
        await world.operations.reset(registration_id)
    await to_deadline(world, registration_id, Status.INACTIVE)
    await world.desk.close(registration_id, EVIDENCE)
    await world.until(registration_id, Status.CLOSED)
    await world.forward(registration_id, _LAST_LETTER)
    await archived(world, registration_id, runs=2)
    kept = HistoryArchive(world.folder / "archive")
    for run in (cut_off, reset.run_id):
        assert run_id_of(kept.read(registration_id, run)) == run


async def test_a_signal_that_no_event_can_hold_wedges_a_build_without_bounds_and_the_next_build_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs no reset: the next try of the workflow task is the next build's."""
    registration_id, _ = await bring(world, Status.INACTIVE)
    message = await reactivation(world, registration_id)
    before = await world.audit.events(registration_id)
    async with build_without_bounds(monkeypatch):
        await world.handle(registration_id).signal("reactivate", surrogate(message))

        async def is_wedged() -> bool:
            described = await world.handle(registration_id).describe()
            return described.raw_description.pending_workflow_task.attempt > 1

        await eventually(is_wedged, within_seconds=NEXT_TASK_WITHIN_SECONDS)
    await world.handle(registration_id).signal("reactivate", message)

    async def goes_on() -> bool:
        return len(await world.audit.events(registration_id)) >= len(before) + 2

    await eventually(goes_on, within_seconds=NEXT_TASK_WITHIN_SECONDS)
    refused, reactivated = (await world.audit.events(registration_id))[len(before) :]
    assert (refused.kind, refused.refusal, refused.request_id) == (EventKind.SIGNAL_REFUSED, "InvalidInput", None)
    assert (reactivated.kind, reactivated.request_id) == (EventKind.REACTIVATED, message.request_id)
    await assert_whole(world, registration_id)


def surrogate(message: Reactivate) -> dict[str, Any]:
    """The message with a request id that JSON can hold and UTF-8 cannot."""
    actor, seen = message.actor, message.evidence
    return {"request_id": "\ud800", "actor": vars(actor), "evidence": vars(seen) if seen else None}


@pytest.mark.parametrize("cancel", [False, True], ids=["terminated", "cancelled"])
async def test_a_run_that_somebody_ended_goes_on_with_its_deadline(world: World, *, cancel: bool) -> None:
    """While nothing was under way: the deadline that was announced is kept, and no letter goes out twice."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    before, letters = await world.audit.describe(registration_id), len(world.letters(filled["email"]))
    if cancel:
        await world.handle(registration_id).cancel()
    else:
        await world.handle(registration_id).terminate("by hand")
    await ended(world, registration_id)
    with pytest.raises(NotAllowed):
        await OperationsGateway(world.engine, "supervisor-1", ActorKind.SUPERVISOR, "1051").reset(registration_id)
    await world.operations.reset(registration_id)
    await quiet(world, registration_id)
    assert (await world.audit.describe(registration_id)).deadline == before.deadline
    assert len(world.letters(filled["email"])) == letters
    await assert_whole(world, registration_id)
    await to_deadline(world, registration_id, Status.LAPSED)
    await assert_whole(world, registration_id)


async def test_what_is_on_record_is_never_decided_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terminated between the record and its completion: a reset would be a `RecordConflict`, so it is refused.

    Nothing else brings it back: what is on record stays, is named, and no act is possible (docs/restore.md).
    """
    registration_id, _ = await bring(world, Status.INACTIVE)
    recorded, over, record = asyncio.Event(), asyncio.Event(), Writer.record

    async def held(self: Writer, entry: Recording, at: Any) -> Policy:  # noqa: ANN401  as the writer's
        policy = await record(self, entry, at)
        if entry.event.registration_id == registration_id:
            recorded.set()
            await over.wait()
        return policy

    monkeypatch.setattr(Writer, "record", held)
    message = await reactivation(world, registration_id)
    await world.handle(registration_id).signal("reactivate", message)
    try:
        async with asyncio.timeout(NEXT_TASK_WITHIN_SECONDS):
            await recorded.wait()
        await world.handle(registration_id).terminate("by hand")
        await ended(world, registration_id)
    finally:
        over.set()
    with pytest.raises(RecordedBehind):
        await world.operations.reset(registration_id)
    history = await world.handle(registration_id).fetch_history()
    assert history.events[-1].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED
    with pytest.raises(Unavailable):
        await world.desk.close(registration_id, EVIDENCE)
    assert (await world.audit.events(registration_id))[-1].kind is EventKind.REACTIVATED
    assert {finding.kind for finding in await found_of(world, registration_id)} == {"HISTORY_DIFFERS"}


async def test_a_registration_that_is_ahead_of_a_restored_database_is_not_reset(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier run, which was cut off, has what such a database has last; the present one goes on, and has more."""
    registration_id, filled = await bring(world, Status.PASSWORD_EXPIRED)
    await world.handle(registration_id).terminate("by hand")
    await ended(world, registration_id)
    older = await world.engine.reader.snapshot(registration_id)
    await world.operations.reset(registration_id)
    await quiet(world, registration_id)
    reset = await run_id(world, registration_id)
    await renew(world, filled, len(world.letters(filled["email"])) + 1)
    present = await another_run(world, registration_id, reset)

    async def restored(_: str) -> Snapshot | None:
        return older

    with monkeypatch.context() as database:
        database.setattr(world.engine.reader, "snapshot", restored)
        with pytest.raises(NotCutOff):
            await world.operations.reset(registration_id)
    assert await run_id(world, registration_id) == present
    await assert_whole(world, registration_id)
