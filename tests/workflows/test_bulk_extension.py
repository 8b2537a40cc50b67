"""A bulk extension from the request to the report; each test has an installation of its own."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowFailureError
from temporalio.common import RawValue

from audit.verification.findings import FindingKind
from registration.access import Access, AccessOutcome
from registration.errors import (
    ExtensionNotApproved,
    ExtensionNotRunning,
    InvalidInput,
    NoSuchExtension,
    NotAllowed,
    SecondPersonNeeded,
)
from registration.extension_answers import ExtensionItem, ExtensionProgress, ExtensionStatus
from registration.extensions import ExtensionOutcome, ExtensionRun, ExtensionState
from registration.messages import Actor, ActorKind
from registration.names import EXTENSION_WORKFLOW_TYPE, REGISTRATION_QUEUE, extension_workflow_id
from registration.operations import Operation
from registration.record import EventKind
from starter.dev.installation import World
from starter.dev.standing import standing_accounts
from starter.gateway import OperationsGateway
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.workflows.lives import choosy_world, configured_world

BEFORE = datetime.now(UTC) + timedelta(days=1000)
UNKNOWN = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
DONE_SECONDS = 120


HOSTILE: Final[list[list[Any]]] = [
    [],
    [None],
    ["\ud800"],
    ["x" * 1_900_000],
    [5],
    *([{"rate": rate}] for rate in (float("nan"), float("inf"), -1, 0, 10**400, 1001, "x", None)),
    [{"rate": 5}, {"rate": 5}],
    [RawValue(Payload(metadata={"encoding": b"x" * 1_000}, data=b"["))],
]
"""Arguments of a signal past the gateway, none of which is a rate."""


async def test_nothing_runs_without_a_second_person_and_the_report_names_every_account(shared: SharedServers) -> None:
    """Requested, not approved by the requester, started by hand in vain, approved: three of four are extended."""
    async with choosy_world(shared) as (world, _):
        ids = await standing_accounts(world, 4)
        operations, second = (
            world.operations,
            OperationsGateway(world.engine, "supervisor-1", ActorKind.SUPERVISOR, "1051"),
        )
        counted = await operations.extensions.count(BEFORE, days=None)
        assert (counted.total, counted.already_past, sum(count.accounts for count in counted.counts)) == (4, 0, 4)
        extension = await operations.extensions.request(BEFORE, days=None)
        again = await operations.extensions.request(BEFORE, days=7, request_id=extension.extension_id)
        assert again == extension
        with pytest.raises(NotAllowed):
            await second.extensions.request(BEFORE, days=None)
        for same in ("operator-1", "OPERATOR-1"):
            with pytest.raises(SecondPersonNeeded):
                await OperationsGateway(world.engine, same).extensions.approve(extension.extension_id)
        with pytest.raises(ExtensionNotApproved):
            await operations.extensions.start(extension.extension_id)
        await _started_by_hand_in_vain(world, extension)
        assert (await operations.extensions.status(extension.extension_id)).state is ExtensionState.REQUESTED

        approved = await second.extensions.approve(extension.extension_id)
        assert (approved.approved_by, approved.requested_by) == ("supervisor-1", "operator-1")
        await OperationsGateway(world.engine, "operator-3").extensions.approve(extension.extension_id)
        assert await operations.extensions.status(extension.extension_id) == approved
        await world.handle(ids[0]).terminate()
        await operations.extensions.start(extension.extension_id, 1000)
        report = await _done(world, extension)
        await operations.extensions.start(extension.extension_id, 1000)  # what is done stays done

        assert list(report) == ids
        assert (report[ids[0]].outcome, report[ids[0]].reason) == (ExtensionOutcome.REFUSED, "NotFound")
        for registration_id in ids[1:]:
            item, events = report[registration_id], await world.audit.events(registration_id)
            assert [event.kind for event in events[1:]] == [EventKind.VALIDITY_EXTENDED]
            assert events[1].password_valid_until == item.until > item.valid_until
            assert (item.until.month, item.until.day) == (events[0].at.month, events[0].at.day)
            assert events[1].actor == Actor(ActorKind.OPERATOR, "operator-1")
        status = await operations.extensions.status(extension.extension_id)
        assert (status.state, status.progress) == (ExtensionState.DONE, ExtensionProgress(4, 3, 1, 0))
        other = await operations.extensions.request(BEFORE, days=7)
        listed = await second.extensions.newest()
        assert listed.extensions == (await operations.extensions.status(other.extension_id), status)
        assert listed.more is False

        record = world.audit
        assert (await record.verification.one(ids[1], with_temporal=False)).findings == ()
        await world.sql("update extensions set approved_by = 'operator-2' where id = $1", extension.extension_id)
        findings = (await record.verification.one(ids[1], with_temporal=False)).findings
        assert [finding.kind for finding in findings] == [FindingKind.ACCESS_MISSING]
        await world.sql(
            "update extensions set listed_at = null, approved_by = null, approved_at = null where id = $1",
            extension.extension_id,
        )
        findings = (await record.verification.one(ids[1], with_temporal=False)).findings
        assert [finding.kind for finding in findings] == [FindingKind.ACCESS_MISSING]


async def test_whom_the_days_do_not_help_is_refused_by_the_rules_and_named(shared: SharedServers) -> None:
    """Expired 40 days ago, 30 days more have passed already: the signal leaves an event, the report its reason."""
    async with choosy_world(shared) as (world, _):
        ids = await standing_accounts(world, 2)
        moved = "update registrations set password_valid_until = now() - interval '40 days' where id = $1"
        await world.sql(moved, ids[0])
        assert (await world.operations.extensions.count(BEFORE, days=30)).already_past == 1
        extension = await _approved(world, days=30)
        await world.operations.extensions.start(extension.extension_id, 1000)
        report = await _done(world, extension)
        assert (report[ids[0]].outcome, report[ids[0]].reason) == (ExtensionOutcome.REFUSED, "InvalidInput")
        assert (await world.audit.events(ids[0]))[-1].kind is EventKind.SIGNAL_REFUSED
        assert report[ids[1]].outcome is ExtensionOutcome.EXTENDED


async def test_it_pauses_goes_on_at_another_rate_and_lives_through_new_runs() -> None:
    """At one a second five accounts are a batch; the server suggests a new run behind each."""
    async with configured_world({"limit.historyCount.suggestContinueAsNew": "12"}) as (world, _):
        await standing_accounts(world, 30)
        extension = await _approved(world, days=1)
        assert (await world.operations.extensions.status(extension.extension_id)).state is ExtensionState.APPROVED
        with pytest.raises(ExtensionNotRunning):
            await world.operations.extensions.pause(extension.extension_id)
        await world.operations.extensions.start(extension.extension_id, 1)
        await world.operations.extensions.start(extension.extension_id, 1)
        await eventually(lambda: _extended_at_least(world, extension, 1), within_seconds=DONE_SECONDS)
        await world.operations.extensions.pause(extension.extension_id)
        await eventually(lambda: _is(world, extension, ExtensionState.PAUSED), within_seconds=DONE_SECONDS)
        await eventually(lambda: _rests(world, extension), within_seconds=DONE_SECONDS)
        paused = (await world.operations.extensions.status(extension.extension_id)).progress
        await asyncio.sleep(3)
        status = await world.operations.extensions.status(extension.extension_id)
        assert status.progress == paused
        assert 0 < paused.extended < paused.total == 30
        assert status.rate == 1
        await world.operations.extensions.resume(extension.extension_id, 3)
        await eventually(lambda: _has_rate(world, extension, 3), within_seconds=DONE_SECONDS)
        await world.operations.extensions.resume(extension.extension_id)
        report = await _done(world, extension)
        assert {item.outcome for item in report.values()} == {ExtensionOutcome.EXTENDED}
        first_run = await world.client.get_workflow_handle(extension_workflow_id(extension.extension_id)).describe()
        assert first_run.id == extension_workflow_id(extension.extension_id)
        assert first_run.run_id != first_run.raw_description.workflow_execution_info.first_run_id
        assert len(await world.sql("select * from events")) == 60


async def test_no_signal_past_the_gateway_wedges_an_extension_or_sets_a_rate_that_nobody_can_keep(
    shared: SharedServers,
) -> None:
    """What cannot be read is not followed; a rate must be one that an operator could have given."""
    async with choosy_world(shared) as (world, _):
        await standing_accounts(world, 12)
        extension = await _approved(world, days=1)
        await world.operations.extensions.start(extension.extension_id, 1)
        handle = world.client.get_workflow_handle(extension_workflow_id(extension.extension_id))
        await handle.signal("pause", args=[{"x": "\ud800"}, 2])
        await eventually(lambda: _is(world, extension, ExtensionState.PAUSED), within_seconds=DONE_SECONDS)
        for name in ("resume", "promote", "x" * 900):
            for arguments in HOSTILE:
                await handle.signal(name, args=arguments)
        await eventually(lambda: _is(world, extension, ExtensionState.RUNNING), within_seconds=DONE_SECONDS)
        assert (await world.operations.extensions.status(extension.extension_id)).rate == 1
        await world.operations.extensions.resume(extension.extension_id, 1000)
        report = await _done(world, extension)
        assert {item.outcome for item in report.values()} == {ExtensionOutcome.EXTENDED}


async def test_an_account_that_takes_no_more_signals_holds_up_no_other() -> None:
    """The server limits the signals of one run; such an account stays open."""
    async with configured_world({"history.maximumSignalsPerExecution": "3"}) as (world, _):
        ids = await standing_accounts(world, 3)
        for _ in range(3):
            await world.handle(ids[0]).signal("promote")
        extension = await _approved(world, days=90)
        await world.operations.extensions.start(extension.extension_id, 1000)
        await eventually(lambda: _extended_at_least(world, extension, 2), within_seconds=DONE_SECONDS)
        assert (await world.operations.extensions.status(extension.extension_id)).progress == ExtensionProgress(
            3, 2, 0, 1
        )


async def test_who_does_not_answer_is_asked_again_until_somebody_does(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workflow that no worker serves does not delay the others; ended by hand, the extension may be started again."""
    monkeypatch.setattr("activities.extension._ANSWER_SECONDS", 0.5)
    monkeypatch.setattr("workflows.bulk_extension._NEXT_ROUND", timedelta(seconds=0.5))
    async with choosy_world(shared) as (world, _):
        ids = await standing_accounts(world, 3)
        await world.handle(ids[0]).terminate()
        silent = await world.client.start_workflow(
            "Silent", id=world.handle(ids[0]).id, task_queue="nobody-serves-this-queue"
        )
        extension = await _approved(world, days=90)
        await world.operations.extensions.start(extension.extension_id, 1000)
        await eventually(lambda: _extended_at_least(world, extension, 2), within_seconds=DONE_SECONDS)
        await asyncio.sleep(2)
        running = await world.operations.extensions.status(extension.extension_id)
        assert (running.state, running.progress) == (ExtensionState.RUNNING, ExtensionProgress(3, 2, 0, 1))
        await world.client.get_workflow_handle(extension_workflow_id(extension.extension_id)).terminate()
        assert (await world.operations.extensions.status(extension.extension_id)).state is ExtensionState.STOPPED
        await silent.terminate()
        await world.operations.extensions.start(extension.extension_id, 1000)
        report = await _done(world, extension)
        assert report[ids[0]].reason == "NotFound"
        assert len(await world.sql("select * from events")) == 3 + 2


