"""The letters of a registration, and those that did not arrive once more."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from registration.descriptions import PresentStatus
from registration.errors import (
    CodeNotLive,
    IdempotencyKeyReused,
    LetterOutOfDate,
    NoSuchLetter,
    NotAccepted,
    NotFound,
    RequestInProgress,
)
from registration.operations import Operation
from starter.api.documented import problems
from starter.api.idempotent import OnceOnly
from starter.api.reference import Reference
from starter.api.routes import OperationRoute
from starter.api.services import Desk
from starter.gateway import LetterList

router: Final = APIRouter(
    prefix="/v1/desk/registrations/{reference}/letters", route_class=OperationRoute, tags=["desk"]
)

LetterId = Annotated[str, Path(description="`letter_id` of the list.", examples=["1-code_password"])]


@router.get("", name=Operation.DESK_LETTERS, responses=problems(NotFound, with_body=False))
async def list_the_letters(reference: Reference, desk: Desk) -> LetterList:
    """What was sent, and what did not arrive; neither contents nor addresses."""
    return await desk.letters(reference)


@router.post(
    "/{letter_id}/sending",
    name=Operation.DESK_SEND_AGAIN,
    status_code=202,
    response_model=PresentStatus,
    responses=problems(
        NotFound, NoSuchLetter, LetterOutOfDate, CodeNotLive, NotAccepted, IdempotencyKeyReused, RequestInProgress
    ),
)
async def send_a_letter_again(reference: Reference, letter_id: LetterId, desk: Desk, once: OnceOnly) -> Response:
    """Send a letter that did not arrive once more, with what is true now, to the present address."""

    async def send(request_id: str | None) -> PresentStatus:
        return await desk.send_again(reference, letter_id, request_id=request_id)

    return await once(202, send)
