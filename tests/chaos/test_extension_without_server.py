"""A bulk extension whose Temporal server is killed with SIGKILL on the way and restarted on its file."""

import asyncio
import time
from typing import Final

from tests.chaos.doom import healthy_worker
from tests.chaos.extended import assert_each_extended_once, connected, extended, is_done, started
from tests.support.installation import eventually, installation

ACCOUNTS: Final = 200
RATE: Final = 30
"""Two batches; the first takes 5 s at the least."""

KILLED_AFTER: Final = ACCOUNTS // 2
"""Accounts with their event by then: in the midst of the first batch."""

AWAY_SECONDS: Final = 1

ENDS_WITHIN_SECONDS: Final = 120
"""What an activity has to report and cannot is missed after 10 s; where a registration records, after 30 s."""


async def test_a_bulk_extension_whose_server_is_killed_extends_every_account_exactly_once() -> None:
    """Signals without an answer, a batch and recordings under way: none is lost, none has its effect twice."""
    async with installation(temporal_dies=True) as (servers, world), connected(servers) as connection:
        extension = await started(world, ACCOUNTS, RATE)

        async def is_under_way() -> bool:
            return await extended(connection) >= KILLED_AFTER

        async with healthy_worker(servers):
            await eventually(is_under_way, within_seconds=ENDS_WITHIN_SECONDS)
            await servers.temporal.kill()
            killed, done_before = time.monotonic(), await extended(connection)
            assert done_before < ACCOUNTS
            await asyncio.sleep(AWAY_SECONDS)
            await servers.temporal.start()
            await eventually(lambda: is_done(world, extension), within_seconds=ENDS_WITHIN_SECONDS)
            print(  # noqa: T201  the measured figures
                f"{done_before} of {ACCOUNTS} extended at the kill; "
                f"all had their outcome {time.monotonic() - killed:.0f} s after it"
            )
        await assert_each_extended_once(world, connection, extension, ACCOUNTS)
