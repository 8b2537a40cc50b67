"""Staff who may not act any more: from the next request on, in every process."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from registration.operations import Operation
from registration.staff_answers import DisabledStaffList
from starter.api.documented import problems
from starter.api.routes import OperationRoute
from starter.api.services import Operations

router: Final = APIRouter(prefix="/v1/operations/disabled-staff", route_class=OperationRoute, tags=["operations"])

StaffId = Annotated[str, Path(description="`sub` of the person's tokens.", examples=["clerk-7"])]


@router.get("", name=Operation.OPERATIONS_DISABLED_STAFF, responses=problems(with_body=False))
async def list_disabled_staff(operations: Operations) -> DisabledStaffList:
    """Who may not act any more, since when, and which operator said so."""
    return await operations.disabled_staff()


@router.put(
    "/{staff_id}", name=Operation.OPERATIONS_DISABLE_STAFF, status_code=204, responses=problems(with_body=False)
)
async def disable_staff(staff_id: StaffId, operations: Operations) -> None:
    """Disable a clerk, supervisor, auditor or operator at once, whatever tokens they hold; never oneself."""
    await operations.disable_staff(staff_id)


@router.delete(
    "/{staff_id}", name=Operation.OPERATIONS_ENABLE_STAFF, status_code=204, responses=problems(with_body=False)
)
async def enable_staff(staff_id: StaffId, operations: Operations) -> None:
    """Let a disabled member of staff act again."""
    await operations.enable_staff(staff_id)
