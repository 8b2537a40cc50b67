"""A registration whose workflow was cut off goes on behind its recorded events: Temporal's reset, never a new start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyExcludeType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from audit.verification.decided import Decided, RecordedPlace
from registration.answers import REGISTRATION_ID, answer, label
from registration.errors import NotCutOff, RecordedBehind
from registration.names import workflow_id
from registration.operations import Operation
from registration.record import Snapshot
from registration.timeline import Source
from starter.gateway.engine import Engine
from temporal.registrations import handle_of

_CUT_OFF: Final = {
    WorkflowExecutionStatus.TERMINATED,
    WorkflowExecutionStatus.FAILED,
    WorkflowExecutionStatus.CANCELED,
    WorkflowExecutionStatus.TIMED_OUT,
}

_CUT_OFF_OUTCOMES: Final = {status.name for status in _CUT_OFF}

_OF_A_TASK: Final = {EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED}


@answer
@dataclass(frozen=True)
class Reset:
    """The registration goes on in a new run, which has all that the cut-off one did before event `event_id`."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    run_id: str = field(metadata=label("new run", "Temporal's id of the run that goes on."))
    cut_off_run_id: str = field(metadata=label("run that was cut off", "Temporal's id of the run that had ended."))
    event_id: int = field(metadata=label("goes on from event", "The event of the history from which it goes on."))
    sequence: int = field(metadata=label("number of events", "The number of the last recorded event."))


async def reset_cut_off(engine: Engine, registration_id: str, request_id: str, *, with_signals: bool) -> Reset:
    """Resets the run that has the record to its last workflow task; the same request again resets nothing more.

    Signals that came later are sent to the new run again if `with_signals`; a request to cancel is not. Raises
    `NotCutOff`, `RecordedBehind`, `RPCError`.
    """
    # Before the histories, which have every event that is on record.
    snapshot = await engine.reader.snapshot(registration_id) or Snapshot()
    stored, decided = RecordedPlace(snapshot.sequence, snapshot.head), Decided(engine.client)
    run_id, history = await _cut_off(engine, decided, registration_id, stored)
    point = _last_task(history.events)
    # A run that goes on without what is on record last would decide it again.
    if stored not in await _places(decided, history.events[: point - 1]):
        raise RecordedBehind(sequence=str(stored.sequence))
    without = [ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_CANCEL_REQUEST]
    if not with_signals:
        without.append(ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL)
    answer = await engine.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=engine.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id(registration_id), run_id=run_id),
            reason=f"{Operation.OPERATIONS_RESET} {request_id}",
            workflow_task_finish_event_id=point,
            request_id=request_id,
            reset_reapply_exclude_types=without,
        )
    )
    return Reset(registration_id, answer.run_id, run_id, point, stored.sequence)


async def _cut_off(
    engine: Engine, decided: Decided, registration_id: str, stored: RecordedPlace
) -> tuple[str, WorkflowHistory]:
    """The present run, if it was cut off; where that began before the record's end, the one that has the record.

    A present run that has decided more than is on record is no mistake: the database was restored to an older moment.
    """
    handle = handle_of(engine.client, registration_id)
    try:
        present = await handle.describe()
    except RPCError as trouble:
        if trouble.status is RPCStatusCode.NOT_FOUND:
            raise NotCutOff from None
        raise
    assert present.run_id  # noqa: S101  a description has one
    history = await engine.client.get_workflow_handle(handle.id, run_id=present.run_id).fetch_history()
    places = await _places(decided, history.events)
    if stored not in places and all(place.sequence <= stored.sequence for place in places):
        for found in reversed(await engine.histories.of(registration_id)):
            was_cut_off = found.run.source is Source.TEMPORAL and found.run.outcome in _CUT_OFF_OUTCOMES
            if found.history and was_cut_off and stored in await _places(decided, found.history.events):
                return found.run.run_id, found.history
    if present.status not in _CUT_OFF:
        raise NotCutOff
    return present.run_id, history


def _last_task(events: Sequence[HistoryEvent]) -> int:
    """The event that the reset puts another one in place of: right behind the start of the last workflow task.

    Where a task was scheduled and never started, right behind that. A run that is cut off has an event there. A
    request to cancel must not be in what is kept: the new run would follow it at once.
    """
    last = 0
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
            break
        if event.event_type in _OF_A_TASK:
            last = event.event_id
    return last + 1


async def _places(decided: Decided, events: Sequence[HistoryEvent]) -> list[RecordedPlace]:
    """What these events have decided, and what their run began after, in order."""
    return [place for event in events if (place := await decided.recorded(event))]