async def test_what_names_no_extension_is_refused(world: World) -> None:
    for act in (
        world.operations.extensions.status,
        world.operations.extensions.approve,
        world.operations.extensions.start,
        world.operations.extensions.pause,
        world.operations.extensions.resume,
    ):
        with pytest.raises(NoSuchExtension):
            await act(UNKNOWN)
        with pytest.raises(InvalidInput):
            await act("no-uuid")
    with pytest.raises(NoSuchExtension):
        await world.operations.extensions.report(UNKNOWN)


async def test_the_database_itself_refuses_the_same_person(world: World) -> None:
    """A write past the gateway violates the constraint."""
    extension = await world.operations.extensions.request(BEFORE, days=1)
    by = Access(Actor(ActorKind.OPERATOR, "Operator-1"), Operation.OPERATIONS_APPROVE_EXTENSION, AccessOutcome.BEGUN)
    with pytest.raises(asyncpg.CheckViolationError, match="extensions_second_person"):
        await world.engine.extensions.approve(extension.extension_id, by, datetime.now(UTC))


async def _started_by_hand_in_vain(world: World, extension: ExtensionStatus) -> None:
    with pytest.raises(WorkflowFailureError):
        await world.client.execute_workflow(
            EXTENSION_WORKFLOW_TYPE,
            ExtensionRun(extension.extension_id, 1000),
            id=extension_workflow_id(extension.extension_id),
            task_queue=REGISTRATION_QUEUE,
        )
    assert (await world.operations.extensions.status(extension.extension_id)).progress == ExtensionProgress(0, 0, 0, 0)


