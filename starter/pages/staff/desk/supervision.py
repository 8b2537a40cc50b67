"""What a supervisor reads: the office's access record of a day, and what was seen at an act in person."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from registration.access_lines import AccessLine
from registration.budapest import BUDAPEST
from registration.errors import UgyfelkapuError
from registration.operations import Operation
from registration.sentences import N_
from registration.times import day_in_budapest, span_of
from starter.gateway import StaffSession
from starter.pages.rendering import view
from starter.pages.staff.desk.counter import Counter
from starter.pages.staff.desk.search import PATH
from starter.pages.staff.desk.visit import VISIT
from starter.pages.staff.routes import StaffRoute

_RECORD: Final = f"{PATH}/naplo"
_OPERATIONS: Final = {operation.value: operation for operation in Operation}
_FIRST_DAY: Final = date(2000, 1, 1)
"""No record is older; far before it, a day has no day before."""


async def show_record(request: Request, session: StaffSession) -> Response:
    """Who looked, acted or was refused at the office on a day in Budapest, the newest first, 500 entries a page."""
    today = day_in_budapest(datetime.now(UTC))
    day = _day(request.query_params.get("nap", ""), today)
    before = request.query_params.get("before")
    page = await Counter.of(request, session).desk.supervision.newest_access_entries(*span_of(day), before)
    return view(
        request,
        "staff/desk/record.html",
        shown_day=day,
        entries=[_line(entry) for entry in page.entries],
        is_newest=before is None,
        older=page.next,
        day_before=day - timedelta(days=1),
        day_after=day + timedelta(days=1) if day < today else None,
    )


async def show_evidence(request: Request, session: StaffSession) -> Response:
    """The clerk, the document, the recipient of an act, by the number of its event."""
    at, page_id = Counter.of(request, session), request.path_params["visit"]
    visit = await at.pages.visit(at.token, page_id)
    act = await at.desk.supervision.evidence(visit.registration_id, request.path_params["sequence"])
    return view(request, "staff/desk/evidence_of_act.html", act=act, visit_path=f"{VISIT}/{page_id}")


def _line(entry: AccessLine) -> tuple[AccessLine, str, str, str | None]:
    """An entry, its time of day in Budapest, its operation, and the title of the refusal, if it was refused.

    What only a newer version knows is its name.
    """
    refusal = UgyfelkapuError.kinds.get(entry.refusal or "")
    title = refusal.problem.title if refusal else entry.refusal
    return entry, f"{entry.at.astimezone(BUDAPEST):%H:%M:%S}", _OPERATIONS.get(entry.operation, entry.operation), title


def _day(typed: str, today: date) -> date:
    """The day that a link of ours, or the form, names; today for whatever is none, or is ahead."""
    try:
        return max(_FIRST_DAY, min(date.fromisoformat(typed), today))
    except ValueError:
        return today


ROUTES: Final = (
    StaffRoute(
        _RECORD, show_record, operation=Operation.DESK_ACCESS_ENTRIES, menu=N_("The access record of my office")
    ),
    StaffRoute(f"{VISIT}/{{visit}}/bizonyitek/{{sequence:number}}", show_evidence, operation=Operation.DESK_EVIDENCE),
)
