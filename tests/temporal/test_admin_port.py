"""The worker's admin port, on a real server: alive, ready, metrics."""

import asyncio
import time
from typing import Final

import pytest
from structlog.testing import capture_logs

from settings.settings import Settings
from settings.telemetry import exporting_runtime
from starter.dev.installation import private_folder
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.temporal_server import TemporalServer
from store.readiness import DatabaseReadiness
from temporal import admin_port
from temporal.admin_port import serving_admin_port
from temporal.client import connect
from temporal.preparation import prepare_temporal
from tests.support.servers import SharedServers

THERE: Final = DatabaseReadiness(database=True, migrated=True, writable=True, seal_key=True)
AWAY: Final = DatabaseReadiness(database=False, migrated=False, writable=False, seal_key=False)


async def _there() -> DatabaseReadiness:
    return THERE


async def _away() -> DatabaseReadiness:
    return AWAY


async def _ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 15)
    writer.close()
    await writer.wait_closed()
    return answer


async def _get(port: int, path: str) -> bytes:
    return await _ask(port, f"GET {path} HTTP/1.1\r\nHost: worker\r\n\r\n".encode())


async def test_it_is_ready_while_temporal_answers_and_alive_all_the_time() -> None:
    """Without any current version, too: it is started before its build is made current."""
    with private_folder() as folder:
        server = TemporalServer(folder)
        await server.start()
        try:
            runtime, exporter = exporting_runtime()
            client = await connect({"TEMPORAL_ADDRESS": server.address}, runtime=runtime)
            (port,) = free_ports(1)
            async with serving_admin_port(f"{LOOPBACK}:{port}", client, _there, exporter):
                assert (await _get(port, "/readyz")).startswith(b"HTTP/1.1 503 "), "there is no namespace yet"
                await prepare_temporal(client, Settings.model_construct(checkpoint_folder=None))
                assert (await _get(port, "/readyz")).startswith(b"HTTP/1.1 200 OK\r\n")
                assert b"temporal_request" in await _get(port, "/metrics")
                await server.kill()
                with capture_logs() as lines:
                    assert (await _get(port, "/readyz")).startswith(b"HTTP/1.1 503 ")
                assert [(line["database"], line["temporal"]) for line in lines] == [(True, False)]
                assert (await _get(port, "/livez")).startswith(b"HTTP/1.1 200 OK\r\n")
                assert (await _ask(port, b"x" * 100_000)).startswith(b"HTTP/1.0 400 ")
        finally:
            await server.kill()


async def test_it_is_not_ready_without_its_database(shared: SharedServers) -> None:
    address = {"TEMPORAL_ADDRESS": shared.temporal.address, "TEMPORAL_NAMESPACE": "template"}
    client = await connect(address)
    (port,) = free_ports(1)
    async with serving_admin_port(f"{LOOPBACK}:{port}", client, _away, f"{LOOPBACK}:1"):
        with capture_logs() as lines:
            assert (await _get(port, "/readyz")).startswith(b"HTTP/1.1 503 ")
        assert [(line["database"], line["temporal"]) for line in lines] == [(False, True)]
        assert (await _get(port, "/metrics")).startswith(b"HTTP/1.1 503 "), "nothing exports there"


async def test_whoever_sends_no_whole_request_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_port, "_REQUEST_SECONDS", 0.5)
    client = await connect({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, lazy=True)
    (port,) = free_ports(1)
    async with serving_admin_port(f"{LOOPBACK}:{port}", client, _there, None):
        for half in (b"", b"GET /livez HTTP/1.1\r\nHost: wor"):
            began = time.monotonic()
            assert await _ask(port, half) == b""
            assert time.monotonic() - began < 30
