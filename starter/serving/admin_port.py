"""The admin port of a process that serves HTTP: alive, ready, metrics. For operators alone: it asks for no token."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, ClassVar, Final, Protocol

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from settings.metrics import CONTENT_TYPE, READY, Metrics
from starter.serving.bare_answers import bare
from starter.serving.no_store import NoStore
from starter.serving.server import serving

_log = structlog.get_logger()

_OK: Final = "ok"


class Readiness(Protocol):
    """A dataclass that says what is there."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def is_ready(self) -> bool:
        """Everything is there."""
        ...


async def is_alive(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse(_OK)


def readiness_answer(found: Readiness) -> Response:
    """200, or 503 and a line in the log that says what is missing."""
    if found.is_ready:
        return PlainTextResponse(_OK)
    _log.warning("not_ready", **asdict(found))
    return PlainTextResponse("not ready", HTTPStatus.SERVICE_UNAVAILABLE)


def metrics_answer(*metrics: Metrics) -> Response:
    """All of them, as Prometheus reads them."""
    return Response(b"".join(each.text() for each in metrics), media_type=CONTENT_TYPE)


@asynccontextmanager
async def serving_admin_port(
    address: str | None, process: Metrics, site: Metrics, readiness: Callable[[], Awaitable[Readiness]]
) -> AsyncIterator[None]:
    """Serves at `host:port` as long as the context lasts; without an address does nothing. Raises `SettingsError`.

    Shows the metrics of the process and those of the site.
    """
    if address is None:
        yield
        return

    async def is_ready(_request: Request) -> Response:
        return readiness_answer(await readiness())

    async def show(_request: Request) -> Response:
        process.set(READY, float((await readiness()).is_ready))
        return metrics_answer(process, site)

    app = Starlette(routes=[Route("/livez", is_alive), Route("/readyz", is_ready), Route("/metrics", show)])
    app.add_middleware(NoStore)
    async with serving(app, address, "admin_address", _bare_answer):
        yield


def _bare_answer(status: HTTPStatus, _head: bytes) -> bytes:
    return bare(status, status.phrase, "text/plain", b"")
