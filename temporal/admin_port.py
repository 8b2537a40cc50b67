"""The worker's admin port: `/livez`, `/readyz` and `/metrics`, for operators alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, web
from temporalio.client import Client

from registration.errors import Unavailable
from settings.addresses import listening
from settings.metrics import CONTENT_TYPE, READY, Metrics
from settings.setting_rules import BrokenRule, SettingRule, SettingsError
from settings.start_problems import CannotStart
from store.readiness import DatabaseReadiness
from temporal.client import check_namespace

_log = structlog.get_logger()

_REQUEST_SECONDS: Final = 5
"""A probe sends one short request at once; a slower connection is closed."""

_ANSWERS_WITHIN_SECONDS: Final = 3
"""A frozen server does not refuse; one that takes longer than this counts as unreachable."""


@asynccontextmanager
async def serving_admin_port(
    address: str | None,
    client: Client,
    database: Callable[[], Awaitable[DatabaseReadiness]],
    exporter: str | None,
    own: Metrics,
) -> AsyncIterator[None]:
    """Serves at `host:port` as long as the context lasts; without an address does nothing.

    Ready is a worker whose database and Temporal answer, also before its build is current. `exporter` is the address of
    Temporal's metrics, which are passed on with our `own`. Raises `SettingsError`.
    """
    if address is None:
        yield
        return

    async def alive(_request: web.Request) -> web.Response:
        return _last(web.Response(text="ok\n"))

    async def look() -> tuple[DatabaseReadiness, bool]:
        return await asyncio.gather(database(), _is_there(client))

    async def ready(_request: web.Request) -> web.Response:
        stored, temporal = await look()
        if stored.is_ready and temporal:
            return _last(web.Response(text="ok\n"))
        _log.warning("not_ready", **asdict(stored), temporal=temporal)
        return _last(web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text="not ready\n"))

    async def metrics(_request: web.Request) -> web.Response:
        stored, temporal = await look()
        own.set(READY, float(stored.is_ready and temporal))
        try:
            async with (
                ClientSession(timeout=ClientTimeout(_ANSWERS_WITHIN_SECONDS)) as http,
                http.get(f"http://{exporter}/metrics") as found,
            ):
                text = await found.read() + own.text()
                return _last(web.Response(body=text, headers={"Content-Type": CONTENT_TYPE}))
        except (ClientError, TimeoutError):
            return _last(web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE))

    application = web.Application()
    application.router.add_get("/livez", alive)
    application.router.add_get("/readyz", ready)
    application.router.add_get("/metrics", metrics)
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
            await web.TCPSite(runner, host, port).start()
        except OSError:
            raise SettingsError("admin_address", BrokenRule(SettingRule.OCCUPIED, address=address)) from None
        yield
    finally:
        await runner.cleanup()


def _last(response: web.Response) -> web.Response:
    """The last answer on its connection."""
    response.force_close()
    return response


async def _is_there(client: Client) -> bool:
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
            await check_namespace(client)
    except (CannotStart, Unavailable, RuntimeError, TimeoutError):
        return False
    return True
