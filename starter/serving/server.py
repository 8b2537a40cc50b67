"""Serves an application with uvicorn on an address of its own, and ends it gracefully."""

import asyncio
import gc
import resource
import signal
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from settings.addresses import listening
from settings.setting_rules import BrokenRule, SettingRule, SettingsError
from starter.serving.bare_answers import BareAnswers
from starter.serving.connections import Bounds, Connections

_log = structlog.get_logger()

_GRACE_SECONDS: Final = 30
"""Longer than any answer takes: what is under way is finished."""

_BACKLOG: Final = 2048
"""Connections that the system holds until they are accepted."""

_ACCEPTED_AT_ONCE: Final = 100
"""Connections that asyncio accepts before it looks at any of them, or tries to while descriptors are out.

uvloop accepts one at a time (measured with 0.23)."""

_OTHER_DESCRIPTORS: Final = 256
"""For PostgreSQL, Temporal, files and processes, and for connections accepted at once before one too many is closed."""


_COLLECTED_AFTER: Final = 50_000
"""Objects, a few megabytes, between collections of garbage; Python's own number is 700."""


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
async def serving(
    app: ASGIApp, address: str, setting: str, answers: BareAnswers, bounds: Bounds | None = None
) -> AsyncIterator[str]:
    """An application at `host:port` as long as the context lasts, and its URL; leaving it finishes what is under way.

    Port 0 is any free one. `setting` is the field of `Settings` that names the address; `answers` answers what is no
    request. Without `bounds` the usual ones hold, as far as there are descriptors. Raises `SettingsError`.
    """
    bounds = bounds or _affordable(Bounds())
    with _listening(address, setting) as at:
        config = uvicorn.Config(
            app,
            http=Connections(bounds, answers).protocol,
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,  # no header is believed here: each site has a rule for a client's address
            server_header=False,
            backlog=_ACCEPTED_AT_ONCE,
            timeout_keep_alive=bounds.idle,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Server(config)
        served = asyncio.create_task(server.serve(sockets=[at]))
        try:
            yield _url(at)
        finally:
            server.should_exit = True
            await served


def collect_rarely() -> None:
    """Spares requests most collections of garbage, from now on: once a process has all that it keeps for good.

    That is never looked through again. Reference counts free nearly everything else; a collection is for cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)


def stop_signal() -> asyncio.Event:
    """Is set by SIGTERM or Ctrl-C, from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


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
def _listening(address: str, setting: str) -> Generator[socket.socket, None, None]:
    try:
        place = listening(address)
        family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        server = socket.create_server(place, family=family, backlog=_BACKLOG)
    except BrokenRule as broken:
        raise SettingsError(setting, broken) from None
    except OSError:
        raise SettingsError(setting, BrokenRule(SettingRule.OCCUPIED, address=address)) from None
    with server:
        yield server


def _url(server: socket.socket) -> str:
    host, port = server.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
