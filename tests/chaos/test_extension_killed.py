"""A bulk extension of very many accounts whose worker is killed with SIGKILL twice on the way."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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

ACCOUNTS: Final = int(os.environ.get("EXTENDED_ACCOUNTS", "1000"))
"""`make extension` takes 10,000: minutes of both cores, most of them the servers'."""

DAYS: Final = 91
RATE: Final = 1000
"""As fast as the machine can."""

DEATH: Final = {"record:spared": ACCOUNTS // 4, "record:before": 5, "record:after": 5}
"""After a quarter of the accounts, in the midst of a batch; ten registrations are held, half of them recorded."""

ENDS_WITHIN_SECONDS: Final = 120 + ACCOUNTS // 20
"""On a busy machine."""


@pytest.mark.timeout(3 * ENDS_WITHIN_SECONDS)
async def test_a_bulk_extension_killed_twice_extends_every_account_exactly_once() -> None:
    """Every account is extended once, none is missed, and the report names all of them."""
    async with installation() as (servers, world), connected(servers) as connection:
        await world.client.get_schedule_handle(RECONCILIATION_ID).pause()  # it compares what is recorded, row by row
        await standing_accounts(world, ACCOUNTS)
        extension = await _started(world)
        for death in (1, 2):
            async with doomed_worker(servers, DEATH) as doomed:
                await doomed.died(within_seconds=ENDS_WITHIN_SECONDS)
            assert death * ACCOUNTS // 4 <= await _extended(connection) < ACCOUNTS
        async with healthy_worker(servers):
            await eventually(lambda: _is_done(world, extension), within_seconds=ENDS_WITHIN_SECONDS)
        report = {item.registration_id: item async for item in world.operations.extension_report(extension.id)}
        assert len(report) == ACCOUNTS
        assert {item.outcome for item in report.values()} == {ExtensionOutcome.EXTENDED}
        await _every_account_was_extended_once(connection)
        for row in await connection.fetch("select id, password_valid_until from registrations"):
            item = report[str(row["id"])]
            assert row["password_valid_until"] == item.until == item.valid_until + timedelta(days=DAYS)


@asynccontextmanager
async def connected(servers: Installation) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A look at the bare rows."""
    connection = await asyncpg.connect(servers.addresses.database)
    try:
        yield connection
    finally:
        await connection.close()


async def _started(world: World) -> Extension:
    before = datetime.now(UTC) + timedelta(days=1000)
    extension = await world.operations.request_extension(before, days=DAYS)
    await OperationsGateway(world.gateway, "operator-2").approve_extension(extension.id)
    await world.operations.start_extension(extension.id, RATE)
    return extension


async def _extended(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    return int(await connection.fetchval("select count(*) from events where kind = 'VALIDITY_EXTENDED'"))


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
