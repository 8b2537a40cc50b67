"""The worker's health check over HTTP, on a real server."""

import asyncio
import time

import pytest

from starter.dev.installation import private_folder
from starter.dev.ports import free_ports
from starter.dev.temporal_server import TemporalServer
from temporal import health
from temporal.client import connect
from temporal.health import serve_health


async def _ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 15)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_it_answers_200_while_temporal_answers_and_503_when_it_is_gone() -> None:
    """`GET /healthz` follows Temporal."""
    with private_folder() as folder:
        server = TemporalServer(folder)
        await server.start()
        try:
            client = await connect({"TEMPORAL_ADDRESS": server.address})
            (port,) = free_ports(1)
            async with serve_health(f"127.0.0.1:{port}", client):
                request = b"GET /healthz HTTP/1.1\r\nHost: worker\r\n\r\n"
                assert (await _ask(port, request)).startswith(b"HTTP/1.1 200 OK\r\n")
                await server.kill()
                assert (await _ask(port, request)).startswith(b"HTTP/1.1 503 ")
                assert (await _ask(port, b"x" * 100_000)).startswith(b"HTTP/1.0 400 ")
        finally:
            await server.kill()


async def test_whoever_sends_no_whole_request_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_REQUEST_SECONDS", 0.5)
    client = await connect({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, lazy=True)
    (port,) = free_ports(1)
    async with serve_health(f"127.0.0.1:{port}", client):
        for half in (b"", b"GET /healthz HTTP/1.1\r\nHost: wor"):
            began = time.monotonic()
            assert await _ask(port, half) == b""
            assert time.monotonic() - began < 5
