"""The registration bodies' offices (S2)."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from registration.offices import OfficeList
from registration.operations import Operation
from starter.api.documented import problems
from starter.api.operations.requests import OfficeBody
from starter.api.routes import OperationRoute
from starter.api.services import Operations

router: Final = APIRouter(prefix="/v1/operations/offices", route_class=OperationRoute, tags=["operations"])

OfficeCode = Annotated[str, Path(alias="code", description="`office` of the clerks' tokens.", examples=["1051"])]


@router.get("", name=Operation.OPERATIONS_OFFICES, responses=problems(with_body=False))
async def list_the_offices(operations: Operations) -> OfficeList:
    """All offices, open and closed, by code."""
    return await operations.offices.every()


@router.put("/{code}", name=Operation.OPERATIONS_PUT_OFFICE, status_code=204, responses=problems())
async def put_an_office(office_code: OfficeCode, body: OfficeBody, operations: Operations) -> None:
    """Add an office or replace what is known of it; once it is closed nobody acts for it any more."""
    await operations.offices.put({"code": office_code, **body.model_dump(), "open": str(body.open).lower()})
