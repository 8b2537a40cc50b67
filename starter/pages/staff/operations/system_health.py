"""The page that an operator opens first at night."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from registration.health_advice import advice
from registration.operations import Operation
from registration.sentences import N_
from registration.system_health import HealthState
from starter.gateway import StaffSession
from starter.pages.rendering import view
from starter.pages.staff.operations.gateway import ROOT, operations_of
from starter.pages.staff.routes import StaffRoute


async def show(request: Request, session: StaffSession) -> Response:
    """What needs attention first, then what is unknown, then what is well."""
    found = await operations_of(request, session).system_health()
    return view(
        request,
        "staff/operations/system_health.html",
        health=found,
        advice=advice,
        alerts=[check for check in found.checks if check.state is HealthState.ALERT],
        unknown=[check for check in found.checks if check.state is HealthState.UNKNOWN],
        quiet=[check for check in found.checks if check.state in {HealthState.WELL, HealthState.OFF}],
    )


ROUTES: Final = (
    StaffRoute(f"{ROOT}/allapot", show, operation=Operation.OPERATIONS_SYSTEM_HEALTH, menu=N_("Health of the system")),
)
