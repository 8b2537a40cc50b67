"""Workers that run and get no tasks: Temporal is silent, so metric, night page and doctor name it until healed."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
import yaml

from registration import queue_health
from registration.sentences import ENGLISH
from registration.statuses import Status
from registration.system_health import HealthCheck, HealthCheckName, HealthReason, HealthState
from starter.api.server import running_api
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.samples import form
from starter.gateway.doctor import examined
from temporal import task_queues
from tests.support.api import ANSWER_SECONDS, LOCALHOST
from tests.support.builds import make_current
from tests.support.installation import eventually, installation_on
from tests.support.prometheus import OBSERVABILITY
from tests.support.prometheus_server import prometheus_on, rules_of
from tests.support.servers import SharedServers
from worker import running_workers

QUEUE: Final = HealthCheckName.REGISTRATION_QUEUE
SOON_SECONDS: Final = 60
"""Both stalls are named within a minute."""

Metric = Callable[[], Awaitable[float | None]]

REAL_CLOCKS: Final = os.environ.get("STALL_CLOCKS") == "real"
"""`make stalls`: the intervals of an installation, and of Prometheus as deploy/observability has them."""

SCRAPED_EVERY: Final = (
    yaml.safe_load((OBSERVABILITY / "prometheus.yml").read_text(encoding="utf-8"))["global"]["scrape_interval"]
    if REAL_CLOCKS
    else "1s"
)
FIRES_SECONDS: Final = 300


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same looks and the same bounds, in a fraction of the time."""
    if not REAL_CLOCKS:
        monkeypatch.setattr(task_queues, "_EVERY_SECONDS", 0.2)
        monkeypatch.setattr(queue_health, "WAITS_AT_MOST", queue_health.WAITS_AT_MOST / 15)
        monkeypatch.setattr(queue_health, "GONE_AFTER", queue_health.GONE_AFTER / 15)


async def test_a_build_that_is_not_current_gets_no_tasks_and_is_named_until_it_is_made_current(
    shared: SharedServers, tmp_path: Path
) -> None:
    build = f"build-{uuid4()}"
    async with (
        installation_on(shared) as (_, world),
        _metric(world) as (metric, address),
        prometheus_on(tmp_path, {"ugyfelkapu": {"api": address}}, interval=SCRAPED_EVERY) as prometheus,
    ):
        settings = world.settings.model_copy(update={"build_id": build})
        async with running_workers(world.client, settings):
            await _alerted(prometheus, _named(world, metric, HealthReason.NO_CURRENT_VERSION, "set-current-version"))
            registration_id = await world.register(form())
            await make_current(world, build)
            await _well(world, metric)
            await world.until(registration_id, Status.AWAITING_ACTIVATION, within_seconds=SOON_SECONDS)
            assert (await _night_page(world)).name == build


async def test_workers_without_a_build_get_no_tasks_once_a_version_is_current_and_are_named_until_it_is_not(
    shared: SharedServers, tmp_path: Path
) -> None:
    build = f"build-{uuid4()}"
    async with (
        installation_on(shared) as (_, world),
        _metric(world) as (metric, address),
        prometheus_on(tmp_path, {"ugyfelkapu": {"api": address}}, interval=SCRAPED_EVERY) as prometheus,
    ):
        async with running_workers(world.client, world.settings.model_copy(update={"build_id": build})):
            await make_current(world, build)
            await _well(world, metric)
        async with running_workers(world.client, world.settings):
            registration_id = await world.register(form())
            await _alerted(prometheus, _named(world, metric, HealthReason.OTHER_VERSION, "--unversioned"))
            await make_current(world, "")
            await _well(world, metric)
            await world.until(registration_id, Status.AWAITING_ACTIVATION, within_seconds=SOON_SECONDS)


async def test_without_any_worker_all_queues_are_named(shared: SharedServers) -> None:
    async with installation_on(shared) as (_, world), _metric(world) as (metric, _):
        await _named(world, metric, HealthReason.NO_WORKER, "ugyfelkapu worker")
        found = {check.check: check for check in (await world.operations.system_health()).checks}
        queues = (QUEUE, HealthCheckName.LETTERS_QUEUE, HealthCheckName.CHECKPOINTS_QUEUE)
        assert {found[queue].reason for queue in queues} == {HealthReason.NO_WORKER}


async def _alerted(prometheus: httpx.AsyncClient, named: Coroutine[Any, Any, None]) -> None:
    """The alert fires, and what is to be named is named; the seconds since the stall began are printed."""
    began = time.monotonic()

    async def is_firing() -> bool:
        [rule] = [rule for rule in await rules_of(prometheus) if rule["name"] == "QueueStalled"]
        firing = [alert for alert in rule["alerts"] if alert["state"] == "firing"]
        return QUEUE in {alert["labels"]["check"] for alert in firing}

    async def seconds(what: Awaitable[None]) -> float:
        await what
        return time.monotonic() - began

    by_doctor, by_alert = await asyncio.gather(
        seconds(named), seconds(eventually(is_firing, within_seconds=FIRES_SECONDS))
    )
    print(f"named by doctor and metric after {by_doctor:.1f} s, alert after {by_alert:.1f} s")  # noqa: T201  measured
    assert not REAL_CLOCKS or max(by_doctor, by_alert) <= SOON_SECONDS


async def _named(world: World, metric: Metric, reason: HealthReason, words: str) -> None:
    """The metric, the night page and the doctor have it, and the doctor says what to do."""

    async def on_the_night_page() -> bool:
        return (await _night_page(world)).reason is reason

    async def in_the_metrics() -> bool:
        return await metric() == 1

    await eventually(on_the_night_page, within_seconds=SOON_SECONDS)
    await eventually(in_the_metrics, within_seconds=SOON_SECONDS)
    found, advice, is_well = await _doctor(world)
    assert (found.state, found.reason, is_well) == (HealthState.ALERT, reason, False)
    assert advice
    assert words in advice


async def _well(world: World, metric: Metric) -> None:
    async def everywhere() -> bool:
        night_page, (found, advice, _) = await _night_page(world), await _doctor(world)
        states = {night_page.state, found.state}
        return states == {HealthState.WELL} and advice is None and await metric() == 0

    await eventually(everywhere, within_seconds=SOON_SECONDS)


async def _night_page(world: World) -> HealthCheck:
    checks = (await world.operations.system_health()).checks
    return next(check for check in checks if check.check is QUEUE)


async def _doctor(world: World) -> tuple[HealthCheck, str | None, bool]:
    async def no_mail() -> str | None:
        return None

    health = await examined(world.settings, world.addresses.temporal_environment(), no_mail, ENGLISH)
    diagnosis = next(each for each in health.diagnoses if each.found.check is QUEUE)
    return diagnosis.found, diagnosis.advice, health.is_well


@asynccontextmanager
async def _metric(world: World) -> AsyncIterator[tuple[Metric, str]]:
    """Reads the queue's metric at the admin port of an API, which needs no token; and the address of that port."""
    [port] = free_ports(1)
    settings = world.settings.model_copy(update={"admin_address": f"{LOOPBACK}:{port}"})
    async with (
        running_api(settings, world.engine, LOCALHOST),
        httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", timeout=ANSWER_SECONDS) as http,
    ):

        async def value() -> float | None:
            text = (await http.get("/metrics")).text
            start = f'ugyfelkapu_degraded{{check="{QUEUE}"}} '
            lines = [line for line in text.splitlines() if line.startswith(start)]
            return float(lines[0].removeprefix(start)) if lines else None

        yield value, f"{LOOPBACK}:{port}"
