"""What the events of a history say of the record: decisions, and the state that a run began with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.names import RECORD, SEND_LETTER
from registration.record import GENESIS
from registration.state import LetterOrder, Recording, State

_Argument = TypeVar("_Argument")


@dataclass(frozen=True)
class RecordedPlace:
    """An event as a history has it: its number and the hash of what was to be written."""

    sequence: int
    hash: str


NOTHING_RECORDED = RecordedPlace(0, GENESIS)


@dataclass(frozen=True)
class Beginning:
    """What a run began with, `None` where it is no state; and whether the run before it handed that on."""

    state: State | None
    continues: bool

    @property
    def recorded(self) -> RecordedPlace:
        """The event that the run began after."""
        return RecordedPlace(self.state.snapshot.sequence, self.state.snapshot.head) if self.state else NOTHING_RECORDED


class Decided:
    """Reads the events of histories; a writer to Temporal may have put anything there."""

    def __init__(self, client: Client) -> None:
        """Reads as this client does."""
        self._converter = client.data_converter

    async def recorded(self, event: HistoryEvent) -> RecordedPlace | None:
        """The event of the record that an event of a history decided, or that its run began after."""
        if entry := await self.recording(event):
            return RecordedPlace(entry.event.sequence, entry.event.hash())
        beginning = await self.beginning(event)
        return beginning.recorded if beginning else None

    async def recording(self, event: HistoryEvent) -> Recording | None:
        """What an event of a history gave to the activity that records."""
        scheduled = event.activity_task_scheduled_event_attributes
        is_order = event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        if not is_order or scheduled.activity_type.name != RECORD:
            return None
        return await self._argument(scheduled.input.payloads, Recording)

    async def letter(self, event: HistoryEvent) -> LetterOrder | None:
        """The letter that an event of a history ordered."""
        scheduled = event.activity_task_scheduled_event_attributes
        is_order = event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        if not is_order or scheduled.activity_type.name != SEND_LETTER:
            return None
        return await self._argument(scheduled.input.payloads, LetterOrder)

    async def beginning(self, event: HistoryEvent) -> Beginning | None:
        """What a run began with, where the event is its first."""
        if event.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            return None
        begun = event.workflow_execution_started_event_attributes
        return Beginning(
            await self._argument(begun.input.payloads, State), continues=bool(begun.continued_execution_run_id)
        )

    async def _argument(self, payloads: Sequence[Payload], kind: type[_Argument]) -> _Argument | None:
        try:
            decoded: list[Any] = await self._converter.decode(payloads[:1], [kind])
        except Exception:  # noqa: BLE001  converters raise any error, and none without a payload
            return None
        return decoded[0] if decoded and isinstance(decoded[0], kind) else None
