"""A build that cannot replay what runs: it decides nothing, and the old build, started again, resolves it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from temporalio.worker import Worker

import worker
from registration.errors import Unavailable
from registration.names import REGISTRATION_QUEUE
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from starter.gateway.engine import new_request_id
from temporal.sandbox import SANDBOX
from tests.replay.incompatible import Impatient
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.verifying import found_of
from tests.workflows.lives import quiet, to_deadline

FAILS_WITHIN_SECONDS: Final = 60
"""Also on a busy machine; a failed task is tried again after 10 s."""


@asynccontextmanager
async def incompatible_build(world: World) -> AsyncIterator[None]:
    """A worker whose workflow does another thing first than every running registration did."""
    async with Worker(
        world.client,
        task_queue=REGISTRATION_QUEUE,
        workflows=[Impatient],
        workflow_runner=SANDBOX,
    ):
        yield


async def test_what_a_build_cannot_replay_waits_and_goes_on_with_the_old_build(shared: SharedServers) -> None:
    """An act that came meanwhile is answered then, once; the deadline is kept, the record whole."""
    async with installation_on(shared) as (_, world):
        async with worker.running_workers(world.client, world.settings):
            registration_id, _ = await world.temporary()
            before = await world.until(registration_id, Status.TEMPORARY)
            await quiet(world, registration_id)
        request_id = new_request_id()
        async with incompatible_build(world):
            asked = asyncio.create_task(world.desk.verify_identity(registration_id, EVIDENCE, request_id=request_id))
            await eventually(lambda: _fails(world, registration_id), within_seconds=FAILS_WITHIN_SECONDS)
            assert (await world.audit.snapshot(registration_id)).sequence == before.sequence
            with pytest.raises(Unavailable):
                await asked
        async with worker.running_workers(world.client, world.settings):
            async with asyncio.timeout(FAILS_WITHIN_SECONDS):
                while True:
                    try:
                        answer = await world.desk.verify_identity(registration_id, EVIDENCE, request_id=request_id)
                        break
                    except Unavailable:
                        continue
            assert answer.status is Status.ACTIVE
            await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
            await quiet(world, registration_id)
            kinds = [event.kind for event in await world.audit.events(registration_id)]
            assert kinds[2:] == [EventKind.IDENTITY_VERIFIED, EventKind.PASSWORD_EXPIRED]
            assert await found_of(world, registration_id) == []
            assert all(run.holds for run in await world.audit.replay(registration_id))


async def _fails(world: World, registration_id: str) -> bool:
    """Whether the workflow task is being tried again."""
    described = await world.handle(registration_id).describe()
    return described.raw_description.pending_workflow_task.attempt > 1
