"""Who may call an operation, decided before its body is read."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from starter.api.problem_types import FORBIDDEN, NOT_JSON
from starter.api.problems import Problem
from starter.api.services import principal_of
from starter.api.tokens import Role

_TOO_LITTLE: Final = 'Bearer error="insufficient_scope"'
"""RFC 6750, section 3.1."""


class PortalRoute(APIRoute):
    """An operation for portals: the role first, then a body that says it is JSON. Raises `Problem`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps FastAPI's own."""
        handle, takes_body = super().get_route_handler(), self.body_field is not None

        async def guarded(request: Request) -> Response:
            if Role.PORTAL not in (await principal_of(request)).roles:
                raise Problem(FORBIDDEN, {"WWW-Authenticate": _TOO_LITTLE})
            if takes_body and not _is_json(request.headers.get("content-type", "")):
                raise Problem(NOT_JSON)
            return await handle(request)

        return guarded


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
