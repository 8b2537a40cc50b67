"""What staff is refused over HTTP before a gateway has put it on record: it is on record before it is answered."""

from starlette.requests import Request
from starlette.types import Scope

from registration.operations import Operation
from starter.api.http_errors import WrongRole
from starter.api.reference import is_reference
from starter.api.routes import OperationRoute
from starter.api.tokens import Principal
from starter.gateway import AdmissionGateway


async def put_on_record(request: Request, refusal: str) -> None:
    """Notes a refusal by its class's name; of callers who are no staff only the missing role. Raises `Unavailable`."""
    caller: Principal | None = getattr(request.state, "principal", None)
    if caller and (caller.is_staff or refusal == WrongRole.__name__):
        admission: AdmissionGateway = request.app.state.services.admission
        scope = request.scope
        await admission.turn_away(caller.actor, _operation(scope), refusal, _reference(scope))


def _operation(scope: Scope) -> Operation:
    route = scope.get("route")
    if isinstance(route, OperationRoute) and scope["method"] in (route.methods or ()):
        return route.operation
    return Operation.API_UNMATCHED


def _reference(scope: Scope) -> str | None:
    """What may name a registration in the path; a user name is looked up for nobody."""
    named = scope.get("path_params", {})
    return next((named[key] for key in ("reference", "id") if key in named and is_reference(named[key])), None)
