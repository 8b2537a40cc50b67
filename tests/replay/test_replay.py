"""Histories recorded from released versions still replay (principle 13), and an incompatible workflow would not."""

import base64
import json
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities import names as activities
from registration.letters import LetterKind
from registration.names import SCHEDULE_ATTRIBUTE
from registration.record import EventKind
from registration.rules import MESSAGES
from registration.state import LetterOrder, Recording
from temporal.payloads import BRIEF_JSON
from temporal.sandbox import SANDBOX
from temporal.traces import Traces
from tests.replay.incompatible import (
    Forgetful,
    Impatient,
    ImpatientArchive,
    ImpatientCheckpoint,
    ImpatientExtension,
    ImpatientReconciliation,
)
from tests.replay.recorded import FIRST, RECORDED, VERSIONS, history_of, name_of, shown
from workflows.archive import Archive
from workflows.bulk_extension import BulkExtension
from workflows.checkpoint import Checkpointing
from workflows.reconciliation import Reconciliation
from workflows.registration import Registration

FULL_SANDBOX = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("registration")
)
CONVERTER = BRIEF_JSON.payload_converter
WORKFLOWS = [Registration, BulkExtension, Checkpointing, Reconciliation, Archive]

IMPATIENT = {
    "archive": ImpatientArchive,
    "checkpoint": ImpatientCheckpoint,
    "extension": ImpatientExtension,
    "notice": ImpatientReconciliation,
    "reconciliation": ImpatientReconciliation,
    "scheduled": ImpatientReconciliation,
}
"""Of the histories that are no life of a registration, by their names."""


LIVES = [path for path in RECORDED if name_of(path) not in IMPATIENT]
FIRST_RUNS = [path for path in LIVES if path.stem.endswith("-1")]
REFUSALS: list[tuple[Path, type]] = [
    (path, incompatible) for path in FIRST_RUNS for incompatible in (Impatient, Forgetful)
]
REFUSALS += [(path, IMPATIENT[name_of(path)]) for path in RECORDED if path not in LIVES]


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda folder: folder.name)
def test_the_recorded_lives_of_a_version_are_all_there(folder: Path) -> None:
    """Several runs of a life with continue-as-new, and each way to end."""
    assert {"online-2", "in-person-2", "lapsed-1", "closed-1", "extension-2", "hostile-1"} <= {
        path.stem for path in folder.glob("*.json")
    }


def test_every_kind_of_workflow_is_recorded() -> None:
    assert {name_of(path) for path in RECORDED} > IMPATIENT.keys()


def test_every_kind_of_event_and_letter_and_every_message_is_recorded() -> None:
    """Complete over the tables: a new row without a recorded history fails here. A log-in is no part of a life."""
    events, letters, names = set(), set(), set()
    for path in LIVES:
        for event in history_of(path).events:
            scheduled = event.activity_task_scheduled_event_attributes
            names |= {event.workflow_execution_signaled_event_attributes.signal_name}
            names |= {event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name}
            match scheduled.activity_type.name:
                case activities.RECORD:
                    events.add(CONVERTER.from_payload(scheduled.input.payloads[0], Recording).event.kind)
                case activities.SEND_LETTER:
                    letters.add(CONVERTER.from_payload(scheduled.input.payloads[0], LetterOrder).kind)
    assert (events, letters) == (set(EventKind), set(LetterKind) - {LetterKind.NEW_BROWSER})
    assert names >= {name for row in MESSAGES.values() for name in (row.update, row.signal)}


@pytest.mark.parametrize("path", RECORDED, ids=shown)
async def test_a_recorded_history_replays_on_this_version(path: Path) -> None:
    """The workflows' code under the sandbox's checks, from which the worker excepts it for its speed."""
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=FULL_SANDBOX)
    await replayer.replay_workflow(history_of(path))


async def test_recorded_histories_replay_where_the_worker_is_traced() -> None:
    """Traces may be switched on in the middle of a life; `tests/acceptance/test_traces.py` switches them off."""
    traces = Traces(TracerProvider(shutdown_on_exit=False).get_tracer("replay"))
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=SANDBOX, interceptors=[traces])
    for path in RECORDED:
        await replayer.replay_workflow(history_of(path))


async def test_a_single_pass_that_a_schedule_had_started_in_version_1_replays_as_the_one_pass_that_it_was() -> None:
    """The committed one was started by an operator; runs of the schedule differ by what Temporal notes of it."""
    path = FIRST / "reconciliation-1.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    started = whole["history"]["events"][0]["workflowExecutionStartedEventAttributes"]
    metadata = {"type": base64.b64encode(b"Keyword").decode(), "encoding": base64.b64encode(b"json/plain").decode()}
    schedule = {"metadata": metadata, "data": base64.b64encode(b'"reconciliation"').decode()}
    started["searchAttributes"] = {"indexedFields": {SCHEDULE_ATTRIBUTE: schedule}}
    history = WorkflowHistory.from_json(whole["workflow_id"], whole["history"])
    await Replayer(workflows=WORKFLOWS, workflow_runner=FULL_SANDBOX).replay_workflow(history)


@pytest.mark.parametrize(
    ("path", "incompatible"), REFUSALS, ids=lambda one: shown(one) if isinstance(one, Path) else one.__name__
)
async def test_an_incompatible_workflow_fails_the_replay(path: Path, incompatible: type) -> None:
    """The gate holds: what a changed workflow would do differs from what was recorded.

    Replay compares the kinds and the order of commands, not the length of timers: a first run begins with a recording.
    """
    replayer = Replayer(workflows=[incompatible], workflow_runner=FULL_SANDBOX)
    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(history_of(path))
