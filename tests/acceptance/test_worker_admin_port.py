"""A worker process at its admin port: ready before its build is current, and degraded until then, within a minute."""

import asyncio
import json
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx

from starter.dev.ports import LOOPBACK, free_ports
from tests.acceptance.command_line import command, environment_of
from tests.support.accounts import variables_of
from tests.support.api import ANSWER_SECONDS
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers

SOON_SECONDS: Final = 90
"""The start of a Python on a busy machine, and the two looks of 15 seconds that the log waits for."""


async def test_a_worker_whose_build_is_not_current_is_ready_and_degraded_and_its_log_says_so(
    shared: SharedServers, tmp_path: Path
) -> None:
    [port] = free_ports(1)
    log = tmp_path / "worker.log"
    async with installation_on(shared) as (_, world):
        own = {"UGYFELKAPU_ADMIN_ADDRESS": str(port), "UGYFELKAPU_BUILD_ID": f"build-{uuid4()}"}
        variables = environment_of(**variables_of(world) | own)
        with log.open("wb") as errors:
            worker = await asyncio.create_subprocess_exec(
                *command("worker"), env=variables, cwd=tmp_path, stderr=errors
            )
        try:
            async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", timeout=ANSWER_SECONDS) as http:

                async def is_ready() -> bool:
                    try:
                        return (await http.get("/readyz")).status_code == 200
                    except httpx.TransportError:
                        return False

                async def is_degraded() -> bool:
                    lines = (await http.get("/metrics")).text.splitlines()
                    own = [line for line in lines if line.startswith("ugyfelkapu_degraded{")]
                    return any('check="REGISTRATION_QUEUE"' in line and line.endswith(" 1.0") for line in own)

                async def is_logged() -> bool:
                    lines = [
                        json.loads(line) for line in log.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()
                    ]
                    return "NO_CURRENT_VERSION" in {line.get("reason") for line in lines}

                async def has_looked() -> bool:
                    shown = (await http.get("/metrics")).text
                    return "\nugyfelkapu_overdue_deadlines 0.0\n" in shown and '{status="LAPSED"} 0.0\n' in shown

                for holds in (is_ready, is_degraded, is_logged, has_looked):
                    await eventually(holds, within_seconds=SOON_SECONDS)
                assert (await http.get("/livez")).status_code == 200
                assert "temporal_" in (await http.get("/metrics")).text
        finally:
            worker.terminate()
            async with asyncio.timeout(SOON_SECONDS):
                assert await worker.wait() == 0
