"""An API killed with SIGKILL between the row and the start of its workflow, and between the start and the answer."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx

from registration.statuses import Status
from starter.dev.child import Child
from starter.dev.installation import SOON_SECONDS
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.samples import CLIENT_ADDRESS, form
from tests.chaos.doom import PLAN, DoomedProcess
from tests.support.api import api_on
from tests.support.installation import Installation, eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.soundness import assert_sound
from worker import running_workers

BEFORE: Final = 3
AFTER: Final = 2
WITHIN_SECONDS: Final = 60
"""Issue 3: from the API's death until each registration runs."""

_ROOT: Final = Path(__file__).parents[2]


async def test_an_api_killed_between_row_and_workflow_loses_no_registration_and_delays_it_by_a_minute_at_most(
    shared: SharedServers,
) -> None:
    """It needs no help; the same request under the same Idempotency-Key gets the same registration."""
    forms = [form() for _ in range(BEFORE + AFTER)]
    async with (
        installation_on(shared) as (servers, world),
        api_on(world) as api,
        running_workers(world.client, world.settings),
    ):
        async with doomed_api(servers) as doomed:
            sent = [_send(doomed, filled, api.bearer()) for filled in forms]
            outcomes = await asyncio.gather(*sent, return_exceptions=True)
        died = time.monotonic()
        assert all(isinstance(outcome, httpx.TransportError) for outcome in outcomes), outcomes
        repeated = await _send(api.url, forms[0], api.bearer())
        assert (repeated.status_code, repeated.headers["retry-after"]) == (409, "2")
        await eventually(lambda: _so_many_wait(servers, BEFORE), within_seconds=SOON_SECONDS)
        left = WITHIN_SECONDS - (time.monotonic() - died)
        await eventually(lambda: _so_many_wait(servers, 0), within_seconds=left)
        for filled in forms:
            answer = await _send(api.url, filled, api.bearer())
            assert answer.status_code == 202, answer.text
            await world.code(filled["email"])
            observed = await assert_sound(world, answer.json()["registration_id"], filled["email"])
            assert observed.stored.status is Status.AWAITING_ACTIVATION
            assert len(observed.letters) == 1


@asynccontextmanager
async def doomed_api(on: Installation) -> AsyncIterator[str]:
    """The URL of an API in a process of its own, which has died at the end."""
    [port] = free_ports(1)
    url = f"http://{LOOPBACK}:{port}"
    child = Child(
        name="The doomed API",
        command=(sys.executable, "-m", "tests.chaos.doomed_api", "api", "--port", str(port)),
        environment={
            **on.environment(),
            "PYTHONPATH": str(_ROOT),
            PLAN: f'{{"before": {BEFORE}, "after": {AFTER}}}',
        },
        log=on.folder / "doomed-api.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
    )

    async def answers() -> bool:
        try:
            async with httpx.AsyncClient() as http:
                return (await http.get(f"{url}/livez")).is_success
        except httpx.TransportError:
            return False

    await child.start(answers)
    try:
        yield url
        await DoomedProcess(child).died()
    finally:
        await child.kill()


async def _send(url: str, filled: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
    """Registers; the same form has the same Idempotency-Key."""
    body = {"form": filled, "client_address": CLIENT_ADDRESS}
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.post(
            f"{url}/v1/registrations", json=body, headers={**headers, "Idempotency-Key": filled["user_name"]}
        )


async def _so_many_wait(servers: Installation, number: int) -> bool:
    """Whether this is the number of rows whose workflow has recorded nothing yet."""
    connection = await asyncpg.connect(servers.addresses.database)
    try:
        waiting: int = await connection.fetchval("select count(*) from registrations where status = 'SUBMITTED'")
    finally:
        await connection.close()
    return waiting == number
