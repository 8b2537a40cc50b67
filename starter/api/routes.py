"""Who may call an operation, decided before its body is read."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from registration.errors import InvalidInput
from registration.forms import checked_field_name
from registration.input_rules import InputRule
from starter.api.authentication import TOO_LITTLE
from starter.api.http_errors import NotJson, WrongRole
from starter.api.services import principal_of
from starter.api.tokens import Role


class RoleRoute(APIRoute):
    """An operation for some roles: the role first, then its parameters, then a body that says it is JSON.

    Raises `WrongRole`, `NotJson`, `InvalidInput`.
    """

    roles: ClassVar[frozenset[Role]]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps FastAPI's own."""
        handle, takes_body = super().get_route_handler(), self.body_field is not None
        known = get_flat_params(self.dependant)
        parameters = {each.alias for each in known if isinstance(each.field_info, params.Query)}

        async def guarded(request: Request) -> Response:
            if not (await principal_of(request)).roles & self.roles:
                raise WrongRole({"WWW-Authenticate": TOO_LITTLE})
            for name in request.query_params:
                if name not in parameters:  # whoever mistypes a filter must not get everything
                    raise InvalidInput(field=checked_field_name(name), rule=InputRule.UNKNOWN_PARAMETER)
            if takes_body and not _is_json(request.headers.get("content-type", "")):
                raise NotJson
            return await handle(request)

        return guarded


class PortalRoute(RoleRoute):
    """An operation for portals."""

    roles = frozenset({Role.PORTAL})


class DeskRoute(RoleRoute):
    """An operation for clerks, and for supervisors, who may do all that a clerk may."""

    roles = frozenset({Role.CLERK, Role.SUPERVISOR})


class SupervisorRoute(RoleRoute):
    """An operation for the supervisor of an office."""

    roles = frozenset({Role.SUPERVISOR})


class AuditRoute(RoleRoute):
    """An operation for auditors: it changes nothing."""

    roles = frozenset({Role.AUDITOR})


class OperationsRoute(RoleRoute):
    """An operation for operators: it shows no personal data."""

    roles = frozenset({Role.OPERATOR})


class ApprovalRoute(RoleRoute):
    """An operation for operators, and for the supervisor who is the second person."""

    roles = frozenset({Role.OPERATOR, Role.SUPERVISOR})


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
