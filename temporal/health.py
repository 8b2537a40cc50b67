"""The worker's health check: `GET /healthz` answers 200 while Temporal can be reached."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from temporalio.client import Client
from temporalio.service import RPCError

from settings.addresses import listening
from settings.rules import BrokenRule, SettingRule, SettingsError

_REQUEST_SECONDS: Final = 5
"""A probe sends one short request at once; a slower connection is closed."""

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

    async def answer(_request: web.Request) -> web.Response:
        healthy = await _is_healthy(client)
        response = web.Response(text="ok\n") if healthy else web.Response(status=503, text="no Temporal\n")
        response.force_close()
        return response

    application = web.Application()
    application.router.add_get("/healthz", answer)
    runner = web.AppRunner(
        application,
        access_log=None,
        keepalive_timeout=_REQUEST_SECONDS,
        shutdown_timeout=_ANSWERS_WITHIN_SECONDS,
    )
    await runner.setup()
    try:
        host, port = listening(address)
        try:
            await web.TCPSite(runner, host or None, port).start()
        except OSError:
            raise SettingsError("health_address", BrokenRule(SettingRule.OCCUPIED, address=address)) from None
        yield
    finally:
        await runner.cleanup()


async def _is_healthy(client: Client) -> bool:
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
            return await client.service_client.check_health()
    except (RPCError, TimeoutError):
        return False
