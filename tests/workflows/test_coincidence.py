"""What was decided before a deadline and what the deadline brings may come back in one workflow task."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import asyncpg
from temporalio.worker import Worker

import worker
from activities.record import RecordActivities
from registration.names import LETTERS_QUEUE, REGISTRATION_QUEUE
from registration.statuses import Status
from starter.dev.installation import World
from temporal.sandbox import SANDBOX
from tests.support.installation import installation_on
from tests.support.servers import SharedServers
from workflows.registration import Registration

DECIDED_WITHIN: Final = timedelta(seconds=8)
"""On a machine that others keep busy; it passes in real time, for nothing is skipped while a workflow task waits, and
the gateway waits 20 s for the answer."""


@asynccontextmanager
async def deciding(world: World) -> AsyncIterator[None]:
    """A worker for workflows only; another one has the activities."""
    async with Worker(world.client, task_queue=REGISTRATION_QUEUE, workflows=[Registration], workflow_runner=SANDBOX):
        yield


async def test_a_redemption_recorded_before_the_deadline_stands_although_the_deadline_is_seen_with_it(
    shared: SharedServers,
) -> None:
    """The workflow's worker was away while the record was written and the timer fired: both come in one task."""
    async with (
        installation_on(shared) as (_, world),
        worker.running_workers(world.client, world.settings, [LETTERS_QUEUE]),
        Worker(world.client, task_queue=REGISTRATION_QUEUE, activities=[RecordActivities(world.engine.writer).record]),
    ):
        blocker = await asyncpg.connect(world.settings.database_url.get_secret_value())
        async with deciding(world):
            registration_id, filled, code = await world.registered()
            opened = await world.until(registration_id, Status.AWAITING_ACTIVATION)
            assert opened.deadline
            await world.forward_to(registration_id, opened.deadline - DECIDED_WITHIN)
            blocking = blocker.transaction()
            await blocking.start()
            await blocker.execute("lock table events in exclusive mode")
            redeeming = asyncio.create_task(world.redeem(filled, code))
            await _recording(world, registration_id)
        await blocking.commit()
        await blocker.close()
        while await world.time(registration_id) < opened.deadline + timedelta(seconds=1):  # noqa: ASYNC110  a clock
            await asyncio.sleep(0.1)
        async with deciding(world):
            answer = await redeeming
            assert answer.status is Status.TEMPORARY
            described = await world.until(registration_id, Status.TEMPORARY)
            assert described.deadline == answer.deadline
            assert [event.kind for event in await world.audit.events(registration_id)] == [
                "REGISTRATION_OPENED",
                "CODE_REDEEMED",
            ]


async def _recording(world: World, registration_id: str) -> None:
    """Waits until the redemption's record is under way."""
    async with asyncio.timeout(DECIDED_WITHIN.total_seconds()):
        while not (await world.handle(registration_id).describe()).raw_description.pending_activities:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.02)
