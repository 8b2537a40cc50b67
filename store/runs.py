"""Which run a history belongs to: a reset copies a history into a new run, and notes both runs where that continues."""

from collections.abc import Iterator
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import WorkflowHistory


@dataclass(frozen=True)
class ResetNote:
    """The run that was reset, and the one that continues it."""

    base_run_id: str
    new_run_id: str


def resets_in(history: WorkflowHistory) -> Iterator[ResetNote]:
    """The resets that led to a run, oldest first."""
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = event.workflow_task_failed_event_attributes
            if failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
                yield ResetNote(failed.base_run_id, failed.new_run_id)


def run_id_of(history: WorkflowHistory) -> str:
    """The run that a history belongs to."""
    begun = history.events[0].workflow_execution_started_event_attributes
    run_id = begun.original_execution_run_id
    for note in resets_in(history):
        run_id = note.new_run_id
    return run_id
