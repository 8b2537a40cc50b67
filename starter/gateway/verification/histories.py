"""What Temporal says of the record: an event is an activity's input in a history before it is a row (principle 2)."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Final

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.names import RECORD
from registration.lifecycle import Recording, State
from registration.names import WORKFLOW_TYPE, workflow_id
from registration.record import GENESIS
from registration.statuses import Status
from registration.timeline import Source
from starter.gateway.histories import Histories
from starter.gateway.verification.findings import Finding, FindingKind
from store.audited import AuditedLife, AuditStore

_PAGE: Final = 30
"""The last recorded event is nearly always among the last 30 events of a history."""

_STRAYS: Final = 1000
"""Workflows whose rows are looked for at once."""

_CUT_OFF: Final = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: "failed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: "timed out",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: "was cancelled",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: "was terminated",
}


@dataclass(frozen=True)
class Recorded:
    """An event as a history has it: its number and the hash of what was to be written."""

    sequence: int
    hash: str


class HistoryWitness:
    """Asks Temporal about one registration after the other."""

    def __init__(self, client: Client, store: AuditStore, histories: Histories) -> None:
        """Owns none of them."""
        self._client = client
        self._store = store
        self._histories = histories

    async def differing(self, life: AuditedLife) -> Finding | None:
        """Where the newest event of the history is not that of the store, read again after the history.

        A life whose status is final may have outlived its history: then the archive tells, where there is one. What
        is only on its way looks like a difference: look again before you believe it. Raises `RPCError`.
        """
        status = Status(life.row["status"])
        if status is Status.SUBMITTED:
            return None
        try:
            newest, cut_off = await self._newest(life.registration_id)
        except RPCError as trouble:
            if trouble.status is not RPCStatusCode.NOT_FOUND:
                raise
            if not status.is_final:
                sentence = "no workflow runs for this registration"
                return Finding(life.registration_id, None, FindingKind.WORKFLOW_MISSING, sentence)
            archived = await self._archived(life.registration_id)
            return await self._compared(life, archived) if archived else None
        if cut_off and not status.is_final:
            return self._differs(life, None, f"the workflow {cut_off} before the registration's life had ended")
        return await self._compared(life, newest)

    async def _compared(self, life: AuditedLife, newest: Recorded) -> Finding | None:
        stored = int(life.row["sequence"])
        if newest.sequence < stored:
            return self._differs(life, stored, f"the history ends with event {newest.sequence}, the store goes on")
        if newest.sequence and await self._store.hash_at(life.registration_id, newest.sequence) != newest.hash:
            return self._differs(life, newest.sequence, "the event in the store is not the one that was decided")
        return None

    async def all_differing(self, life: AuditedLife) -> AsyncIterator[Finding]:
        """Every event of the store beside the histories of all runs. Raises `RPCError`."""
        runs = await self._histories.of(life.registration_id)
        stored = {int(row["sequence"]): str(row["hash"]) for row in life.events}
        decided: set[int] = set()
        for run in runs:
            if run.run.source is Source.DAMAGED:
                yield self._differs(life, None, f"the archived history of the run {run.run.run_id} is damaged")
            for event in run.history.events if run.history else ():
                recorded = await self.recorded_by(event)
                if recorded and recorded.sequence and recorded.sequence not in decided:
                    decided.add(recorded.sequence)
                    standing = stored.get(recorded.sequence) or await self._store.hash_at(
                        life.registration_id, recorded.sequence
                    )
                    if standing != recorded.hash:
                        yield self._differs(
                            life, recorded.sequence, "the event in the store is not the one that was decided"
                        )
        if runs and all(run.history for run in runs):
            for sequence in stored.keys() - decided:
                yield self._differs(life, sequence, "the store has an event that no history decided")

    async def strays(self) -> AsyncIterator[Finding]:
        """Workflows of registrations that no row knows. Raises `RPCError`."""
        prefix, ids = workflow_id(""), set[str]()
        async for found in self._client.list_workflows(f"WorkflowType = '{WORKFLOW_TYPE}'"):
            ids.add(found.id.removeprefix(prefix))
            if len(ids) >= _STRAYS:
                for stray in await self._without_row(ids):
                    yield stray
                ids = set()
        for stray in await self._without_row(ids):
            yield stray

    async def _without_row(self, ids: Iterable[str]) -> list[Finding]:
        sentence = "a workflow runs, or ran, for a registration that was never submitted"
        return [Finding(one, None, FindingKind.ROW_MISSING, sentence) for one in await self._store.without_row(ids)]

    async def _archived(self, registration_id: str) -> Recorded | None:
        """The newest event that the archive knows of; `None` where it knows nothing."""
        for run in reversed(await self._histories.of(registration_id)):
            for event in reversed(run.history.events) if run.history else ():
                if recorded := await self.recorded_by(event):
                    return recorded
        return None

    async def _newest(self, registration_id: str) -> tuple[Recorded, str | None]:
        """The newest event that the present run decided or began with, and how the run was cut off, if it was."""
        request = GetWorkflowExecutionHistoryReverseRequest(
            namespace=self._client.namespace,
            execution=WorkflowExecution(workflow_id=workflow_id(registration_id)),
            maximum_page_size=_PAGE,
        )
        cut_off, is_last = None, True
        while True:
            page = await self._client.workflow_service.get_workflow_execution_history_reverse(request)
            for event in page.history.events:
                if is_last:
                    cut_off, is_last = _CUT_OFF.get(event.event_type), False
                recorded = await self.recorded_by(event)
                if recorded:
                    return recorded, cut_off
            if not page.next_page_token:
                return Recorded(0, GENESIS), cut_off
            request.next_page_token = page.next_page_token

    async def recorded_by(self, event: HistoryEvent) -> Recorded | None:
        """The event of the record that an event of a history decided, or that its run began behind."""
        converter = self._client.data_converter
        scheduled = event.activity_task_scheduled_event_attributes
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED and scheduled.activity_type.name == RECORD:
            entry: Recording = (await converter.decode(scheduled.input.payloads, [Recording]))[0]
            return Recorded(entry.event.sequence, entry.event.hash())
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            begun = event.workflow_execution_started_event_attributes
            state: State = (await converter.decode(begun.input.payloads, [State]))[0]
            return Recorded(state.snapshot.sequence, state.snapshot.head)
        return None

    def _differs(self, life: AuditedLife, sequence: int | None, sentence: str) -> Finding:
        return Finding(life.registration_id, sequence, FindingKind.HISTORY_DIFFERS, sentence)
