"""The present run of a registration's workflow, from one or two pages of its history, however long that is."""

from dataclasses import dataclass
from typing import Final

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import (
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client

from audit.verification.decided import NOTHING_RECORDED, Beginning, Decided, RecordedPlace
from registration.names import workflow_id
from registration.sentences import N_
from temporal.bounded_calls import CALL_WITHIN

_PAGE: Final = 30
"""The last recorded event is nearly always among the last 30 events of a history."""

_CUT_OFF: Final = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: N_("the workflow failed before the registration's life had ended"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: N_(
        "the workflow timed out before the registration's life had ended"
    ),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: N_(
        "the workflow was cancelled before the registration's life had ended"
    ),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: N_(
        "the workflow was terminated before the registration's life had ended"
    ),
}


@dataclass(frozen=True)
class PresentRun:
    """The newest event that the run decided or began after, how it began, and how it was cut off, if it was."""

    newest: RecordedPlace
    beginning: Beginning
    cut_off: str | None


async def present_run(client: Client, decided: Decided, registration_id: str) -> PresentRun:
    """Reads backwards to the newest recorded event, and the first one apart where that is not on the way.

    Raises `RPCError`.
    """
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id(registration_id)),
        maximum_page_size=_PAGE,
    )
    newest, cut_off, is_last = None, None, True
    while newest is None:
        page = await client.workflow_service.get_workflow_execution_history_reverse(request, timeout=CALL_WITHIN)
        for event in page.history.events:
            if is_last:
                cut_off, is_last = _CUT_OFF.get(event.event_type), False
            if beginning := await decided.beginning(event):
                return PresentRun(newest or beginning.recorded, beginning, cut_off)
            newest = newest or await decided.recorded(event)
        request.next_page_token = page.next_page_token
        if not page.next_page_token:
            break
    return PresentRun(newest or NOTHING_RECORDED, await _beginning(client, decided, registration_id), cut_off)


async def _beginning(client: Client, decided: Decided, registration_id: str) -> Beginning:
    """Reads the run that has followed meanwhile instead, if any; it must have begun correctly, too."""
    page = await client.workflow_service.get_workflow_execution_history(
        GetWorkflowExecutionHistoryRequest(
            namespace=client.namespace,
            execution=WorkflowExecution(workflow_id=workflow_id(registration_id)),
            maximum_page_size=1,
        ),
        timeout=CALL_WITHIN,
    )
    for event in page.history.events:
        if beginning := await decided.beginning(event):
            return beginning
    return Beginning(None, continues=False)
