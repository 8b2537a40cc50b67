"""The registration bodies' offices (S2)."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from registration.offices import OfficeList
from registration.operations import Operation
from starter.api.documented import problems
from starter.api.operations.requests import OfficeBody
from starter.api.routes import OperationRoute
from starter.api.services import Administration

router: Final = APIRouter(prefix="/v1/operations/offices", route_class=OperationRoute, tags=["operations"])

OfficeCode = Annotated[str, Path(alias="code", description="`office` of the clerks' tokens.", examples=["1051"])]


@router.get("", name=Operation.ADMIN_OFFICES, responses=problems(with_body=False))
async def list_the_offices(administration: Administration) -> OfficeList:
    """All offices, open and closed, by code."""
    return await administration.offices()


@router.put("/{code}", name=Operation.ADMIN_PUT_OFFICE, status_code=204, responses=problems())
async def put_an_office(office_code: OfficeCode, body: OfficeBody, administration: Administration) -> None:
    """Add an office or replace what is known of it; once it is closed nobody acts for it any more."""
    await administration.put_office({"code": office_code, **body.model_dump(), "open": str(body.open).lower()})
