"""The seconds between this machine's clock and the database's, beside a worker's metrics and the API's."""

import asyncio
import re

import aiohttp

from settings.telemetry import CLOCK_METRIC, clock_gauge, runtime_with_metrics
from starter.api.observation import Metrics
from starter.dev.installation import SOON_SECONDS
from starter.dev.ports import free_ports
from temporal.client import connect
from tests.support.servers import SharedServers

_SHOWN = re.compile(rf"^{CLOCK_METRIC}(\{{.*\}})? 12\.5$", re.MULTILINE)


async def test_a_worker_shows_it_beside_temporals_own_metrics(shared: SharedServers) -> None:
    (port,) = free_ports(1)
    address = {"TEMPORAL_ADDRESS": shared.temporal.address}
    client = await connect(address, runtime=runtime_with_metrics(f"127.0.0.1:{port}"))
    clock_gauge(client)(12.5)
    async with asyncio.timeout(SOON_SECONDS), aiohttp.ClientSession() as session:
        while not _SHOWN.search(await _shown(session, port)):  # noqa: ASYNC110  a page sends no event
            await asyncio.sleep(0.1)


async def _shown(session: aiohttp.ClientSession, port: int) -> str:
    async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        return await answer.text()


def test_the_api_shows_it_too() -> None:
    metrics = Metrics()
    metrics.show_clock(12.5)
    assert metrics.registry.get_sample_value(CLOCK_METRIC) == 12.5
