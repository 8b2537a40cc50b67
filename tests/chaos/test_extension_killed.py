"""A bulk extension of very many accounts whose worker is killed with SIGKILL twice on the way."""

import os
from typing import Final

from tests.chaos.doom import doomed_worker, healthy_worker
from tests.chaos.extended import assert_each_extended_once, connected, extended, is_done, started
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers

ACCOUNTS: Final = int(os.environ.get("EXTENDED_ACCOUNTS", "300"))
"""`make extension` takes 10,000: minutes of both cores, most of them the servers'."""

RATE: Final = 1000
"""As fast as the machine can."""

DEATH: Final = {"record:spared": ACCOUNTS // 4, "record:before": 5, "record:after": 5}
"""After a quarter of the accounts, in the midst of a batch; ten registrations are held, half of them recorded."""

ENDS_WITHIN_SECONDS: Final = 180 + ACCOUNTS // 10
"""On a busy machine."""


async def test_a_bulk_extension_killed_twice_extends_every_account_exactly_once(shared: SharedServers) -> None:
    """Every account is extended once, none is missed, and the report names all of them."""
    async with installation_on(shared) as (servers, world), connected(servers) as connection:
        extension = await started(world, ACCOUNTS, RATE)
        for death in (1, 2):
            async with doomed_worker(servers, DEATH) as doomed:
                await doomed.died(within_seconds=ENDS_WITHIN_SECONDS)
            # Not all of a quarter: the spared are counted as they begin, and some of them record again what is recorded
            # already.
            assert death * ACCOUNTS // 5 <= await extended(connection) < ACCOUNTS
        async with healthy_worker(servers):
            await eventually(lambda: is_done(world, extension), within_seconds=ENDS_WITHIN_SECONDS)
        await assert_each_extended_once(world, connection, extension, ACCOUNTS)
