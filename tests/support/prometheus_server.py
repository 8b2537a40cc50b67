"""A real Prometheus with our rules, for a test that looks at what it finds."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from starter.dev.ports import LOOPBACK, free_ports
from tests.support.api import ANSWER_SECONDS
from tests.support.installation import eventually
from tests.support.prometheus import RULES, program

_READY_WITHIN_SECONDS: Final = 300


@asynccontextmanager
async def prometheus_on(
    folder: Path, jobs: Mapping[str, Mapping[str, str]], *, interval: str = "2s"
) -> AsyncIterator[httpx.AsyncClient]:
    """A server of its own, which reads the addresses of each job, by process, and computes our alerts that often."""
    [port] = free_ports(1)
    config = {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [str(RULES)],
        "scrape_configs": [
            {
                "job_name": job,
                "static_configs": [
                    {"targets": [address], "labels": {"process": process}} for process, address in targets.items()
                ],
            }
            for job, targets in jobs.items()
        ],
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

            await eventually(is_there, within_seconds=_READY_WITHIN_SECONDS)
            yield http
    finally:
        process.terminate()
        async with asyncio.timeout(ANSWER_SECONDS):
            await process.wait()


async def rules_of(prometheus: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Our alerts as it has computed them last."""
    groups = (await prometheus.get("/api/v1/rules")).json()["data"]["groups"]
    return [rule for group in groups for rule in group["rules"]]
