"""An operator resets or terminates a registration's workflow by mistake, with Temporal's own command.

The table of docs/restore.md is what this run has found (`make drills` writes it).
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from temporalio.client import WorkflowExecutionStatus

from registration.names import workflow_id
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from tests.support.drills import NOTHING, assert_documented, disagreements, kinds
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.verifying import found, found_of
from tests.workflows.lives import bring, quiet, to_deadline
from worker import running_workers

HEADER: Final = ("by mistake", "`audit verify --all`", "`admin reconcile`", "the operator", "verify then")
WITHIN_SECONDS: Final = 120
RESET: Final = "`temporal workflow reset`"
TERMINATED: Final = "`temporal workflow terminate`"
REPAIR: Final = "`ugyfelkapu admin reset ID`"


async def test_a_registration_that_was_reset_or_terminated_by_mistake_goes_on(shared: SharedServers) -> None:
    """Nothing of its record is changed, and its deadline comes as it was announced."""
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        (reset, _), (terminated, _) = await asyncio.gather(*(bring(world, Status.ACTIVE) for _ in range(2)))
        names = {RESET: reset, TERMINATED: terminated}
        await world.desk.disclose(reset, EVIDENCE)
        await asyncio.gather(*(quiet(world, one) for one in names.values()))
        before = {one: await world.audit.events(one) for one in names.values()}
        await _temporal(world, "reset", reset, "--type", "FirstWorkflowTask")
        await _temporal(world, "terminate", terminated)
        await eventually(lambda: _is_in_conflict(world, reset), within_seconds=WITHIN_SECONDS)
        await eventually(lambda: _is_terminated(world, terminated), within_seconds=WITHIN_SECONDS)
        first = await found(world)
        differing = await disagreements(world)
        for one in names.values():
            await world.operations.reset(one)
            await quiet(world, one)
        then = await found(world)
        assert before == {one: await world.audit.events(one) for one in names.values()}
        assert await found_of(world, terminated) == []
        # The run that was begun by mistake has decided otherwise, which stays true.
        assert {finding.kind for finding in await found_of(world, reset)} == {"HISTORY_DIFFERS"}
        for one in names.values():
            await to_deadline(world, one, Status.PASSWORD_EXPIRED)
    rows = [
        (mistake, kinds(first, {one}), differing.get(one, NOTHING), REPAIR, kinds(then, {one}))
        for mistake, one in names.items()
    ]
    assert_documented("mistakes", HEADER, rows)


async def _temporal(world: World, verb: str, registration_id: str, *options: str) -> None:
    """Temporal's command, as an operator would type it."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("temporal")),
        *("workflow", verb, "--workflow-id", workflow_id(registration_id), "--reason", "by mistake", *options),
        *("--address", world.addresses.temporal, "--namespace", world.addresses.namespace),
        *("--disable-config-file", "--disable-config-env", "--env-file", os.devnull),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, error = await process.communicate()
    assert process.returncode == 0, error.decode()


async def _is_in_conflict(world: World, registration_id: str) -> bool:
    described = await world.handle(registration_id).describe()
    failures = [one.last_failure for one in described.raw_description.pending_activities]
    return any(one.application_failure_info.type == "RecordConflict" for one in failures)


async def _is_terminated(world: World, registration_id: str) -> bool:
    return (await world.handle(registration_id).describe()).status is WorkflowExecutionStatus.TERMINATED
