"""A worker killed with SIGKILL before and after the letter about a browser that is new."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from starter.dev.samples import CLIENT_ADDRESS, PASSWORD
from starter.gateway import ClientBrowser, log_ins
from tests.chaos.doom import doomed_worker
from tests.chaos.moments import NOTICE_DEATHS
from tests.support.installation import eventually, installation_on
from tests.support.reconciliation import stop_reconciliation
from tests.support.servers import SharedServers
from tests.workflows.lives import quiet
from worker import running_workers

BROWSERS: Final = [ClientBrowser(letter * 24, "Lynx/2.9.2") for letter in "AB"]
DEATH_WITHIN_SECONDS: Final = 120


async def test_a_letter_about_a_new_browser_survives_its_workers_and_comes_once(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers die; a notice is sent by a pass 30 seconds after its log-in, so the log-ins were a minute ago."""
    monkeypatch.setattr(log_ins, "now", lambda: datetime.now(UTC) - timedelta(minutes=1))
    async with installation_on(shared) as (servers, world):
        await stop_reconciliation(world)
        async with running_workers(world.client, world.settings):
            registration_id, filled = await world.active()
            await quiet(world, registration_id)
            for browser in BROWSERS:
                await world.citizen.authenticate(
                    filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS, browser=browser
                )
        before = len(world.letters(filled["email"]))
        reconciled = asyncio.create_task(world.operations.reconcile())
        for death in NOTICE_DEATHS:
            async with doomed_worker(servers, death) as doomed:
                await doomed.died(within_seconds=DEATH_WITHIN_SECONDS)

        async def is_settled() -> bool:
            rows = await world.sql("select settled_at from log_in_notices where registration_id = $1", registration_id)
            return [row["settled_at"] is not None for row in rows] == [True]

        async with running_workers(world.client, world.settings):
            await eventually(is_settled, within_seconds=60)
            await reconciled
        assert len(world.letters(filled["email"])) == before + 1
