"""Bulk extensions of validity: ask for one, have a second person approve it, start and watch it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from registration.errors import (
    ExtensionNotApproved,
    ExtensionNotRunning,
    IdempotencyKeyReused,
    NoSuchExtension,
    NotAllowed,
    RequestInProgress,
    SecondPersonNeeded,
)
from registration.operations import Operation
from registration.times import time_of
from starter.api.answers import ID
from starter.api.documented import header, problems
from starter.api.idempotent import OnceOnly
from starter.api.negotiation import Accept, Media, also_as, preferred_media
from starter.api.operations.answers import EXTENSION, DryRunAnswer, ExtensionAnswer, ExtensionsAnswer, ItemAnswer
from starter.api.operations.requests import ExtensionOf, Start
from starter.api.routes import OperationRoute
from starter.api.services import Operations
from starter.api.streams import as_csv, as_json

router: Final = APIRouter(prefix="/v1/operations", route_class=OperationRoute, tags=["operations"])

ExtensionId = Annotated[UUID, Path(alias="id", description="The extension's id.", examples=[EXTENSION])]
OlderThan = Annotated[
    UUID | None, Query(description="Only those asked for before this extension.", examples=[EXTENSION])
]

_LOCATION: Final = "/v1/operations/extensions/{id}"


@router.post("/extension-counts", name=Operation.OPERATIONS_COUNT_EXTENSION, responses=problems())
async def count_an_extension(body: ExtensionOf, operations: Operations) -> DryRunAnswer:
    """What an extension would do now, counted; nothing is written."""
    before = time_of("before", body.before)
    return DryRunAnswer.model_validate(await operations.extensions.count(before, days=body.days))


@router.post(
    "/extensions",
    name=Operation.OPERATIONS_REQUEST_EXTENSION,
    status_code=201,
    response_model=ExtensionAnswer,
    responses=problems(NotAllowed, IdempotencyKeyReused, RequestInProgress)
    | {201: {"headers": header("Location", "Where the extension can be looked at.", _LOCATION)}},
)
async def ask_for_an_extension(body: ExtensionOf, operations: Operations, once: OnceOnly) -> Response:
    """Ask for an extension of all accounts that expire before a date; nothing happens before another approves it."""

    async def ask(request_id: str | None) -> ExtensionAnswer:
        before = time_of("before", body.before)
        asked = await operations.extensions.request(before, days=body.days, request_id=request_id)
        return ExtensionAnswer.of(await operations.extensions.status(asked.id))

    return await once(201, ask, _LOCATION)


@router.get("/extensions", name=Operation.OPERATIONS_EXTENSIONS, responses=problems(NoSuchExtension, with_body=False))
async def list_the_extensions(operations: Operations, older_than: OlderThan = None) -> ExtensionsAnswer:
    """Who asked, who approved, and how far each has come: newest first, 20 at a time."""
    reference = None if older_than is None else str(older_than)
    return ExtensionsAnswer.of(await operations.extensions.newest(reference))


@router.get(
    "/extensions/{id}", name=Operation.OPERATIONS_EXTENSION, responses=problems(NoSuchExtension, with_body=False)
)
async def look_at_an_extension(extension_id: ExtensionId, operations: Operations) -> ExtensionAnswer:
    """Who asked, who approved, and how far it has come."""
    return ExtensionAnswer.of(await operations.extensions.status(str(extension_id)))


@router.post(
    "/extensions/{id}/approval",
    name=Operation.OPERATIONS_APPROVE_EXTENSION,
    responses=problems(NoSuchExtension, SecondPersonNeeded, with_body=False),
)
async def approve_an_extension(extension_id: ExtensionId, operations: Operations) -> ExtensionAnswer:
    """The second person's approval: another operator's, or a supervisor's; the first one stands."""
    await operations.extensions.approve(str(extension_id))
    return ExtensionAnswer.of(await operations.extensions.status(str(extension_id)))


@router.post(
    "/extensions/{id}/start",
    name=Operation.OPERATIONS_START_EXTENSION,
    responses=problems(NoSuchExtension, ExtensionNotApproved),
)
async def start_an_extension(extension_id: ExtensionId, body: Start, operations: Operations) -> ExtensionAnswer:
    """Have an approved extension carried out; one that runs or is done stays so."""
    rate = {} if body.rate is None else {"rate": body.rate}
    return ExtensionAnswer.of(await operations.extensions.start(str(extension_id), **rate))


@router.post(
    "/extensions/{id}/pause",
    name=Operation.OPERATIONS_PAUSE_EXTENSION,
    responses=problems(NoSuchExtension, ExtensionNotRunning, with_body=False),
)
async def pause_an_extension(extension_id: ExtensionId, operations: Operations) -> ExtensionAnswer:
    """No further account is extended, some seconds later at the latest, until it is resumed."""
    await operations.extensions.pause(str(extension_id))
    return ExtensionAnswer.of(await operations.extensions.status(str(extension_id)))


@router.post(
    "/extensions/{id}/resume",
    name=Operation.OPERATIONS_RESUME_EXTENSION,
    responses=problems(NoSuchExtension, ExtensionNotRunning),
)
async def resume_an_extension(extension_id: ExtensionId, body: Start, operations: Operations) -> ExtensionAnswer:
    """Go on, at another rate if one is given."""
    await operations.extensions.resume(str(extension_id), body.rate)
    return ExtensionAnswer.of(await operations.extensions.status(str(extension_id)))


@router.get(
    "/extensions/{id}/report",
    name=Operation.OPERATIONS_EXTENSION_REPORT,
    response_model=list[ItemAnswer],
    responses=problems(NoSuchExtension, with_body=False)
    | also_as({Media.CSV: f"{','.join(ItemAnswer.model_fields)}\r\n{ID},2027-12-01T10:00:00Z,…,EXTENDED,\r\n"}),
)
async def report_on_an_extension(extension_id: ExtensionId, operations: Operations, accept: Accept) -> Response:
    """Every account on its list with what came of it, by id, as it is read: JSON, or CSV with `Accept: text/csv`."""
    report = await operations.extensions.report(
        str(extension_id)
    )  # a refusal can be told only before the answer begins
    items = (ItemAnswer.model_validate(item) async for item in report)
    if preferred_media(accept, (Media.JSON, Media.CSV)) is Media.CSV:
        return StreamingResponse(as_csv(ItemAnswer, items), media_type=Media.CSV)
    return StreamingResponse(as_json(items), media_type=Media.JSON)
