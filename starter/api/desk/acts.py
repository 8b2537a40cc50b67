"""What a clerk does with a registration, on the evidence that the client is who it says (S3, S9)."""

from typing import Final

from fastapi import APIRouter, Response

from registration.descriptions import PresentStatus, Signalled
from registration.errors import (
    AlreadyReactivated,
    AlreadyVerified,
    EvidenceMissing,
    IdempotencyKeyReused,
    NotAccepted,
    NotFound,
    RequestInProgress,
)
from registration.operations import Operation
from starter.api.desk.requests import ActInPerson, NewAddress, NewLanguage, Reactivation
from starter.api.documented import problems
from starter.api.idempotent import OnceOnly
from starter.api.reference import Reference
from starter.api.routes import OperationRoute
from starter.api.services import Desk

router: Final = APIRouter(prefix="/v1/desk/registrations/{reference}", route_class=OperationRoute, tags=["desk"])

_ON_EVIDENCE: Final = (NotFound, NotAccepted, EvidenceMissing)
_ONCE: Final = (*_ON_EVIDENCE, IdempotencyKeyReused, RequestInProgress)


@router.post(
    "/identity-verification",
    name=Operation.DESK_VERIFY_IDENTITY,
    response_model=PresentStatus,
    responses=problems(AlreadyVerified, *_ONCE),
)
async def verify_the_identity(reference: Reference, body: ActInPerson, desk: Desk, once: OnceOnly) -> Response:
    """Make a temporary registration final (S3); before the activation it is noted."""

    async def verify(request_id: str | None) -> PresentStatus:
        return await desk.verify_identity(reference, body.evidence.model_dump(), request_id=request_id)

    return await once(200, verify)


@router.post(
    "/reactivation",
    name=Operation.DESK_REACTIVATE,
    response_model=PresentStatus,
    responses=problems(AlreadyReactivated, *_ONCE),
)
async def reactivate_the_registration(reference: Reference, body: Reactivation, desk: Desk, once: OnceOnly) -> Response:
    """Reactivate an inactive registration (S9); the new code goes out by itself, to `email` where that is given."""

    async def reactivate(request_id: str | None) -> PresentStatus:
        evidence = body.evidence.model_dump()
        if body.email is None:
            answer = await desk.reactivate(reference, evidence, request_id=request_id)
        else:
            answer = await desk.change_email_and_reactivate(reference, body.email, evidence, request_id=request_id)
        return answer

    return await once(200, reactivate)


@router.post(
    "/reactivation-signal",
    name=Operation.DESK_SIGNAL_REACTIVATE,
    status_code=202,
    response_model=Signalled,
    responses=problems(NotFound, NotAccepted, IdempotencyKeyReused, RequestInProgress),
)
async def signal_the_reactivation(reference: Reference, body: ActInPerson, desk: Desk, once: OnceOnly) -> Response:
    """Reactivate without waiting for the answer, as a message bus does (S9); a refusal leaves an event on record."""

    async def signal(request_id: str | None) -> Signalled:
        evidence = body.evidence.model_dump()
        return Signalled(await desk.signal_reactivate(reference, evidence, request_id=request_id))

    return await once(202, signal)


@router.put("/email", name=Operation.DESK_CHANGE_EMAIL, responses=problems(*_ON_EVIDENCE))
async def replace_the_email_address(reference: Reference, body: NewAddress, desk: Desk) -> PresentStatus:
    """Replace a dead e-mail address at once; a live code is void, and a fresh one goes out where one is awaited."""
    return await desk.change_email(reference, body.email, body.evidence.model_dump())


@router.put("/language", name=Operation.DESK_CHANGE_LANGUAGE, responses=problems(*_ON_EVIDENCE))
async def change_the_language_at_the_desk(reference: Reference, body: NewLanguage, desk: Desk) -> PresentStatus:
    """Have letters follow in the language that the client wants."""
    return await desk.change_language(reference, body.language, body.evidence.model_dump())


@router.post("/closure", name=Operation.DESK_CLOSE, response_model=PresentStatus, responses=problems(*_ONCE))
async def close_at_the_desk(reference: Reference, body: ActInPerson, desk: Desk, once: OnceOnly) -> Response:
    """Close the registration at the client's request; final."""

    async def close(request_id: str | None) -> PresentStatus:
        return await desk.close(reference, body.evidence.model_dump(), request_id=request_id)

    return await once(200, close)
