"""Read one registration: its life, a moment of it, its present status, whether its decisions follow the rules."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from registration.answers import json_of
from registration.descriptions import Description
from registration.errors import BeforeTheBeginning, BeyondTheRecord, NotFound, RecordUnreadable
from registration.explanation_answers import ExplanationAnswer
from registration.operations import Operation
from registration.timeline_lines import TimelineAnswer, TimelineLine
from registration.times import time_of
from starter.api.documented import also_as, problems
from starter.api.reference import Reference
from starter.api.routes import OperationRoute
from starter.api.services import Auditor
from starter.gateway import ReplayReport
from starter.gateway.csv_lines import csv_header, csv_of
from starter.pages.timeline import timeline_page
from starter.serving.negotiation import Media, language_of, media_of
from starter.translation import catalogue

router: Final = APIRouter(prefix="/v1/audit/registrations/{reference}", route_class=OperationRoute, tags=["audit"])

Moment = Annotated[
    str,
    Query(
        description="YYYY-MM-DD, which is the end of that day in Budapest, or YYYY-MM-DDTHH:MM with an offset.",
        examples=["2027-03-15", "2027-03-15T12:00Z"],
    ),
]


@router.get(
    "/timeline",
    name=Operation.AUDIT_TIMELINE,
    response_model=TimelineAnswer,
    responses=problems(NotFound, with_body=False)
    | also_as(
        {
            Media.CSV: f"{csv_header(TimelineLine)}1,2027-03-01T10:00:00Z,REGISTRATION_OPENED,…\r\n",
            Media.HTML: "<!doctype html>…",
        }
    ),
)
async def read_a_timeline(request: Request, reference: Reference, auditor: Auditor) -> Response:
    """The whole life: when, who, what, why, and what was ahead. JSON, CSV, or a page with a picture, by `Accept`."""
    life, language = await auditor.timeline(reference), language_of(request.scope)
    chosen = media_of(request.scope, (Media.JSON, Media.CSV, Media.HTML))
    if chosen is Media.HTML:
        return HTMLResponse(timeline_page(life, language))
    shown = TimelineAnswer.of(life, catalogue(language))
    if chosen is Media.CSV:
        return Response(csv_of(TimelineLine, shown.entries), media_type=Media.CSV)
    return Response(json_of(shown), media_type=Media.JSON)


@router.get(
    "/explanation",
    name=Operation.AUDIT_EXPLAIN,
    responses=problems(NotFound, BeforeTheBeginning, BeyondTheRecord, RecordUnreadable, with_body=False),
)
async def explain_a_moment(request: Request, reference: Reference, at: Moment, auditor: Auditor) -> ExplanationAnswer:
    """Which status it had at a moment, since when, by which event, rule and actor, and what was ahead."""
    found = await auditor.explain(reference, time_of("at", at))
    return ExplanationAnswer.of(found, catalogue(language_of(request.scope)))


@router.get("/replay", name=Operation.AUDIT_REPLAY, responses=problems(NotFound, with_body=False))
async def replay_the_histories(request: Request, reference: Reference, auditor: Auditor) -> ReplayReport:
    """Replay all histories against the present code: whether every decision in them follows from the rules."""
    return ReplayReport.of(await auditor.replay(reference), catalogue(language_of(request.scope)))


@router.get("/description", name=Operation.AUDIT_DESCRIBE, responses=problems(NotFound, with_body=False))
async def describe_a_registration(reference: Reference, auditor: Auditor) -> Description:
    """Its present status, from its workflow."""
    return await auditor.describe(reference)
