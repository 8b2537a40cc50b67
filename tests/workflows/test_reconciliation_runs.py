"""A run of reconciliation goes on for an hour: thousands of closed runs in retention, not half a million."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Final

import pytest
from temporalio.client import ScheduleActionExecutionStartWorkflow, WorkflowExecutionStatus
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from registration.names import RECONCILIATION_ID
from registration.reconciliation import PASS_EVERY, Findings
from registration.statuses import Status
from registration.system_health import HealthCheck, HealthCheckName, HealthState
from starter.dev.installation import SOON_SECONDS, World
from tests.support.installation import eventually, installation_on
from tests.support.reconciliation import passes
from tests.support.servers import SharedServers
from tests.workflows.lives import bring
from worker import running_workers
from workflows import reconciliation

RUN: Final = timedelta(minutes=10)
"""Instead of an hour, so that it is 40 passes. Half of it is enough to compare a row of its beginning twice."""

SETTLED: Final = timedelta(minutes=2)
"""So old is a row when it is compared."""

DONE_SECONDS: Final = 300


async def test_a_scheduled_run_makes_many_passes_shows_what_it_finds_and_is_followed_by_the_next(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What disagrees is seen while the run goes on, without a worker, and after its end."""
    monkeypatch.setattr(reconciliation, "PASSES_FOR", RUN)
    async with installation_on(shared) as (_, world):
        async with running_workers(world.client, world.settings):
            planted, _ = await bring(world, Status.TEMPORARY)
            schedule = world.client.get_schedule_handle(RECONCILIATION_ID)
            await schedule.trigger()
            workflow_id, run_id = await _first_run(world)
            await eventually(lambda: _has_begun_to_compare(world), within_seconds=SOON_SECONDS)
            [changed] = await world.sql(
                "update registrations set status = 'ACTIVE', recorded_at = now() where id = $1 returning recorded_at",
                planted,
            )
            skipper = TimeSkipper(world.client, config=TimeSkippingConfig(enabled=False))
            run = world.client.get_workflow_handle(workflow_id, run_id=run_id, result_type=Findings)
            await skipper.fast_forward(run, RUN / 2)

            async def is_shown() -> bool:
                return (await _found(world, HealthCheckName.DISAGREEMENTS)).registrations == (planted,)

            await eventually(is_shown, within_seconds=SOON_SECONDS)
            assert (await run.describe()).status is WorkflowExecutionStatus.RUNNING
            last = await _found(world, HealthCheckName.RECONCILIATION)
            assert last.at
            assert last.state is HealthState.WELL
            await skipper.fast_forward(run, RUN)
            findings = await asyncio.wait_for(run.result(), DONE_SECONDS)
            assert [each.registration_id for each in findings.disagreements] == [planted]
            assert await is_shown()
            done = await passes(world)
            assert done.number >= RUN / PASS_EVERY
            first, *spans = done.compared
            assert first.until <= changed["recorded_at"], "only a later look can have found it"
            assert spans[0].since == first.until - SETTLED, "of what was new to the first one, nothing is missed"
            assert all(later.since == earlier.until for earlier, later in pairwise(spans)), "each row once"
            assert all(span.until - span.since >= timedelta(minutes=1) for span in spans)
            assert spans[-1].until == findings.checked_until - SETTLED

            async def goes_on() -> bool:
                actions = (await schedule.describe()).info.recent_actions
                return len(actions) >= 2

            await eventually(goes_on, within_seconds=SOON_SECONDS)
        history = await run.fetch_history()
        size = sum(event.ByteSize() for event in history.events)
        print(f"{done.number} passes: {len(history.events)} events, {size} bytes")  # noqa: T201  the measured figures


async def _first_run(world: World) -> tuple[str, str]:
    schedule = world.client.get_schedule_handle(RECONCILIATION_ID)

    async def has_begun() -> bool:
        return bool((await schedule.describe()).info.recent_actions)

    await eventually(has_begun, within_seconds=SOON_SECONDS)
    action = (await schedule.describe()).info.recent_actions[0].action
    assert isinstance(action, ScheduleActionExecutionStartWorkflow)
    return action.workflow_id, action.first_execution_run_id


async def _has_begun_to_compare(world: World) -> bool:
    return bool((await passes(world)).compared)


async def _found(world: World, check: HealthCheckName) -> HealthCheck:
    return next(each for each in (await world.operations.system_health()).checks if each.check is check)
