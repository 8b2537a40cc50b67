"""Bulk extensions of validity: ask for one, have a second person approve it, start and watch it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from registration.answers import ID
from registration.errors import (
    ExtensionNotApproved,
    ExtensionNotRunning,
    IdempotencyKeyReused,
    NoSuchExtension,
    RequestInProgress,
    SecondPersonNeeded,
)
from registration.extension_answers import (
    EXTENSION_ID,
    ExtensionDryRun,
    ExtensionItem,
    ExtensionList,
    ExtensionStatus,
)
from registration.operations import Operation
from registration.times import time_of
from starter.api.documented import also_as, header, problems
from starter.api.idempotent import OnceOnly
from starter.api.operations.requests import ExtensionOf, Start
from starter.api.routes import OperationRoute
from starter.api.services import Operations
from starter.api.streams import as_csv, as_json
from starter.gateway.csv_lines import csv_header
from starter.serving.negotiation import Media, media_of

router: Final = APIRouter(prefix="/v1/operations", route_class=OperationRoute, tags=["operations"])

ExtensionId = Annotated[UUID, Path(description="The extension's id.", examples=[EXTENSION_ID])]
OlderThan = Annotated[
    UUID | None, Query(description="Only those asked for before this extension.", examples=[EXTENSION_ID])
]

_LOCATION: Final = "/v1/operations/extensions/{extension_id}"


@router.post("/extension-counts", name=Operation.OPERATIONS_COUNT_EXTENSION, responses=problems())
async def count_an_extension(body: ExtensionOf, operations: Operations) -> ExtensionDryRun:
    """What an extension would do now, counted; nothing is written."""
    before = time_of("before", body.before)
    return await operations.extensions.count(before, days=body.days)


@router.post(
    "/extensions",
    name=Operation.OPERATIONS_REQUEST_EXTENSION,
    status_code=201,
    response_model=ExtensionStatus,
    responses=problems(IdempotencyKeyReused, RequestInProgress)
    | {201: {"headers": header("Location", "Where the extension can be looked at.", _LOCATION)}},
)
async def ask_for_an_extension(body: ExtensionOf, operations: Operations, once: OnceOnly) -> Response:
    """Ask for an extension of all accounts that expire before a date; nothing happens before another approves it."""

    async def ask(request_id: str | None) -> ExtensionStatus:
        before = time_of("before", body.before)
        return await operations.extensions.request(before, days=body.days, request_id=request_id)

    return await once(201, ask, _LOCATION)


@router.get("/extensions", name=Operation.OPERATIONS_EXTENSIONS, responses=problems(NoSuchExtension, with_body=False))
async def list_the_extensions(operations: Operations, older_than: OlderThan = None) -> ExtensionList:
    """Who asked, who approved, and how far each has come: newest first, 20 at a time."""
    reference = None if older_than is None else str(older_than)
    return await operations.extensions.newest(reference)


@router.get(
    "/extensions/{extension_id}",
    name=Operation.OPERATIONS_EXTENSION,
    responses=problems(NoSuchExtension, with_body=False),
)
async def look_at_an_extension(extension_id: ExtensionId, operations: Operations) -> ExtensionStatus:
    """Who asked, who approved, and how far it has come."""
    return await operations.extensions.status(str(extension_id))


@router.post(
    "/extensions/{extension_id}/approval",
    name=Operation.OPERATIONS_APPROVE_EXTENSION,
    responses=problems(NoSuchExtension, SecondPersonNeeded, with_body=False),
)
async def approve_an_extension(extension_id: ExtensionId, operations: Operations) -> ExtensionStatus:
    """The second person's approval: another operator's, or a supervisor's; a later one changes nothing."""
    return await operations.extensions.approve(str(extension_id))


@router.post(
    "/extensions/{extension_id}/start",
    name=Operation.OPERATIONS_START_EXTENSION,
    responses=problems(NoSuchExtension, ExtensionNotApproved),
)
async def start_an_extension(extension_id: ExtensionId, body: Start, operations: Operations) -> ExtensionStatus:
    """Have an approved extension carried out; one that runs or is done stays so."""
    rate = {} if body.rate is None else {"rate": body.rate}
    return await operations.extensions.start(str(extension_id), **rate)


@router.post(
    "/extensions/{extension_id}/pause",
    name=Operation.OPERATIONS_PAUSE_EXTENSION,
    responses=problems(NoSuchExtension, ExtensionNotRunning, with_body=False),
)
async def pause_an_extension(extension_id: ExtensionId, operations: Operations) -> ExtensionStatus:
    """No further account is extended, some seconds later at the latest, until it is resumed."""
    return await operations.extensions.pause(str(extension_id))


@router.post(
    "/extensions/{extension_id}/resume",
    name=Operation.OPERATIONS_RESUME_EXTENSION,
    responses=problems(NoSuchExtension, ExtensionNotRunning),
)
async def resume_an_extension(extension_id: ExtensionId, body: Start, operations: Operations) -> ExtensionStatus:
    """Go on, at another rate if one is given."""
    return await operations.extensions.resume(str(extension_id), body.rate)


@router.get(
    "/extensions/{extension_id}/report",
    name=Operation.OPERATIONS_EXTENSION_REPORT,
    response_model=list[ExtensionItem],
    responses=problems(NoSuchExtension, with_body=False)
    | also_as({Media.CSV: f"{csv_header(ExtensionItem)}{ID},2027-12-01T10:00:00Z,…,EXTENDED,\r\n"}),
)
async def report_on_an_extension(request: Request, extension_id: ExtensionId, operations: Operations) -> Response:
    """Every account on its list with what came of it, by id, as it is read: JSON, or CSV with `Accept: text/csv`."""
    # A refusal must come before the answer begins.
    report = await operations.extensions.report(str(extension_id))
    if media_of(request.scope, (Media.JSON, Media.CSV)) is Media.CSV:
        return StreamingResponse(as_csv(ExtensionItem, report), media_type=Media.CSV)
    return StreamingResponse(as_json(report), media_type=Media.JSON)
