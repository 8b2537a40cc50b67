"""A build with a patched change is tried on some, made current, and left: what goes on, what stalls, what heals."""

import asyncio
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import pytest

from audit import replays
from registration.errors import Unavailable
from registration.sentences import ENGLISH
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from starter.gateway.engine import new_request_id
from starter.gateway.replay_sample import ReplaySample, sample_replayed
from tests.replay.later_builds import PATCH, Deprecated, Patched, Retired
from tests.support.builds import build_of, make_current, ramp, running_build
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.verifying import found_of
from tests.workflows.lives import quiet
from workflows.reconciliation import Reconciliation

SOON_SECONDS: Final = 180
"""Also on a busy machine; a failed task is tried again after 10 s, and later ever more rarely."""

MOST: Final = 40
"""Registrations until both builds have had one: at half and half, one build has them all once in 2 ** 39 times."""

CARRIES: Final = f"ExecutionStatus = 'Running' AND WorkflowType = 'Registration' AND TemporalChangeVersion = '{PATCH}'"
LACKS: Final = (
    f"ExecutionStatus = 'Running' AND WorkflowType = 'Registration' AND (TemporalChangeVersion != '{PATCH}' "
    "OR TemporalChangeVersion IS NULL)"
)
"""As docs/upgrades.md has them."""

REPLAY: Final = {
    Patched: [True, True, True],
    Deprecated: [False, True, True],
    Retired: [False, False, True],
}
"""Which builds go on with what passed the place before the patch, with it, and once it was deprecated."""


async def test_what_took_the_patch_waits_for_its_build_and_all_else_goes_on_with_the_older_one(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ramping, a roll-back, the way out of versioning, and the retirement of the patch, on one installation."""
    older, newer = f"older-{uuid4()}", f"newer-{uuid4()}"
    async with installation_on(shared) as (_, world):
        async with running_build(world, older):
            await make_current(world, older)
            before, _ = await world.temporary()
            async with running_build(world, newer, Patched):
                await ramp(world, newer, 50)
                ramped = await until_both_have_some(world)
                await make_current(world, newer)
                patched = {one for one, is_patched in ramped.items() if is_patched}
                others, waiting = {before, *ramped} - patched, min(patched)
                await moved_to(world, newer, before, waiting)
                await found_are(world, CARRIES, patched)
                await found_are(world, LACKS, others)
                assert {each.registration_id for each in (await gate(world)).failures} == patched
                with monkeypatch.context() as patch:
                    patch.setattr(replays, "_workflows", lambda: [Patched, Reconciliation])
                    assert (await gate(world)).holds
            await make_current(world, older)
            await moved_to(world, older, before)
            request_id = new_request_id()
            asked = asyncio.create_task(world.desk.verify_identity(waiting, EVIDENCE, request_id=request_id))
            await eventually(lambda: fails(world, waiting), within_seconds=SOON_SECONDS)
            with pytest.raises(Unavailable):
                await asked
        async with running_build(world, newer, Patched):
            await make_current(world, newer)
            assert await verified(world, waiting, request_id) is Status.ACTIVE
        async with running_build(world, None, Patched):
            await make_current(world, "")
            await moved_to(world, "", before, waiting)
        for one in (before, waiting):
            assert await found_of(world, one) == []
        deprecated_at = datetime.now(UTC)
        async with running_build(world, None, Deprecated):
            late, _ = await world.temporary()
            await quiet(world, late)
        await found_are(world, CARRIES, patched | {late})
        await found_are(world, f"{CARRIES} AND StartTime < '{deprecated_at.isoformat()}'", patched)
        histories = {one: await world.engine.histories.of(one) for one in (before, waiting, late)}
        for build, replayed_ones in REPLAY.items():
            with monkeypatch.context() as patch:
                patch.setattr(replays, "_workflows", lambda build=build: [build])
                holds = {one: (await replays.replayed(runs))[0].holds for one, runs in histories.items()}
            assert list(holds.values()) == replayed_ones


async def until_both_have_some(world: World) -> dict[str, bool]:
    """Registers clients until each build has had one; whether they became temporary by the patched one.

    Not by the build of the last task: a registration that begins while the ramp spreads may be moved on its way.
    """
    had: dict[str, bool] = {}
    while set(had.values()) != {True, False}:
        registration_id, _ = await world.temporary()
        await quiet(world, registration_id)
        history = await world.handle(registration_id).fetch_history()
        had[registration_id] = any(event.HasField("marker_recorded_event_attributes") for event in history.events)
        assert len(had) <= MOST
    return had


async def moved_to(world: World, build: str, *registrations: str) -> None:
    """Each gets tasks until this build takes one: while a new routing spreads, the older build may still take some."""
    for one in registrations:
        async with asyncio.timeout(SOON_SECONDS):
            while await build_of(world, one) != build:
                await world.desk.disclose(one, EVIDENCE)


async def found_are(world: World, query: str, registrations: set[str]) -> None:
    """Visibility follows within moments."""
    expected = {world.handle(one).id for one in registrations}

    async def found() -> bool:
        return {run.id async for run in world.client.list_workflows(query)} == expected

    await eventually(found, within_seconds=SOON_SECONDS)


async def gate(world: World) -> ReplaySample:
    """What `ugyfelkapu admin replay-sample` finds, with this code."""
    return await sample_replayed(world.settings, world.client, MOST, ENGLISH)


async def fails(world: World, registration_id: str) -> bool:
    """Whether the workflow task is being tried again."""
    described = await world.handle(registration_id).describe()
    return described.raw_description.pending_workflow_task.attempt > 1


async def verified(world: World, registration_id: str, request_id: str) -> Status:
    """Asks again under the same request id, until the stalled registration answers."""
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            try:
                return (await world.desk.verify_identity(registration_id, EVIDENCE, request_id=request_id)).status
            except Unavailable:
                continue
