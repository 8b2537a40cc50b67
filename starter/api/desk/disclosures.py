"""Disclose registration data to its client, on record before it is shown (S8).

No Idempotency-Key: an answer with personal data is kept nowhere, and data that is shown twice was disclosed twice.
"""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from registration.answers import json_of
from registration.errors import EvidenceMissing, NotAccepted, NotFound
from registration.operations import Operation
from starter.api.desk.requests import DisclosureInPerson
from starter.api.documented import also_as, problems
from starter.api.reference import Reference
from starter.api.routes import OperationRoute
from starter.api.services import Desk
from starter.gateway import Disclosure, Receipt
from starter.pages.receipt import receipt_page
from starter.serving.negotiation import Media, language_of, media_of

router: Final = APIRouter(prefix="/v1/desk/registrations/{reference}", route_class=OperationRoute, tags=["desk"])

_REFUSALS: Final = (NotFound, NotAccepted, EvidenceMissing)


@router.post("/disclosure", name=Operation.DESK_DISCLOSE, responses=problems(*_REFUSALS))
async def disclose_the_data(reference: Reference, body: DisclosureInPerson, desk: Desk) -> Disclosure:
    """The data that the client has registered, for a client without a receipt who has shown a document (S8)."""
    return await desk.disclose(reference, body.evidence.model_dump())


@router.post(
    "/receipt",
    name=Operation.DESK_RECEIPT,
    response_model=Receipt,
    responses=problems(*_REFUSALS) | also_as({Media.HTML: "<!doctype html>…"}),
)
async def issue_a_receipt(request: Request, reference: Reference, body: DisclosureInPerson, desk: Desk) -> Response:
    """The receipt, on which the user name is printed (S8): JSON, or a page to be printed with `Accept: text/html`."""
    receipt = await desk.receipt(reference, body.evidence.model_dump())
    if media_of(request.scope, (Media.JSON, Media.HTML)) is Media.HTML:
        return HTMLResponse(receipt_page(receipt, language_of(request.scope)))
    return Response(json_of(receipt), media_type=Media.JSON)
