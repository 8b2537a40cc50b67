"""The worker's health check: `GET /healthz` answers 200 while Temporal can be reached."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from temporalio.client import Client
from temporalio.service import RPCError

from settings.addresses import listening
from settings.rules import BrokenRule, SettingRule, SettingsError

_REQUEST_SECONDS: Final = 5
"""A probe sends one short request, and takes one short answer; a slower connection is closed."""

_ANSWERS_WITHIN_SECONDS: Final = 3
"""A frozen server does not refuse; one that takes longer than this counts as unreachable."""


@asynccontextmanager
async def serve_health(address: str | None, client: Client) -> AsyncIterator[None]:
    """Serves the check at `host:port` as long as the context lasts; without an address does nothing.

    Raises `SettingsError`.
    """
    if address is None:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_REQUEST_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
            healthy = await _is_healthy(client)
            async with asyncio.timeout(_REQUEST_SECONDS):
                status, body = ("200 OK", b"ok\n") if healthy else ("503 Service Unavailable", b"no Temporal\n")
                head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    host, port = listening(address)
    try:
        server = await asyncio.start_server(answer, host, port)
    except OSError:
        raise SettingsError("health_address", BrokenRule(SettingRule.OCCUPIED, address=address)) from None
    async with server:
        yield


async def _is_healthy(client: Client) -> bool:
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
            return await client.service_client.check_health()
    except (RPCError, TimeoutError):
        return False
