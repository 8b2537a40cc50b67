"""List what staff did: which accounts of an office were reactivated this month, and by whom."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from registration.operations import Operation
from registration.staff_acts import ACTS, COLUMNS, ActPlace, ActsQuery, StaffAct
from starter.api.answers import ID
from starter.api.documented import problems
from starter.api.negotiation import Accept, Media, also_as, preferred_media
from starter.api.routes import OperationRoute
from starter.api.services import StaffActs
from starter.gateway.csv_lines import csv_text

router: Final = APIRouter(prefix="/v1/audit", route_class=OperationRoute, tags=["audit"])

_PLACE: Final = f"2027-03-01T10:00:00.000000+00:00/{ID}/4"

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
After = Annotated[str | None, Query(description="`next` of the page before.", examples=[_PLACE])]


async def _asked(office: Office = None, since: Since = None, until: Until = None, operation: Acts = None) -> ActsQuery:
    return ActsQuery.parse(office=office, since=since, until=until, operations=operation or ())


Asked = Annotated[ActsQuery, Depends(_asked)]


class ActsAnswer(BaseModel):
    """At most 500 acts, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "acts": [
                        {
                            "at": "2027-03-01T10:00:00Z",
                            "act": "REACTIVATED",
                            "registration_id": ID,
                            "event": 4,
                            "kind": "CLERK",
                            "id": "clerk-7",
                            "office": "1051",
                            "status": "AWAITING_REACTIVATION",
                            "request_id": "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f",
                        }
                    ],
                    "next": None,
                }
            ]
        }
    )

    acts: list[StaffAct] = Field(description="The acts, oldest first.")
    next: str | None = Field(description="There are more: ask again with this as `after`.")


@router.get(
    "/acts",
    name=Operation.AUDIT_ACTS,
    response_model=ActsAnswer,
    responses=problems(with_body=False)
    | also_as({Media.CSV: f"{','.join(COLUMNS)}\r\n2027-03-01T10:00:00+00:00,REACTIVATED,…\r\n"}),
)
async def list_acts_of_staff(
    request: Request, asked: Asked, acts: StaffActs, accept: Accept, after: After = None
) -> Response:
    """Which accounts staff acted on, by office, time and act: who, when, for which office. JSON or CSV, in pages.

    The header `Link` (RFC 8288) has the address of the next page, where there is one.
    """
    page = await acts.acts(asked, None if after is None else ActPlace.parse("after", after))
    end = str(page.end) if page.end else None
    link = {"Link": f'<?{request.url.include_query_params(after=end).query}>; rel="next"'} if end else None
    if preferred_media(accept, (Media.JSON, Media.CSV)) is Media.CSV:
        return Response(csv_text(COLUMNS, map(vars, page.acts)), media_type=Media.CSV, headers=link)
    return Response(ActsAnswer(acts=list(page.acts), next=end).model_dump_json(), media_type=Media.JSON, headers=link)
