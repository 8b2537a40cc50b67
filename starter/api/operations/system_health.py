"""What an operator looks at first at night."""

from typing import Final

from fastapi import APIRouter

from registration.operations import Operation
from registration.system_health import SystemHealth
from starter.api.documented import problems
from starter.api.routes import OperationRoute
from starter.api.services import Operations

router: Final = APIRouter(prefix="/v1/operations/system-health", route_class=OperationRoute, tags=["operations"])


@router.get("", name=Operation.OPERATIONS_SYSTEM_HEALTH, responses=problems(with_body=False))
async def look_at_the_system_s_health(operations: Operations) -> SystemHealth:
    """Reconciliation, overdue deadlines, letters, checkpoint, archive, schedules; within 2 seconds, or unknown."""
    return await operations.system_health()
