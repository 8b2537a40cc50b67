"""For whoever runs the service: the process answers, and can work."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from starter.pages.site import site_of
from starter.serving.admin_port import is_alive, readiness_answer


async def is_ready(request: Request) -> Response:
    """The database is there, prepared and takes something in, and this process has the keys."""
    return readiness_answer(await site_of(request).health.readiness())


ROUTES: Final = (Route("/livez", is_alive), Route("/readyz", is_ready))
