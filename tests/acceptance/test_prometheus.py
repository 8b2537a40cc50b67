"""A real Prometheus reads a running installation: every alert can be computed, every panel has something to show."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from settings.telemetry import exporting_runtime
from starter.dev.dashboards import DASHBOARDS, RATE_INTERVAL, Panel
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, free_ports
from temporal.client import connect
from tests.support.api import ANSWER_SECONDS
from tests.support.installation import eventually, installation_on
from tests.support.pages import pages_on
from tests.support.prometheus import RULES, program
from tests.support.servers import SharedServers
from tests.support.site import TRUSTED_PROXIES
from tests.support.visitors import visitor
from worker import observed_workers

SHOWN_WITHIN_SECONDS: Final = 300
"""Prometheus reads every second here; a busy machine may need a minute for what comes first."""

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
            _prometheus(tmp_path, worker=worker, pages=pages) as prometheus,
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
            firing = {rule["name"] for rule in await _rules(prometheus) if rule["state"] == "firing"}
            assert firing.isdisjoint({"TargetDown", "NotReady", "RecordConflict", "NonDeterminism", "NoPollers"})


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
        for rule in await _rules(prometheus)
        if rule["health"] != "ok"
    ]


async def _values(prometheus: httpx.AsyncClient, panel: Panel) -> list[Any]:
    """What a panel shows now. Grafana's interval is some of the times between two readings."""
    query = panel.query.replace(RATE_INTERVAL, "5m")
    answer = (await prometheus.get("/api/v1/query", params={"query": query})).json()
    assert answer["status"] == "success", (panel.title, answer)
    return [each for each in answer["data"]["result"] if each["value"][1] != "NaN"]


async def _rules(prometheus: httpx.AsyncClient) -> list[dict[str, Any]]:
    groups = (await prometheus.get("/api/v1/rules")).json()["data"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


@asynccontextmanager
async def _prometheus(folder: Path, **targets: int) -> AsyncIterator[httpx.AsyncClient]:
    """A server of its own that reads these admin ports, with our rules."""
    [port] = free_ports(1)
    jobs = [{"targets": [f"{LOOPBACK}:{number}"], "labels": {"process": name}} for name, number in targets.items()]
    config = {
        "global": {"scrape_interval": "2s", "evaluation_interval": "2s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [{"job_name": "ugyfelkapu", "static_configs": jobs}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        program("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        "--log.level=error",
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", timeout=ANSWER_SECONDS) as http:

            async def is_there() -> bool:
                try:
                    return (await http.get("/-/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(is_there, within_seconds=SHOWN_WITHIN_SECONDS)
            yield http
    finally:
        process.terminate()
        async with asyncio.timeout(ANSWER_SECONDS):
            await process.wait()
