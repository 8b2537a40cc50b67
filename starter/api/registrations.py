"""Submit a registration, look at it, correct its e-mail address before the activation (S3, S4)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response

from registration.answers import ID
from registration.descriptions import Accepted, Overview, PresentStatus
from registration.errors import (
    CorrectedTooOften,
    CorrectionAtADesk,
    IdempotencyKeyReused,
    NotAccepted,
    NotFound,
    RequestInProgress,
    TooLateToCorrect,
    TooManyGuesses,
    UserNameTaken,
)
from registration.operations import Operation
from registration.signature_errors import SignatureChannelClosed, SignatureRefused
from starter.api.documented import header, problems
from starter.api.idempotent import OnceOnly
from starter.api.requests import EmailCorrection, OnlineRegistration, RegistrationBody
from starter.api.routes import OperationRoute
from starter.api.services import Citizen, Portal
from starter.api.signed import signed_bytes

router: Final = APIRouter(prefix="/v1/registrations", route_class=OperationRoute, tags=["registrations"])

RegistrationId = Annotated[UUID, Path(description="The registration's id.", examples=[ID])]

_LOCATION: Final = "/v1/registrations/{registration_id}"


@router.post(
    "",
    name=Operation.PORTAL_REGISTER,
    status_code=202,
    response_model=Accepted,
    responses=problems(
        UserNameTaken,
        TooManyGuesses,
        IdempotencyKeyReused,
        RequestInProgress,
        SignatureChannelClosed,
        *SignatureRefused.__subclasses__(),
    )
    | {202: {"headers": header("Location", "Where the registration can be looked at.", _LOCATION)}},
)
async def submit_a_registration(body: Annotated[RegistrationBody, Body()], portal: Portal, once: OnceOnly) -> Response:
    """Take in a registration, online or with an e-signature; the one-time code goes out by e-mail."""

    async def register(request_id: str | None) -> Accepted:
        client = body.client_address
        if isinstance(body, OnlineRegistration):
            form = body.form.model_dump()
            return Accepted(await portal.register(form, client_address=client, request_id=request_id))
        document, signature = signed_bytes(body)
        accepted = await portal.register_signed(document, signature, client_address=client, request_id=request_id)
        return Accepted(accepted)

    return await once(202, register, _LOCATION)


@router.get("/{registration_id}", name=Operation.PORTAL_LOOK, responses=problems(NotFound, with_body=False))
async def look_at_a_registration(registration_id: RegistrationId, portal: Portal) -> Overview:
    """Its status, since when and why, and what happens next by itself."""
    return await portal.look(str(registration_id))


@router.post(
    "/{registration_id}/email-corrections",
    name=Operation.PORTAL_CORRECT_EMAIL,
    response_model=PresentStatus,
    responses=problems(
        NotAccepted,
        NotFound,
        CorrectedTooOften,
        TooLateToCorrect,
        CorrectionAtADesk,
        TooManyGuesses,
        IdempotencyKeyReused,
        RequestInProgress,
    ),
)
async def correct_the_email_address(
    registration_id: RegistrationId, body: EmailCorrection, citizen: Citizen, once: OnceOnly
) -> Response:
    """Replace an address that was mistyped, before the activation: the code so far is void, the next one goes out."""

    async def correct(request_id: str | None) -> PresentStatus:
        return await citizen.correct_email(
            str(registration_id),
            body.user_name,
            body.email,
            client_address=body.client_address,
            request_id=request_id,
        )

    return await once(200, correct)
