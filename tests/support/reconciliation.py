"""Reconciliation as the schedule has it go on, seen from outside, and kept out of a test's way."""

from typing import Final

from temporalio.client import ScheduleActionExecutionStartWorkflow

from activities import names
from registration.names import RECONCILIATION_ID, RECONCILIATION_WORKFLOW_TYPE
from registration.reconciliation import SentAgain, Span, Started
from starter.dev.installation import World
from temporal.payloads import BRIEF_JSON

_CONVERTER: Final = BRIEF_JSON.payload_converter


class Passes:
    """What the runs of reconciliation of an installation have done so far."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.number = 0
        self.started: set[str] = set()
        self.sent: set[str] = set()
        self.compared: list[Span] = []
        """In order within a run."""


async def passes(world: World) -> Passes:
    """Read from the histories of all runs, those that an operator started and those of the schedule."""
    found = Passes()
    async for run in world.client.list_workflows(f"WorkflowType = '{RECONCILIATION_WORKFLOW_TYPE}'"):
        history = await world.client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        asked: dict[int, str] = {}
        for event in history.events:
            scheduled, completed = (
                event.activity_task_scheduled_event_attributes,
                event.activity_task_completed_event_attributes,
            )
            asked[event.event_id] = scheduled.activity_type.name
            if scheduled.activity_type.name == names.COMPARE_RECORDED:
                found.compared.append(_CONVERTER.from_payload(scheduled.input.payloads[0], Span))
            match asked.get(completed.scheduled_event_id):
                case names.START_SUBMITTED:
                    found.number += 1
                    started = _CONVERTER.from_payload(completed.result.payloads[0], Started)
                    found.started.update(started.registration_ids)
                case names.SEND_PENDING:
                    sent = _CONVERTER.from_payload(completed.result.payloads[0], SentAgain)
                    found.sent.update(sent.request_ids)
    return found


async def stop_reconciliation(world: World) -> None:
    """Pauses the schedule and ends the run that goes on, as docs/upgrades.md has it."""
    schedule = world.client.get_schedule_handle(RECONCILIATION_ID)
    await schedule.pause()
    for action in (await schedule.describe()).info.running_actions:
        if isinstance(action, ScheduleActionExecutionStartWorkflow):
            await world.client.get_workflow_handle(action.workflow_id).terminate()
