"""The seconds between this machine's clock and the database's, beside a worker's metrics and the API's."""

import asyncio
import math
import re

import aiohttp

from settings.telemetry import CLOCK_METRIC, DEGRADED_METRIC, clock_gauge, degraded_gauge, exporting_runtime
from starter.dev.installation import SOON_SECONDS
from starter.serving.metrics import Metrics
from temporal.client import connect
from tests.support.servers import SharedServers

_SHOWN = re.compile(rf"^{CLOCK_METRIC}(\{{.*\}})? 12\.5$", re.MULTILINE)


async def test_a_worker_shows_it_beside_temporals_own_metrics(shared: SharedServers) -> None:
    runtime, exporter = exporting_runtime()
    client = await connect({"TEMPORAL_ADDRESS": shared.temporal.address}, runtime=runtime)
    clock_gauge(client)(12.5)
    show = degraded_gauge(client)
    show("SOUND", 0)
    show("SICK", 1)
    show("UNKNOWN", math.nan)
    async with asyncio.timeout(SOON_SECONDS), aiohttp.ClientSession() as session:
        while not _SHOWN.search(shown := await _shown(session, exporter)):  # noqa: ASYNC110  a page sends no event
            await asyncio.sleep(0.1)
    values = dict(re.findall(rf'^{DEGRADED_METRIC}\{{.*check="(\w+)".*\}} (\S+)$', shown, re.MULTILINE))
    assert values == {"SOUND": "0", "SICK": "1", "UNKNOWN": "NaN"}


async def _shown(session: aiohttp.ClientSession, exporter: str) -> str:
    async with session.get(f"http://{exporter}/metrics") as answer:
        return await answer.text()


def test_the_api_shows_it_too() -> None:
    metrics = Metrics()
    metrics.show_clock(12.5)
    assert metrics.registry.get_sample_value(CLOCK_METRIC) == 12.5
