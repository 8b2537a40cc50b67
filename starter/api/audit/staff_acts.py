"""List what staff did: which accounts of an office were reactivated this month, and by whom."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from registration.answers import json_of
from registration.operations import Operation
from registration.staff_acts import ACTS, STAFF_ACT_PLACE, ActsQuery, StaffAct, StaffActList
from starter.api.documented import also_as, problems
from starter.api.routes import OperationRoute
from starter.api.services import Auditor
from starter.gateway.csv_lines import csv_header, csv_of
from starter.serving.negotiation import Media, media_of

router: Final = APIRouter(prefix="/v1/audit", route_class=OperationRoute, tags=["audit"])

Office = Annotated[
    str | None,
    Query(description="Acts for this office; `-` is of those who act for none, such as operators.", examples=["1051"]),
]
Since = Annotated[
    str | None,
    Query(
        description="From the start of this day in Budapest, YYYY-MM-DD, or from a time with an offset.",
        examples=["2027-03-01"],
    ),
]
Until = Annotated[
    str | None,
    Query(
        description="To the end of this day in Budapest, YYYY-MM-DD, or to a time with an offset.",
        examples=["2027-03-31"],
    ),
]
Acts = Annotated[
    list[str] | None,
    Query(description=f"Which acts, repeatable; all if not given: {', '.join(ACTS)}.", examples=[["desk.reactivate"]]),
]
After = Annotated[str | None, Query(description="`next` of the page before.", examples=[STAFF_ACT_PLACE])]


async def _asked(office: Office = None, since: Since = None, until: Until = None, operation: Acts = None) -> ActsQuery:
    return ActsQuery.parse(office=office, since=since, until=until, operations=operation or ())


Asked = Annotated[ActsQuery, Depends(_asked)]


@router.get(
    "/acts",
    name=Operation.AUDIT_STAFF_ACTS,
    response_model=StaffActList,
    responses=problems(with_body=False)
    | also_as({Media.CSV: f"{csv_header(StaffAct)}2027-03-01T10:00:00Z,REACTIVATED,…\r\n"}),
)
async def list_acts_of_staff(request: Request, asked: Asked, auditor: Auditor, after: After = None) -> Response:
    """Which accounts staff acted on, by office, time and act: who, when, for which office. JSON or CSV, in pages.

    The header `Link` (RFC 8288) has the address of the next page, where there is one.
    """
    page = await auditor.acts(asked, after)
    link = {"Link": f'<?{request.url.include_query_params(after=page.next).query}>; rel="next"'} if page.next else None
    if media_of(request.scope, (Media.JSON, Media.CSV)) is Media.CSV:
        return Response(csv_of(StaffAct, page.acts), media_type=Media.CSV, headers=link)
    return Response(json_of(page), media_type=Media.JSON, headers=link)
