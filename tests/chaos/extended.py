"""A bulk extension of existing accounts, and checks of its rows afterwards, whatever was killed meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from registration.extension_answers import ExtensionStatus
from registration.extensions import ExtensionOutcome, ExtensionState
from starter.dev.installation import World
from starter.dev.standing import standing_accounts
from starter.gateway import OperationsGateway
from tests.support.installation import Installation
from tests.support.reconciliation import stop_reconciliation

_DAYS: Final = 91


@asynccontextmanager
async def connected(servers: Installation) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A connection for reading the rows themselves."""
    connection = await asyncpg.connect(servers.addresses.database)
    try:
        yield connection
    finally:
        await connection.close()


async def started(world: World, accounts: int, rate: float) -> ExtensionStatus:
    """An approved extension for so many accounts, all that there are; it begins with the first worker."""
    await stop_reconciliation(world)  # it compares what is recorded, row by row
    await standing_accounts(world, accounts)
    before = datetime.now(UTC) + timedelta(days=1000)
    extension = await world.operations.extensions.request(before, days=_DAYS)
    await OperationsGateway(world.engine, "operator-2").extensions.approve(extension.extension_id)
    await world.operations.extensions.start(extension.extension_id, rate)
    return extension


async def extended(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    """How many accounts have their event."""
    return int(await connection.fetchval("select count(*) from events where kind = 'VALIDITY_EXTENDED'"))


async def is_done(world: World, extension: ExtensionStatus) -> bool:
    """Whether every account has its outcome."""
    return (await world.operations.extensions.status(extension.extension_id)).state is ExtensionState.DONE


async def assert_each_extended_once(
    world: World, connection: "asyncpg.Connection[asyncpg.Record]", extension: ExtensionStatus, accounts: int
) -> None:
    """The report names every account, each extended by the days; each has the one event more, chained to its first."""
    report = {
        item.registration_id: item async for item in await world.operations.extensions.report(extension.extension_id)
    }
    assert len(report) == accounts
    assert {item.outcome for item in report.values()} == {ExtensionOutcome.EXTENDED}
    rows = await connection.fetch(
        """select registration_id, array_agg(kind order by sequence) kinds, array_agg(hash order by sequence) hashes,
                  array_agg(previous_hash order by sequence) previous
           from events group by registration_id"""
    )
    assert len(rows) == accounts
    for row in rows:
        assert row["kinds"] == ["REGISTRATION_IMPORTED", "VALIDITY_EXTENDED"]
        assert row["previous"][1] == row["hashes"][0]
    for row in await connection.fetch("select id, password_valid_until from registrations"):
        item = report[str(row["id"])]
        assert row["password_valid_until"] == item.until == item.valid_until + timedelta(days=_DAYS)
