"""`ugyfelkapu admin reset` and `roll-forward`, as an operator types them."""

import asyncio
from pathlib import Path

from temporalio.client import WorkflowExecutionStatus

from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from tests.acceptance.command_line import CommandLine, Outcome
from tests.support.accounts import variables_of
from tests.support.installation import eventually
from tests.support.verifying import found_of
from tests.workflows.lives import bring, quiet, run_id, to_deadline


async def test_an_operator_lets_a_terminated_registration_go_on(world: World, tmp_path: Path) -> None:
    """What was signalled behind its last task is left out where the operator says so; the act is on record."""
    registration_id, filled = await bring(world, Status.TEMPORARY)

    async def terminal(*arguments: str, command: str = "reset") -> Outcome:
        line = CommandLine(tmp_path, variables_of(world))
        return await asyncio.to_thread(line, "admin", command, *arguments)

    (await terminal(registration_id)).refused(1, "was not cut off")
    (await terminal("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")).refused(1, "no such registration")
    cut_off = await run_id(world, registration_id)
    await world.handle(registration_id).terminate("by hand")

    async def is_over() -> bool:
        return (await world.handle(registration_id).describe()).status is WorkflowExecutionStatus.TERMINATED

    await eventually(is_over, within_seconds=SOON_SECONDS)
    reset = (await terminal(filled["user_name"], "--without-signals", "--json")).data
    assert (reset["registration_id"], reset["cut_off_run_id"]) == (registration_id, cut_off)
    assert reset["run_id"] == await run_id(world, registration_id)
    assert reset["sequence"] == 2
    await to_deadline(world, registration_id, Status.LAPSED)
    await quiet(world, registration_id)
    assert await found_of(world, registration_id) == []
    rolled = (await terminal("--json", command="roll-forward")).data
    assert rolled.keys() == {"registrations", "events", "erased", "conflicts"}
    page = await world.audit.accesses_about(registration_id)
    listed = [(entry.operation, entry.outcome, entry.refusal, entry.detail) for entry in page.entries]
    assert ("operations.reset", "REFUSED", "NotCutOff", None) in listed
    assert ("operations.reset", "BEGUN", None, "without signals") in listed
