"""Read the access record: who looked at personal data, who acted, who was refused, at any office."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query

from registration.access_lines import ACCESS_PLACE, AccessList
from registration.answers import ID
from registration.errors import InvalidInput, NotFound
from registration.forms import checked_past
from registration.input_rules import InputRule
from registration.operations import Operation
from starter.api.documented import problems
from starter.api.reference import AskedReference
from starter.api.routes import OperationRoute
from starter.api.services import Auditor

router: Final = APIRouter(prefix="/v1/audit", route_class=OperationRoute, tags=["audit"])

RegistrationReference = Annotated[
    AskedReference | None,
    Query(description="A registration's id, or the number of its receipt: what it had done to it.", examples=[ID]),
]
Office = Annotated[
    str | None, Query(description="With `day`: a chain; `-` is of those who act for none.", examples=["1051"])
]
Day = Annotated[
    str | None,
    Query(description="In UTC, as YYYY-MM-DD.", examples=["2027-03-01"], json_schema_extra={"format": "date"}),
]
After = Annotated[str | None, Query(description="`next` of the page before.", examples=[ACCESS_PLACE])]


@router.get("/accesses", name=Operation.AUDIT_ACCESS_ENTRIES, responses=problems(NotFound, with_body=False))
async def read_accesses(
    auditor: Auditor,
    registration: RegistrationReference = None,
    office: Office = None,
    day: Day = None,
    after: After = None,
) -> AccessList:
    """The access record of one registration, or of one office and day: looks, acts and refused attempts, in pages."""
    if registration is not None:
        if office is not None or day is not None:
            raise InvalidInput(field="registration", rule=InputRule.ONE_LIST)
        return await auditor.accesses_about(registration, after)
    if office is None or day is None:
        raise InvalidInput(field="registration", rule=InputRule.ONE_LIST)
    chosen = checked_past("day", day, datetime.now(UTC).date())
    return await auditor.accesses_at(office, chosen, after)
