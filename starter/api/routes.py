"""Who may call an operation, decided before its body is read."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from starter.api.problem_types import FORBIDDEN, NOT_JSON, OFFICE_NEEDED, ROLES_EXCLUDE, HttpProblemType
from starter.api.problems import Problem
from starter.api.services import principal_of
from starter.api.tokens import Principal, Role

_TOO_LITTLE: Final = 'Bearer error="insufficient_scope"'
"""RFC 6750, section 3.1."""

_AT_A_DESK: Final = frozenset(role for role in Role if role.acts_for_an_office)
"""The only roles that one person may have at once."""


class RoleRoute(APIRoute):
    """An operation for some roles: the caller first, then a body that says it is JSON. Raises `Problem`."""

    roles: ClassVar[frozenset[Role]]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps FastAPI's own."""
        handle, takes_body = super().get_route_handler(), self.body_field is not None

        async def guarded(request: Request) -> Response:
            if refusal := self._refusal(await principal_of(request)):
                raise Problem(refusal, {"WWW-Authenticate": _TOO_LITTLE})
            if takes_body and not _is_json(request.headers.get("content-type", "")):
                raise Problem(NOT_JSON)
            return await handle(request)

        return guarded

    def _refusal(self, caller: Principal) -> HttpProblemType | None:
        if not caller.roles & self.roles:
            return FORBIDDEN
        if len(caller.roles) > 1 and caller.roles != _AT_A_DESK:
            return ROLES_EXCLUDE
        return OFFICE_NEEDED if caller.roles & _AT_A_DESK and caller.office is None else None


class PortalRoute(RoleRoute):
    """An operation for portals."""

    roles = frozenset({Role.PORTAL})


class DeskRoute(RoleRoute):
    """An operation for clerks, and the supervisors of their office, who may do all that a clerk may."""

    roles = _AT_A_DESK


class SupervisorRoute(RoleRoute):
    """An operation for the supervisor of an office."""

    roles = frozenset({Role.SUPERVISOR})


class AuditRoute(RoleRoute):
    """An operation for auditors: it changes nothing."""

    roles = frozenset({Role.AUDITOR})


class OperationsRoute(RoleRoute):
    """An operation for operators: it shows no personal data."""

    roles = frozenset({Role.OPERATOR})


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
