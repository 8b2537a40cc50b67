"""What a piece of history costs: events, bytes, and billable actions as Temporal counts them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

BILLABLE: Final = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "workflow started, also by continue-as-new",
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED: "activity started or retried: each attempt",
    EventType.EVENT_TYPE_TIMER_STARTED: "timer started, also one behind a wait with a time-out",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "search attributes upserted: each command",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signal sent",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "update received by a worker",
    EventType.EVENT_TYPE_MARKER_RECORDED: "local activities: each workflow task that has some",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED: "workflow execution options updated",
}
"""Temporal's list (https://docs.temporal.io/evaluate/cloud/actions) as far as a history shows it."""

UNSEEN: Final = (
    "query received by a worker (1 for each `describe`)",
    "refused update (1; a repeated update id is free)",
    "heartbeat that reaches the server",
    "schedule (3 for each pass of reconciliation, besides its own workflow's)",
)
"""Billable too, but in no registration's history; the measured lives have none of them."""

_OF_REHEARSAL: Final = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
}
"""Only a life in skipped time has these."""

_LOCAL_ACTIVITY: Final = "core_local_activity"
"""The other markers, of `workflow.patched`, are free."""


@dataclass(frozen=True)
class Cost:
    """A sum over events of a history; bytes as the server stores them, before compression."""

    events: int = 0
    bytes: int = 0
    actions: int = 0

    def __add__(self, other: Self) -> "Cost":
        """Both together."""
        return Cost(self.events + other.events, self.bytes + other.bytes, self.actions + other.actions)


def cost_of(history: Iterable[HistoryEvent]) -> Cost:
    """The cost of these events, without those that only skipped time has."""
    real = [event for event in history if event.event_type not in _OF_REHEARSAL]
    return Cost(len(real), sum(event.ByteSize() for event in real), sum(_actions(event) for event in real))


def _actions(event: HistoryEvent) -> int:
    if event.event_type not in BILLABLE:
        return 0
    if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
        return event.activity_task_started_event_attributes.attempt
    if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
        return int(event.marker_recorded_event_attributes.marker_name == _LOCAL_ACTIVITY)
    return 1


def listed(history: Iterable[HistoryEvent]) -> list[str]:
    """One line for each event: its number, kind and bytes; shows where the bytes go."""
    names = EventType.Name
    return [
        f"{event.event_id:4} {names(event.event_type).removeprefix('EVENT_TYPE_'):45} {event.ByteSize():6}"
        for event in history
    ]
