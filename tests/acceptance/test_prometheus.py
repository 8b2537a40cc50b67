"""A real Prometheus reads a running installation: every alert can be computed, every panel has something to show."""

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    SchedulePolicy,
    ScheduleSpec,
)

from settings.telemetry import exporting_runtime
from starter.dev.dashboards import DASHBOARDS, RATE_INTERVAL, Panel
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.temporal_server import TemporalServer
from temporal.client import connect
from tests.support.api import ANSWER_SECONDS
from tests.support.installation import eventually, installation_on
from tests.support.pages import pages_on
from tests.support.prometheus_server import prometheus_on, rules_of
from tests.support.servers import SharedServers
from tests.support.site import TRUSTED_PROXIES
from tests.support.visitors import visitor
from worker import observed_workers

SHOWN_WITHIN_SECONDS: Final = 300
"""Prometheus reads every second here; a busy machine may need a minute for what comes first."""

MISSED: Final = "schedule_missed_catchup_window"
CATCH_UP: Final = timedelta(seconds=10)

ONLY_OF_FAILURES: Final = {
    "Workflow tasks that fail",
    "Requests that Temporal refuses",
    "Since the newest checkpoint",
    "Since the last pass of reconciliation",
    "Histories not archived yet",
}
"""Nothing fails here, there is no folder of checkpoints, and no pass has ended yet when the worker looks."""


async def test_prometheus_computes_every_alert_and_every_panel_has_something_to_show(
    shared: SharedServers, tmp_path: Path
) -> None:
    worker, pages = free_ports(2)
    runtime, exporter = exporting_runtime()
    async with installation_on(shared) as (_, world):
        settings = world.settings.model_copy(update={"admin_address": f"{LOOPBACK}:{worker}"})
        client = await connect(world.addresses.temporal_environment(), runtime=runtime)
        async with (
            observed_workers(client, settings, exporter=exporter),
            pages_on(world, admin_address=f"{LOOPBACK}:{pages}", trusted_proxies=TRUSTED_PROXIES) as site,
            prometheus_on(
                tmp_path,
                {"ugyfelkapu": {"worker": f"{LOOPBACK}:{worker}", "pages": f"{LOOPBACK}:{pages}"}}
                | {"temporal": {"temporal": shared.temporal.metrics_address}},
            ) as prometheus,
        ):
            await _somebody_logs_in(world, str(site.base_url))
            missing: list[str] = []

            async def all_computed() -> bool:
                await site.get("/")  # the time of an answer is a rate, which needs one between two readings
                found = await _missing(prometheus)
                missing[:] = found
                return not found

            try:
                await eventually(all_computed, within_seconds=SHOWN_WITHIN_SECONDS)
            except TimeoutError:
                raise AssertionError(missing) from None
            firing = {rule["name"] for rule in await rules_of(prometheus) if rule["state"] == "firing"}
            assert firing.isdisjoint({"TargetDown", "NotReady", "RecordConflict", "NonDeterminism", "NoPollers"})


async def test_a_start_that_temporal_leaves_out_is_counted_by_the_name_that_the_alert_reads(tmp_path: Path) -> None:
    """A server that was frozen for longer than the catch-up window, of which 10 seconds is the least."""
    temporal = TemporalServer(tmp_path / "temporal", persistent=False)
    await temporal.start()
    try:
        client = await connect({"TEMPORAL_ADDRESS": temporal.address, "TEMPORAL_NAMESPACE": "default"})
        schedule = await client.create_schedule(
            "every-second",
            Schedule(
                action=ScheduleActionStartWorkflow("Nothing", id="nothing", task_queue="of-nobody"),
                spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=1))]),
                policy=SchedulePolicy(catchup_window=CATCH_UP),
            ),
        )

        async def has_begun() -> bool:
            return (await schedule.describe()).info.num_actions > 0

        await eventually(has_begun, within_seconds=SHOWN_WITHIN_SECONDS)
        os.kill(temporal.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(CATCH_UP.total_seconds() + 3)
        finally:
            os.kill(temporal.pid, signal.SIGCONT)
        async with httpx.AsyncClient(base_url=f"http://{temporal.metrics_address}", timeout=ANSWER_SECONDS) as http:

            async def is_counted() -> bool:
                return await _counted(http) > 0

            await eventually(is_counted, within_seconds=SHOWN_WITHIN_SECONDS)
    finally:
        await temporal.kill()


async def _somebody_logs_in(world: World, url: str) -> None:
    """After a wrong password."""
    _, filled = await world.active()
    async with visitor(url) as somebody:
        await somebody.log_in(filled["user_name"], "not the password")
        await somebody.log_in(filled["user_name"])


def _panels() -> list[Panel]:
    return [panel for dashboard in DASHBOARDS for panel in dashboard.panels if panel.title != "What needs attention"]


async def _missing(prometheus: httpx.AsyncClient) -> list[str]:
    """The panels that show nothing, and the alerts that could not be computed, with the reason."""
    empty = [panel.title for panel in _panels() if not await _values(prometheus, panel)]
    return [title for title in empty if title not in ONLY_OF_FAILURES] + [
        f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}"
        for rule in await rules_of(prometheus)
        if rule["health"] != "ok"
    ]


async def _values(prometheus: httpx.AsyncClient, panel: Panel) -> list[Any]:
    """What a panel shows now. Grafana's interval is some of the times between two readings."""
    query = panel.query.replace(RATE_INTERVAL, "5m")
    answer = (await prometheus.get("/api/v1/query", params={"query": query})).json()
    assert answer["status"] == "success", (panel.title, answer)
    return [each for each in answer["data"]["result"] if each["value"][1] != "NaN"]


async def _counted(http: httpx.AsyncClient) -> float:
    """Starts of schedules that Temporal has left out in the namespace `default`, by the name and label of the alert."""
    families = text_string_to_metric_families((await http.get("/metrics")).text)
    samples = [sample for family in families if family.name == MISSED for sample in family.samples]
    return sum(sample.value for sample in samples if sample.labels["namespace"] == "default")
