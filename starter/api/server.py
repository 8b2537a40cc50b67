"""Runs the API with uvicorn, until it is told to stop."""

import asyncio
import resource
import signal
import socket
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Final

import structlog
import uvicorn

from settings.addresses import listening
from settings.rules import BrokenRule, SettingRule, SettingsError
from settings.settings import Settings
from settings.telemetry import log_as_json, runtime_with_metrics
from starter.api.app import build
from starter.api.connections import Bounds, Connections
from starter.api.services import check_settings, services_of
from starter.gateway import Engine, IdempotencyGateway, open_engine
from temporal.client import connect

_log = structlog.get_logger()

_GRACE_SECONDS: Final = 30
"""Longer than any answer takes: what is under way is finished."""

_FORGET_EVERY_SECONDS: Final = 60
_BACKLOG: Final = 2048
"""Connections that the system holds until they are accepted."""

_ACCEPTED_AT_ONCE: Final = 100
"""Connections that asyncio accepts before it looks at any of them, or tries to while descriptors are out."""

_OTHER_DESCRIPTORS: Final = 256
"""For PostgreSQL, Temporal, files and processes, and for connections accepted at once before one too many is closed."""


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs it."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """For uvicorn there is one number for the system's queue and for what asyncio accepts at once."""
        await super().startup(sockets)
        for listening_socket in sockets or ():
            listening_socket.listen(_BACKLOG)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@asynccontextmanager
async def running_api(
    settings: Settings, engine: Engine, address: str, bounds: Bounds | None = None
) -> AsyncIterator[str]:
    """The API at `host:port` as long as the context lasts, and its URL; leaving it finishes what is under way.

    Port 0 is any free one. Raises `SettingsError`.
    """
    bounds = bounds or _affordable(Bounds())
    services = await services_of(settings, engine)
    await services.tokens.can_be_verified()  # so that an issuer who does not answer is in the log from the first second
    with _listening(address) as at:
        config = uvicorn.Config(
            build(services),
            http=Connections(bounds).protocol,
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,  # a client's address comes in the body, from a portal that is trusted
            server_header=False,
            backlog=_ACCEPTED_AT_ONCE,
            timeout_keep_alive=bounds.idle,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[at]))
        forgetting = asyncio.create_task(_forget_old_requests(services.idempotency))
        try:
            yield _url(at)
        finally:
            server.should_exit = True
            forgetting.cancel()
            await serving


async def run(settings: Settings, temporal: Mapping[str, str], address: str) -> None:
    """Runs until SIGTERM or Ctrl-C. Raises `SettingsError`, `CannotStart`, `Unavailable`."""
    await check_settings(settings)
    log_as_json()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Lazy: log-in answers while Temporal is away (principle 10).
    client = await connect(temporal, runtime=runtime_with_metrics(None), lazy=True)
    async with open_engine(settings, client, "api") as engine, running_api(settings, engine, address) as url:
        _log.info("listening", url=url)
        await stop.wait()


async def _forget_old_requests(requests: IdempotencyGateway) -> None:
    while True:
        try:
            await requests.forget_old()
        except Exception as failure:  # noqa: BLE001  such as a database not yet prepared: the next turn may succeed
            _log.warning("old_requests_stay", error=type(failure).__name__)
        await asyncio.sleep(_FORGET_EVERY_SECONDS)


def _affordable(bounds: Bounds) -> Bounds:
    """As many connections as the process may have descriptors for, once it has asked the system for enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = bounds.connections + _OTHER_DESCRIPTORS
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return bounds
    granted = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
    if granted == wanted:
        return bounds
    fewer = max(granted - _OTHER_DESCRIPTORS, granted // 4)
    _log.warning("few_descriptors", descriptors=granted, connections=fewer)
    return replace(bounds, connections=fewer)


@contextmanager
def _listening(address: str) -> Generator[socket.socket, None, None]:
    try:
        place = listening(address)
        family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        server = socket.create_server(place, family=family, backlog=_BACKLOG)
    except BrokenRule as broken:
        raise SettingsError("api_address", broken) from None
    except OSError:
        raise SettingsError("api_address", BrokenRule(SettingRule.OCCUPIED, address=address)) from None
    with server:
        yield server


def _url(server: socket.socket) -> str:
    host, port = server.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
