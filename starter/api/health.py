"""For operators of the service: is it there, can it work, what has it done, which version is it."""

from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Final

import structlog
from fastapi import APIRouter, Response

from registration.answers import answer, label
from starter.api.documented import problems_of_anyone, problems_of_callers
from starter.api.http_errors import NotReady
from starter.api.services import ApiServices
from starter.serving.admin_port import metrics_answer

_log = structlog.get_logger()

router: Final = APIRouter(tags=["service"], generate_unique_id_function=lambda route: route.name)

_FOR_ANYONE: Final = problems_of_anyone()
_FOR_CALLERS: Final = problems_of_callers()
_PROMETHEUS: Final = {
    "description": "Prometheus's text format.",
    "content": {
        "text/plain": {"example": 'ugyfelkapu_http_requests_total{operation="POST /v1/sessions",status="200"} 7.0\n'}
    },
}


@answer
@dataclass(frozen=True)
class Health:
    """The process is there."""

    status: str = field(
        default="ok", metadata=label("status", "`ok`; whatever is not well is a problem instead.", "ok")
    )


@answer
@dataclass(frozen=True)
class Version:
    """The version of this service."""

    version: str = field(metadata=label("version", "The version of this program.", "1.0.0"))


@router.get("/livez", responses=_FOR_ANYONE, openapi_extra={"security": []})
async def is_alive() -> Health:
    """The process answers. No token is needed."""
    return Health()


@router.get("/readyz", responses=problems_of_anyone(NotReady), openapi_extra={"security": []})
async def is_ready(services: ApiServices) -> Health:
    """The database is there, prepared and takes something in, and this process has the keys.

    No token is needed. Temporal and the tokens' issuer may be away: what does not need them is served.
    """
    readiness = await services.health.readiness()
    if not readiness.is_ready:
        _log.warning("not_ready", **asdict(readiness))
        raise NotReady
    return Health()


@router.get(
    "/metrics",
    response_class=Response,
    responses={**_FOR_CALLERS, 200: _PROMETHEUS},
)
async def metrics(services: ApiServices) -> Response:
    """Requests by operation and status, and their times."""
    return metrics_answer(services.engine.metrics, services.metrics)


@router.get("/version", responses=_FOR_CALLERS)
async def which_version() -> Version:
    """The version of this service."""
    return Version(version=version("ugyfelkapu"))
