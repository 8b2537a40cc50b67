"""Replays histories against the present code: proof that the decisions in them follow from the rules.

Temporal's own replay compares the kinds and the order of what a workflow does. Here the contents are compared as well:
the input of each activity, and what each run passed on to the next. The lengths of timers are not; the deadlines that
they wait for are, in every event.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from temporalio import workflow
from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import AdvancedJSONEncoder
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import (
    ContinueAsNewInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from audit.histories import RunHistory
from audit.mismatches import Mismatch, difference, mismatch_of
from registration.sentences import N_, Sentence
from registration.timeline import Run, Source
from temporal.payloads import BRIEF_JSON
from temporal.sandbox import SANDBOX

_NOTE: Final = "note_command"
_CONTINUED: Final = "continue as new"


@dataclass(frozen=True)
class Replayed:
    """The result of a run's replay: `mismatch` is the first difference, `problem` why there was no replay."""

    run: Run
    mismatch: Mismatch | None = None
    problem: Sentence | None = None

    @property
    def holds(self) -> bool:
        """Whether everything that the run decided is what the present code decides."""
        return self.mismatch is None and self.problem is None

    @property
    def sentence(self) -> Sentence | None:
        """What is wrong, in one sentence; it names the run."""
        difference = self.mismatch.sentence if self.mismatch else self.problem
        if difference is None:
            return None
        return Sentence(N_("Run {run}: {difference}"), {"run": self.run.run_id, "difference": difference})


@dataclass(frozen=True)
class _Command:
    """What a workflow asked Temporal to do: an activity's name, or `_CONTINUED`, and its argument as JSON."""

    name: str
    argument: Any


async def replayed(runs: Sequence[RunHistory]) -> list[Replayed]:
    """Replays the runs of one registration, in their order, and compares what each passes on to the next."""
    outcomes = []
    handed = {found.run.run_id: _handed_on(found.history) for found in runs if found.history}
    for found in runs:
        if found.history is None:
            problem = _DAMAGED if found.run.source is Source.DAMAGED else _GONE
            outcomes.append(Replayed(found.run, problem=problem))
            continue
        mismatch = _beginning(found.history, handed) or await _mismatch(found.history)
        outcomes.append(Replayed(found.run, mismatch))
    return outcomes


_GONE: Final = Sentence(N_("neither Temporal nor the archive has its history."))
_DAMAGED: Final = Sentence(N_("its file in the archive cannot be read."))


async def _mismatch(history: WorkflowHistory) -> Mismatch | None:
    commands: list[_Command] = []
    replayer = Replayer(
        workflows=_workflows(),
        data_converter=BRIEF_JSON,
        workflow_runner=SANDBOX,
        interceptors=[_Listener(commands.append)],
        runtime=_silent(),
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    contents = _first_difference(history, commands)
    if result.replay_failure is None:
        return contents
    failure = mismatch_of(result.replay_failure)
    return contents if contents and (contents.event_id or 0) <= (failure.event_id or _LAST) else failure


_LAST: Final = 1 << 60
"""After every event, for a failure that names none."""


def _first_difference(history: WorkflowHistory, commands: Sequence[_Command]) -> Mismatch | None:
    for (event_id, recorded), computed in zip(_recorded(history), commands, strict=False):
        if recorded.name != computed.name:
            return Mismatch(recorded.name, computed.name, event_id)
        strict = recorded.name != _CONTINUED
        if found := difference(recorded.argument, computed.argument, strict=strict):
            return Mismatch(f"{recorded.name}: {found[0]}", f"{computed.name}: {found[1]}", event_id)
    return None


def _recorded(history: WorkflowHistory) -> Iterator[tuple[int, _Command]]:
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            yield event.event_id, _Command(scheduled.activity_type.name, _json(scheduled.input))
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            continued = event.workflow_execution_continued_as_new_event_attributes
            yield event.event_id, _Command(_CONTINUED, _json(continued.input))


def _beginning(history: WorkflowHistory, handed: Mapping[str, Payloads | None]) -> Mismatch | None:
    """A run must begin with what the run before passed on; the first one with the state before any event.

    `handed` is what each run has passed on, by its id.
    """
    first: HistoryEvent = history.events[0]
    begun = first.workflow_execution_started_event_attributes
    if not begun.continued_execution_run_id:
        sequence = _member(_member(_json(begun.input), "snapshot"), "sequence")
        return (
            Mismatch(f"snapshot.sequence = {sequence}", "snapshot.sequence = 0", first.event_id) if sequence else None
        )
    before = handed.get(begun.continued_execution_run_id)
    found = difference(_json(begun.input), _json(before), strict=True) if before else None
    return found and Mismatch(found[0], found[1], first.event_id)


def _handed_on(history: WorkflowHistory) -> Payloads | None:
    last = history.events[-1]
    if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
        return None
    return last.workflow_execution_continued_as_new_event_attributes.input


def _json(payloads: Payloads) -> Any:  # noqa: ANN401  whatever JSON holds
    """The one argument of everything that a registration does."""
    try:
        return json.loads(payloads.payloads[0].data)
    except (IndexError, ValueError, RecursionError):  # a workflow that was started past the gateway may have any input
        return {}


def _member(value: Any, name: str) -> Any:  # noqa: ANN401  whatever JSON holds
    return value.get(name) if isinstance(value, Mapping) else None


def _plain(argument: object) -> Any:  # noqa: ANN401  whatever JSON holds
    return json.loads(json.dumps(argument, cls=AdvancedJSONEncoder))


@cache
def _silent() -> Runtime:
    """A runtime that does not log: a failed replay is a result, not an event of this process."""
    return Runtime(telemetry=TelemetryConfig(logging=None))


def _workflows() -> list[type]:
    """All of ours: a history names the one that it is of."""
    # Only a replay needs the workflows' code.
    from workflows.archive import Archive  # noqa: PLC0415
    from workflows.bulk_extension import BulkExtension  # noqa: PLC0415
    from workflows.checkpoint import Checkpointing  # noqa: PLC0415
    from workflows.reconciliation import Reconciliation  # noqa: PLC0415
    from workflows.registration import Registration  # noqa: PLC0415

    return [Registration, BulkExtension, Checkpointing, Reconciliation, Archive]


class _Listener(Interceptor):
    """Receives the commands of a replayed workflow; the workflow itself runs in its sandbox."""

    def __init__(self, receive: Callable[[_Command], None]) -> None:
        self._receive = receive

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002  the SDK's name
    ) -> type[WorkflowInboundInterceptor]:
        input.unsafe_extern_functions[_NOTE] = self._note
        return _Inbound

    def _note(self, name: str, arguments: Sequence[Any]) -> None:
        self._receive(_Command(name, _plain(arguments[0]) if arguments else {}))


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002  the SDK's name
        workflow.extern_functions()[_NOTE](input.activity, input.args)
        return super().start_activity(input)

    def continue_as_new(self, input: ContinueAsNewInput) -> Any:  # noqa: A002, ANN401  the SDK's name and type
        workflow.extern_functions()[_NOTE](_CONTINUED, input.args)
        return super().continue_as_new(input)
