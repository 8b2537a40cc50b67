"""Submit a registration, and look at it (S3, S4)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response

from registration.answers import ID
from registration.descriptions import Accepted, Overview
from registration.errors import IdempotencyKeyReused, NotFound, RequestInProgress, TooManyGuesses, UserNameTaken
from registration.operations import Operation
from registration.signature_errors import SignatureChannelClosed, SignatureRefused
from starter.api.documented import header, problems
from starter.api.idempotent import OnceOnly
from starter.api.requests import OnlineRegistration, Registration
from starter.api.routes import OperationRoute
from starter.api.services import ApiServices, Portal
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
async def submit_a_registration(body: Annotated[Registration, Body()], portal: Portal, once: OnceOnly) -> Response:
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
async def look_at_a_registration(registration_id: RegistrationId, services: ApiServices) -> Overview:
    """Where it stands, since when and why, and what happens next by itself."""
    return await services.audit.look(str(registration_id))
