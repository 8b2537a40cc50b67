"""Who looked at personal data at an office, who acted on which evidence, who was refused: for its supervisor."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from registration.access_lines import AccessDay
from registration.errors import NotFound, RecordUnreadable
from registration.forms import checked_past
from registration.operations import Operation
from starter.api.documented import problems
from starter.api.reference import Reference
from starter.api.routes import OperationRoute
from starter.api.services import Caller, Desk
from starter.gateway import EvidenceOfAct

router: Final = APIRouter(prefix="/v1/desk", route_class=OperationRoute, tags=["desk"])

Day = Annotated[
    str, Query(description="In UTC, as YYYY-MM-DD.", examples=["2027-03-01"], json_schema_extra={"format": "date"})
]

Sequence = Annotated[int, Path(description="The number of the act's event.", examples=[4])]


@router.get("/accesses", name=Operation.DESK_ACCESS_ENTRIES, responses=problems(with_body=False))
async def read_the_access_record(day: Day, desk: Desk, caller: Caller) -> AccessDay:
    """The access record of a day at the supervisor's own office."""
    chosen = checked_past("day", day, datetime.now(UTC).date())
    since = datetime.combine(chosen, time(), UTC)
    entries = await desk.supervision.access_entries(since, since + timedelta(days=1))
    return AccessDay(caller.office or "", chosen, tuple(entries))


@router.get(
    "/registrations/{reference}/evidence/{sequence}",
    name=Operation.DESK_EVIDENCE,
    responses=problems(NotFound, RecordUnreadable, with_body=False),
)
async def read_the_evidence_of_an_act(reference: Reference, sequence: Sequence, desk: Desk) -> EvidenceOfAct:
    """What was seen at an act in person of the supervisor's own office: who, to whom, on which document."""
    return await desk.supervision.evidence(reference, sequence)
