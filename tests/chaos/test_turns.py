"""Who comes alone does not wait behind the many who came before: a fair server gives each key of runs its turn."""

from typing import Final

import pytest

from registration.statuses import Status
from starter.dev.samples import account, form
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan
from tests.chaos.doom import healthy_worker
from tests.support.installation import eventually, installation_on
from tests.support.reconciliation import stop_reconciliation
from tests.support.servers import SharedServers

IMPORTED: Final = 200
WITHIN_SECONDS: Final = 180


@pytest.mark.timeout(4 * WITHIN_SECONDS)
async def test_who_registers_does_not_wait_behind_an_import(shared: SharedServers) -> None:
    """All wait for a worker, the import first; the registration is opened before half of the import."""
    async with installation_on(shared) as (servers, world):
        await stop_reconciliation(world)  # it would record rows, too
        importing = AccountImport(world.engine, "operator-1", ImportPlan("older"))
        for batch in importing.batches(CsvLine(number, account()) for number in range(2, IMPORTED + 2)):
            assert (await importing.take(batch)).started == len(batch)
        filled = form()
        registration_id = await world.register(filled)
        async with healthy_worker(servers):

            async def all_recorded() -> bool:
                [row] = await world.sql("select count(*) from registrations where status <> $1", Status.SUBMITTED)
                return int(row["count"]) == IMPORTED + 1

            await eventually(all_recorded, within_seconds=WITHIN_SECONDS)
        [row] = await world.sql(
            "select count(*) from registrations every join registrations one on every.recorded_at < one.recorded_at"
            " where one.id = $1",
            registration_id,
        )
        assert row["count"] < IMPORTED / 2
