"""Thousands of passwords expire in one moment, as they do where an older system gave all of them the same end."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from registration.names import RECONCILIATION_ID
from registration.record import EventKind
from registration.statuses import Status
from starter.gateway import RecordGateway
from tests.chaos.doom import healthy_worker
from tests.support.installation import eventually, installation
from tests.support.standing import standing_accounts
from tests.support.world import EVIDENCE, World

TIMERS: Final = int(os.environ.get("FIRING_TIMERS", "500"))
"""`make timers` takes 10,000: minutes of both cores. So many as here take about half a minute with their opening."""

OPENED_WITHIN: Final = timedelta(seconds=15 + TIMERS / 40)
"""By then every account is open and its timer set, on a busy machine too: they expire afterwards, in real time."""

EXPIRED_WITHIN_SECONDS: Final = 120 + TIMERS // 10
"""Some 40 a second on two cores, fewer under load."""

VERIFIED: Final = 20
"""Registrations that are verified whole; each is compared with its history."""


@pytest.mark.timeout(2 * EXPIRED_WITHIN_SECONDS + 4 * OPENED_WITHIN.total_seconds())
async def test_timers_that_fire_at_once_are_all_followed_once_and_hold_up_nobody_for_long() -> None:
    """Each account expires once, at its moment; a client who comes meanwhile is served."""
    async with installation() as (servers, world):
        await world.client.get_schedule_handle(RECONCILIATION_ID).pause()  # it compares what is recorded, row by row
        async with healthy_worker(servers):
            moment = datetime.now(UTC).replace(microsecond=0) + OPENED_WITHIN
            ids = await standing_accounts(world, TIMERS, until=moment)
            await eventually(lambda: _are_set(world, ids), within_seconds=EXPIRED_WITHIN_SECONDS)
            assert datetime.now(UTC) < moment, "OPENED_WITHIN is too short for this machine"
            await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())
            async with asyncio.timeout(EXPIRED_WITHIN_SECONDS):
                registration_id, _ = await world.active()
                await world.desk.disclose(registration_id, EVIDENCE)
            await eventually(lambda: _expired(world), within_seconds=EXPIRED_WITHIN_SECONDS)
            rows = await world.sql(
                """select registration_id, array_agg(kind order by sequence) kinds, max(at) at
                   from events where registration_id = any($1::uuid[]) group by registration_id""",
                ids,
            )
            assert len(rows) == TIMERS
            expected = [EventKind.REGISTRATION_IMPORTED, EventKind.PASSWORD_EXPIRED]
            assert {tuple(row["kinds"]) for row in rows} == {tuple(expected)}
            assert min(row["at"] for row in rows) >= moment
            ends = await world.sql("select distinct deadline from registrations where id = any($1::uuid[])", ids)
            assert [row["deadline"] for row in ends] == [moment + timedelta(days=60)]
            record = RecordGateway(world.gateway)
            for one in ids[:: max(1, TIMERS // VERIFIED)]:
                assert (await record.verify(one, with_temporal=False))[1] == []


async def _are_set(world: World, ids: list[str]) -> bool:
    """Whether every workflow waits: the last to be started have had their first task."""
    for registration_id in ids[-50:]:
        described = (await world.handle(registration_id).describe()).raw_description
        if described.workflow_execution_info.history_length < 5 or described.HasField("pending_workflow_task"):
            return False
    return True


async def _expired(world: World) -> bool:
    found = await world.sql("select count(*) from registrations where status = $1", Status.PASSWORD_EXPIRED)
    return bool(found[0]["count"] == TIMERS)
