"""A bulk extension of 10,000 accounts whose worker is killed with SIGKILL twice on the way."""

from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg
import pytest

from registration.extensions import Extension, ExtensionOutcome, ExtensionState
from registration.names import RECONCILIATION_ID
from starter.gateway import OperationsGateway
from tests.chaos.doom import doomed_worker, healthy_worker
from tests.support.installation import Installation, eventually, installation
from tests.support.standing import standing_accounts
from tests.support.world import World

ACCOUNTS: Final = 10_000
DAYS: Final = 91
RATE: Final = 1000
"""As fast as the machine can."""

DEATH: Final = {"record:spared": 3000, "record:before": 5, "record:after": 5}
"""After 3,000 accounts more, in the midst of a batch; ten registrations are held, half of them recorded."""

ENDS_WITHIN_SECONDS: Final = 240


@pytest.mark.timeout(420)
async def test_a_bulk_extension_killed_twice_extends_every_account_exactly_once() -> None:
    """Every account is extended once, none is missed, and the report names all of them."""
    async with installation() as (servers, world):
        await world.client.get_schedule_handle(RECONCILIATION_ID).pause()  # it compares what is recorded, row by row
        await standing_accounts(world, ACCOUNTS)
        extension = await _started(world)
        for _ in range(2):
            await _die_on_the_way(servers, world, extension)
        async with healthy_worker(servers):
            await eventually(lambda: _is_done(world, extension), within_seconds=ENDS_WITHIN_SECONDS)
        report = {item.registration_id: item async for item in world.operations.extension_report(extension.id)}
        assert len(report) == ACCOUNTS
        assert {item.outcome for item in report.values()} == {ExtensionOutcome.EXTENDED}
        connection = await asyncpg.connect(servers.addresses.database)
        try:
            await _every_account_was_extended_once(connection)
            for row in await connection.fetch("select id, password_valid_until from registrations"):
                item = report[str(row["id"])]
                assert row["password_valid_until"] == item.until == item.valid_until + timedelta(days=DAYS)
        finally:
            await connection.close()


async def _started(world: World) -> Extension:
    before = datetime.now(UTC) + timedelta(days=1000)
    extension = await world.operations.request_extension(before, days=DAYS)
    await OperationsGateway(world.gateway, "operator-2").approve_extension(extension.id)
    await world.operations.start_extension(extension.id, RATE)
    return extension


async def _die_on_the_way(servers: Installation, world: World, extension: Extension) -> None:
    """A worker takes over, and is killed before all is done."""
    before = (await world.operations.extension(extension.id)).progress
    async with doomed_worker(servers, DEATH) as doomed:
        await doomed.died(within_seconds=ENDS_WITHIN_SECONDS)
    after = (await world.operations.extension(extension.id)).progress
    assert before.extended < after.extended < after.total == ACCOUNTS


async def _is_done(world: World, extension: Extension) -> bool:
    return (await world.operations.extension(extension.id)).state is ExtensionState.DONE


async def _every_account_was_extended_once(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Behind its first event each account has one more, chained to it, and nothing else."""
    rows = await connection.fetch(
        """select registration_id, array_agg(kind order by sequence) kinds, array_agg(hash order by sequence) hashes,
                  array_agg(previous_hash order by sequence) previous
           from events group by registration_id"""
    )
    assert len(rows) == ACCOUNTS
    for row in rows:
        assert row["kinds"] == ["REGISTRATION_IMPORTED", "VALIDITY_EXTENDED"]
        assert row["previous"][1] == row["hashes"][0]
