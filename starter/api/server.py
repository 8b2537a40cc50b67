"""Runs the API until it is stopped."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog

from settings.settings import Settings
from settings.telemetry import log_as_json, logging_runtime
from settings.traces import tracing
from settings.trust_ends import watching_ends
from starter.api.app import build
from starter.api.bare_problem import bare_problem
from starter.api.services import check_settings, services_of
from starter.gateway import Engine, LogInHistory, open_engine
from starter.serving.admin_port import serving_admin_port
from starter.serving.connections import Bounds
from starter.serving.forgetting import forgetting
from starter.serving.server import collect_rarely, serving, stop_signal
from temporal.api_key import following_api_key
from temporal.client import connect
from temporal.task_queues import watching_queues

_log = structlog.get_logger()


@asynccontextmanager
async def running_api(
    settings: Settings, engine: Engine, address: str, bounds: Bounds | None = None
) -> AsyncIterator[str]:
    """The API at `host:port` as long as the context lasts, and its URL; leaving it finishes what is under way.

    Port 0 is any free one. Raises `SettingsError`.
    """
    services = await services_of(settings, engine)
    await services.tokens.can_be_verified()  # so that an issuer who does not answer is in the log from the first second
    async with (
        following_api_key(engine.client),
        serving_admin_port(settings.admin_address, engine.metrics, services.metrics, services.health.readiness),
        watching_queues(engine.client, engine.metrics),
        watching_ends(settings, os.environ, engine.metrics),
        serving(build(services), address, "api_address", bare_problem, bounds) as url,
        forgetting(services.idempotency, LogInHistory(engine)),
    ):
        yield url


async def run(settings: Settings, temporal: Mapping[str, str], address: str) -> None:
    """Runs until SIGTERM or Ctrl-C. Raises `SettingsError`, `CannotStart`, `Unavailable`."""
    await check_settings(settings)
    log_as_json()
    stop = stop_signal()
    async with tracing("ugyfelkapu-api"):
        # Lazy: log-in answers while Temporal is away (principle 10).
        client = await connect(temporal, runtime=logging_runtime(), lazy=True)
        async with open_engine(settings, client, "api") as engine, running_api(settings, engine, address) as url:
            collect_rarely()
            _log.info("listening", url=url)
            await stop.wait()
