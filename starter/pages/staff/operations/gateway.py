"""The gateway of who is signed in."""

from typing import Final

from starlette.requests import Request

from starter.gateway import OperationsGateway, StaffSession
from starter.pages.staff.site import site_of

ROOT: Final = "/uzemeltetes"


def operations_of(request: Request, session: StaffSession) -> OperationsGateway:
    """For an operator, or for a supervisor of an office."""
    actor = session.principal.actor
    return OperationsGateway(site_of(request).engine, actor.id, actor.kind, actor.office)
