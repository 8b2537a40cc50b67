"""A worker killed with SIGKILL before and after the effect of what keeps the record, compares it, and extends."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import UpdateActivityOptionsRequest

from activities import names
from registration.archiving import RunCounts
from registration.extensions import ExtensionOutcome, ExtensionState
from registration.record import EventKind
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from starter.gateway import CheckpointAnswer, OperationsGateway
from tests.chaos.doom import doomed_worker
from tests.chaos.moments import DEATHS, LIFE_MOMENTS, NOTICE_DEATHS, PASS_MOMENTS
from tests.support.archiving import archive_pass
from tests.support.installation import Installation, eventually, installation_on
from tests.support.reconciliation import stop_reconciliation
from tests.support.servers import SharedServers
from worker import running_workers

LOST: Final = Duration(seconds=2)
"""A lost attempt is given up after minutes without a heartbeat; the test shortens that, as an operator could."""

DEATH_WITHIN_SECONDS: Final = 120
"""The second look of a comparison comes after a minute."""

ACCOUNTS: Final = 4
DAYS: Final = 91
AUDITOR: Final = "auditor@example.org"


def test_every_activity_dies_before_and_after_its_effect() -> None:
    """A new activity needs its deaths here, too."""
    plans = (LIFE_MOMENTS, PASS_MOMENTS, *NOTICE_DEATHS, *DEATHS)
    died = {tuple(moment.split(":")) for plan in plans for moment in plan}
    activities = {
        value for name, value in vars(names).items() if name.isupper() and isinstance(value, str) and value.islower()
    }
    assert {(name, moment) for name in activities for moment in ("before", "after")} <= died


async def test_checkpoints_archive_comparison_and_extension_survive_their_workers(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Five workers die. Then each checkpoint exists once, and every account is extended once."""
    checkpoints, archive = tmp_path / "checkpoints", tmp_path / "archive"
    for setting, folder in (("CHECKPOINT_FOLDER", checkpoints), ("ARCHIVE_FOLDER", archive)):
        folder.mkdir()
        monkeypatch.setenv(f"UGYFELKAPU_{setting}", str(folder))
    monkeypatch.setenv("UGYFELKAPU_AUDITORS", AUDITOR)
    async with installation_on(shared) as (servers, world):
        await stop_reconciliation(world)
        finished, disagreeing = await _prepared(world)
        compared = asyncio.create_task(world.operations.reconcile())
        await _dies(servers, world, DEATHS[0])
        record = world.audit
        made = [asyncio.create_task(record.checkpoints.make()) for _ in range(2)]
        kept = asyncio.create_task(archive_pass(world))
        extension = await world.operations.extensions.request(datetime.now(UTC) + timedelta(days=1000), days=DAYS)
        await OperationsGateway(world.engine, "operator-2").extensions.approve(extension.extension_id)
        await world.operations.extensions.start(extension.extension_id, 1000)
        for death in DEATHS[1:]:
            await _dies(servers, world, death)
        async with running_workers(world.client, world.settings):
            assert [each.registration_id for each in (await compared).disagreements] == [disagreeing]
            await world.sql("update registrations set status = 'ACTIVE' where id = $1", disagreeing)
            await _stand_once(await asyncio.gather(*made), checkpoints, world)
            assert (await kept).runs == RunCounts(stored=0, known=1)  # the worker before has kept it, and died
            assert await asyncio.to_thread(lambda: list(archive.glob(f"*/{finished}/*")))
            await eventually(lambda: _is_done(world, extension.extension_id), within_seconds=60)
            report = [item async for item in await world.operations.extensions.report(extension.extension_id)]
            assert [item.outcome for item in report] == [ExtensionOutcome.EXTENDED] * ACCOUNTS
            for item in report:
                kinds = [event.kind for event in await world.audit.events(item.registration_id)]
                assert kinds.count(EventKind.VALIDITY_EXTENDED) == 1
            verification = record.verification.everything(lambda _: None)
            assert [finding async for finding in verification.findings] == []


async def _prepared(world: World) -> tuple[str, str]:
    """Accounts, a registration that has ended, and one whose row the database's owner has changed."""
    async with running_workers(world.client, world.settings):
        lives = [registration_id for registration_id, _ in [await world.active() for _ in range(ACCOUNTS + 2)]]
        await world.desk.close(lives[0], EVIDENCE)
        await asyncio.wait_for(world.handle(lives[0]).result(), 60)
    await world.sql("update registrations set status = 'INACTIVE', recorded_at = now() where id = $1", lives[1])
    return lives[0], lives[1]


async def _dies(servers: Installation, world: World, plan: dict[str, int]) -> None:
    async with doomed_worker(servers, plan) as doomed:
        await doomed.died(within_seconds=DEATH_WITHIN_SECONDS)
    async for found in world.client.list_workflows("ExecutionStatus = 'Running'"):
        pending = (await world.client.get_workflow_handle(found.id).describe()).raw_description.pending_activities
        for activity in pending:
            await world.client.workflow_service.update_activity_options(
                UpdateActivityOptionsRequest(
                    namespace=world.client.namespace,
                    execution=WorkflowExecution(workflow_id=found.id),
                    id=activity.activity_id,
                    activity_options=ActivityOptions(heartbeat_timeout=LOST),
                    update_mask=FieldMask(paths=["heartbeat_timeout"]),
                )
            )


async def _stand_once(made: Sequence[CheckpointAnswer], folder: Path, world: World) -> None:
    """Each order has one checkpoint, and the auditor the same letter however often it was sent."""
    assert sorted(each.number for each in made) == [1, 2]
    assert len(await asyncio.to_thread(lambda: list(folder.glob("*.json")))) == 2
    letters = {str(letter["Message-ID"]): str(letter["Subject"]) for letter in world.letters(AUDITOR)}
    assert len(letters) == len(set(letters.values())) == 2


async def _is_done(world: World, extension_id: str) -> bool:
    return (await world.operations.extensions.status(extension_id)).state is ExtensionState.DONE
