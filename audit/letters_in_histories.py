"""The letters that a workflow ordered, by its histories: when, in its own time, and with which known outcome."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadConverter

from activities.names import SEND_LETTER
from audit.histories import moment_of
from registration.letters import LetterName, LetterOutcome
from registration.state import LetterOrder
from registration.timeline import Posted
from store.rows import SentLetter
from temporal.payloads import BRIEF_JSON

_CONVERTER: Final[PayloadConverter] = BRIEF_JSON.payload_converter


def posted(histories: Iterable[WorkflowHistory], noted: Iterable[SentLetter]) -> list[Posted]:
    """Every letter with its outcome: as the store noted it, else by the histories.

    The store's time is a worker's clock. A letter is never sent before its workflow ordered it, so the later of both
    times counts: they differ where a registration's time was skipped.
    """
    ordered = {letter: (at, outcome) for history in histories for letter, at, outcome in _orders(history)}
    letters = []
    for letter in noted:
        at, _ = ordered.pop(letter.letter, (letter.at, letter.outcome))
        letters.append(Posted(letter.letter, letter.outcome, max(at, letter.at)))
    return letters + [Posted(letter, outcome, at) for letter, (at, outcome) in ordered.items()]


def _orders(history: WorkflowHistory) -> Iterator[tuple[LetterName, datetime, LetterOutcome]]:
    ends = {_scheduled_by(event): event.event_type for event in history.events}
    for event in history.events:
        if event.event_type != EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            continue
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == SEND_LETTER:
            try:
                order: LetterOrder = _CONVERTER.from_payload(scheduled.input.payloads[0], LetterOrder)
                letter = order.name
            except Exception:  # noqa: BLE001, S112  converters raise anything; replay names what is unreadable
                continue
            yield letter, moment_of(event.event_time), _outcome(ends.get(event.event_id))


def _scheduled_by(event: HistoryEvent) -> int | None:
    """The event that scheduled the activity whose end this event is."""
    match event.event_type:
        case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            return event.activity_task_completed_event_attributes.scheduled_event_id
        case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
            return event.activity_task_failed_event_attributes.scheduled_event_id
        case EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
            return event.activity_task_timed_out_event_attributes.scheduled_event_id
        case _:
            return None


def _outcome(end: "EventType.ValueType | None") -> LetterOutcome:
    """A letter that is not noted although its activity completed was void by then: its address was erased."""
    if end is None:
        return LetterOutcome.ON_ITS_WAY
    return LetterOutcome.VOID if end == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED else LetterOutcome.UNDELIVERED