async def _approved(world: World, *, days: int | None) -> ExtensionStatus:
    extension = await world.operations.extensions.request(BEFORE, days=days)
    return await OperationsGateway(world.engine, "operator-2").extensions.approve(extension.extension_id)


async def _done(world: World, extension: ExtensionStatus) -> Mapping[str, ExtensionItem]:
    await eventually(lambda: _is(world, extension, ExtensionState.DONE), within_seconds=DONE_SECONDS)
    return {
        item.registration_id: item async for item in await world.operations.extensions.report(extension.extension_id)
    }


async def _is(world: World, extension: ExtensionStatus, state: ExtensionState) -> bool:
    return (await world.operations.extensions.status(extension.extension_id)).state is state


async def _rests(world: World, extension: ExtensionStatus) -> bool:
    """Whether a batch that had begun has ended, and the workflow knows it."""
    raw = (
        await world.client.get_workflow_handle(extension_workflow_id(extension.extension_id)).describe()
    ).raw_description
    return not raw.pending_activities and not raw.HasField("pending_workflow_task")


async def _has_rate(world: World, extension: ExtensionStatus, rate: float) -> bool:
    return (await world.operations.extensions.status(extension.extension_id)).rate == rate


async def _extended_at_least(world: World, extension: ExtensionStatus, count: int) -> bool:
    return (await world.operations.extensions.status(extension.extension_id)).progress.extended >= count
