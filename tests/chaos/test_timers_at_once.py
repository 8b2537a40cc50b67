"""Thousands of passwords expire in one moment, as they do where an older system gave all of them the same end."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse

from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import form
from starter.dev.standing import standing_accounts
from temporal.pace import of_each
from tests.chaos.doom import healthy_worker
from tests.support.installation import eventually, installation_on
from tests.support.reconciliation import stop_reconciliation
from tests.support.servers import SharedServers

TIMERS: Final = int(os.environ.get("FIRING_TIMERS", "300"))
"""`make timers` takes 10,000: minutes of both cores. So many as here take about half a minute on two free cores."""

ENDS_WITHIN_SECONDS: Final = 180 + TIMERS // 4
"""Of each step; some 40 accounts a second on two cores, a tenth of it under load."""

AT_ONCE: Final = 50
"""Accounts whose time is skipped together."""

VALID: Final = timedelta(hours=3)
"""Longer than the opening takes; reminders are due before, so the expiry is the next timer."""

BEFORE: Final = timedelta(seconds=3)
"""Skipped up to here: without a worker no time is skipped beyond a timer that has fired."""

FIRST_TASK: Final = 5
"""Events: started, the first task, and its timer."""

VERIFIED: Final = 20
"""Registrations that are verified whole; each is compared with its history."""


@pytest.mark.timeout(4 * ENDS_WITHIN_SECONDS)
async def test_timers_that_fired_at_once_are_all_followed_once(shared: SharedServers) -> None:
    """All fire while no worker is there, and each account expires once, at its moment.

    Who registers meanwhile is accepted at once, and gets a code.
    """
    async with installation_on(shared) as (servers, world):
        await stop_reconciliation(world)  # it compares what is recorded, row by row
        moment = datetime.now(UTC).replace(microsecond=0) + VALID
        ids = await standing_accounts(world, TIMERS, until=moment)
        async with healthy_worker(servers):
            await eventually(lambda: _are_waiting(world, ids), within_seconds=ENDS_WITHIN_SECONDS)
        await _fire(world, ids, moment)
        assert await _expired(world) == 0
        async with healthy_worker(servers):
            filled = form()
            await world.register(filled)
            await eventually(lambda: _are_all(world), within_seconds=ENDS_WITHIN_SECONDS)
            await eventually(lambda: _has_come(world, filled["email"]), within_seconds=ENDS_WITHIN_SECONDS)
            answer = await world.redeem(filled, await world.code(filled["email"]))
            assert answer.status is Status.TEMPORARY
        rows = await world.sql(
            """select registration_id, array_agg(kind order by sequence) kinds, max(at) at
               from events where registration_id = any($1::uuid[]) group by registration_id""",
            ids,
        )
        assert len(rows) == TIMERS
        expected = (EventKind.REGISTRATION_IMPORTED, EventKind.PASSWORD_EXPIRED)
        assert {tuple(row["kinds"]) for row in rows} == {expected}
        assert min(row["at"] for row in rows) >= moment
        ends = await world.sql("select distinct deadline from registrations where id = any($1::uuid[])", ids)
        assert [row["deadline"] for row in ends] == [moment + timedelta(days=60)]
        record = world.audit
        for one in ids[:: max(1, TIMERS // VERIFIED)]:
            assert (await record.verification.one(one, with_temporal=False)).findings == ()


async def _fire(world: World, ids: list[str], moment: datetime) -> None:
    """Lets the time of all pass to their expiry, until each has fired and waits for a worker."""
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        await of_each(ids, lambda one: world.forward_to(one, moment - BEFORE), at_once=AT_ONCE)
    await eventually(lambda: _have_a_task(world, ids), within_seconds=ENDS_WITHIN_SECONDS)


async def _have_a_task(world: World, ids: list[str]) -> bool:
    for registration_id in reversed(ids):
        described = (await world.handle(registration_id).describe()).raw_description
        if not described.HasField("pending_workflow_task"):
            return False
    return True


async def _are_waiting(world: World, ids: list[str]) -> bool:
    """Whether every workflow has had its first task, and sets its timer."""
    for registration_id in reversed(ids):
        described = (await world.handle(registration_id).describe()).raw_description
        if described.workflow_execution_info.history_length < FIRST_TASK or _is_busy(described):
            return False
    return True


def _is_busy(described: DescribeWorkflowExecutionResponse) -> bool:
    return described.HasField("pending_workflow_task") or bool(described.pending_activities)


async def _has_come(world: World, address: str) -> bool:
    return bool(world.letters(address))


async def _are_all(world: World) -> bool:
    return await _expired(world) == TIMERS


async def _expired(world: World) -> int:
    found = await world.sql("select count(*) from registrations where status = $1", Status.PASSWORD_EXPIRED)
    return int(found[0]["count"])
