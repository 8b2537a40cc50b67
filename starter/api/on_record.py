"""What staff is refused over HTTP before a gateway has put it on record: it is on record before it is answered."""

from starlette.requests import Request
from starlette.types import Scope

from registration.errors import WrongRole
from registration.operations import Operation
from registration.references import is_reference
from starter.api.routes import OperationRoute
from starter.gateway import StaffDoor
from starter.gateway.principals import Principal


async def put_on_record(request: Request, refusal: str) -> None:
    """Notes a refusal by its class's name; of callers who are no staff only the missing role. Raises `Unavailable`."""
    caller: Principal | None = getattr(request.state, "principal", None)
    if caller and (caller.is_staff or refusal == WrongRole.__name__):
        door: StaffDoor = request.app.state.services.door
        scope = request.scope
        await door.turn_away(caller.actor, _operation(scope), refusal, _reference(scope))


def _operation(scope: Scope) -> Operation:
    route = scope.get("route")
    if isinstance(route, OperationRoute) and scope["method"] in (route.methods or ()):
        return route.operation
    return Operation.API_UNMATCHED


def _reference(scope: Scope) -> str | None:
    """What may name a registration in the path; a user name is not looked up."""
    named = scope.get("path_params", {})
    return next((named[key] for key in ("reference", "id") if key in named and is_reference(named[key])), None)
