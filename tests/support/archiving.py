"""Passes of the archive, and histories that Temporal really no longer has."""

import asyncio
from typing import Final

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import ScheduleHandle

from registration.archiving import Archived
from registration.names import ARCHIVE_ID, ARCHIVE_WORKFLOW_TYPE, REGISTRATION_QUEUE, workflow_id
from registration.timeline import Source
from starter.dev.installation import World
from starter.gateway.engine import new_request_id

QUICK_REMOVAL: Final = {
    "history.transferProcessorUpdateAckInterval": '"500ms"',
    "history.visibilityProcessorUpdateAckInterval": '"500ms"',
}
"""As it comes, a server removes a history half a minute after the request (measured)."""

_REMOVED_WITHIN_SECONDS: Final = 60
_KEPT_WITHIN_SECONDS: Final = 60


async def archive_pass(world: World) -> Archived:
    """A pass of its own, as an operator would start it: it looks at everything that Temporal has."""
    done: Archived = await world.client.execute_workflow(
        ARCHIVE_WORKFLOW_TYPE,
        id=f"{ARCHIVE_ID}-{new_request_id()}",
        task_queue=REGISTRATION_QUEUE,
        result_type=Archived,
    )
    return done


async def archived(world: World, registration_id: str, runs: int) -> None:
    """Passes of the archive until it has so many runs of a registration: visibility tells of an end moments later."""
    async with asyncio.timeout(_KEPT_WITHIN_SECONDS):
        while await asyncio.to_thread(_kept, world, registration_id) < runs:
            await archive_pass(world)


def _kept(world: World, registration_id: str) -> int:
    return len(list((world.folder / "archive").glob(f"*/{registration_id}/*")))


async def remove(world: World, registration_id: str, run_ids: list[str]) -> None:
    """Removes histories as retention does, and waits until Temporal has them no longer."""
    for run_id in run_ids:
        execution = WorkflowExecution(workflow_id=workflow_id(registration_id), run_id=run_id)
        await world.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(namespace=world.client.namespace, workflow_execution=execution)
        )
    async with asyncio.timeout(_REMOVED_WITHIN_SECONDS):
        while True:
            runs = (await world.audit.timeline(registration_id)).runs
            if not any(run.run_id in run_ids and run.source is Source.TEMPORAL for run in runs):
                return
            await asyncio.sleep(0.1)


async def has_run(schedule: ScheduleHandle, times: int) -> bool:
    """Whether a schedule has acted so many times, and nothing that it started still runs."""
    info = (await schedule.describe()).info
    return len(info.recent_actions) >= times and not info.running_actions
