"""Who may call an operation, decided before its body is read."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from registration.errors import InvalidInput, WrongRole
from registration.forms import checked_field_name
from registration.input_rules import InputRule
from registration.operations import Operation
from starter.api.http_errors import NotJson
from starter.api.services import principal_of


class OperationRoute(APIRoute):
    """One operation, by whose name the route is called: the role first, then its parameters, then a body that is JSON.

    Raises `WrongRole`, `NotJson`, `InvalidInput`.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], *, name: Operation, **options: Any) -> None:  # noqa: ANN401  FastAPI's own
        """As FastAPI's own; the summary is what people call the operation."""
        self.operation = name
        own = {"name": name, "operation_id": name.replace(".", "_"), "summary": name.label.capitalize()}
        super().__init__(path, endpoint, **options | own)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps FastAPI's own."""
        handle, takes_body = super().get_route_handler(), self.body_field is not None
        known = get_flat_params(self.dependant)
        parameters = {each.alias for each in known if isinstance(each.field_info, params.Query)}

        async def guarded(request: Request) -> Response:
            caller = principal_of(request)
            if not caller.kinds & self.operation.row.actors:
                raise WrongRole(actor=caller.actor.kind, message=self.operation)
            for name in request.query_params:
                if name not in parameters:  # a mistyped filter must not return everything
                    raise InvalidInput(field=checked_field_name(name), rule=InputRule.UNKNOWN_PARAMETER)
            if takes_body and not _is_json(request.headers.get("content-type", "")):
                raise NotJson
            return await handle(request)

        return guarded


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
