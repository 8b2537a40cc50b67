"""What a client changes after log-in: password, e-mail address, language of letters, closure (S7)."""

from typing import Final

from fastapi import APIRouter, Response

from registration.descriptions import PresentStatus
from registration.errors import (
    AssertionRefused,
    IdempotencyKeyReused,
    NotAccepted,
    NotFound,
    RedeemFirst,
    RequestInProgress,
    TooManyGuesses,
    WrongPassword,
)
from registration.operations import Operation
from starter.api.documented import problems
from starter.api.idempotent import OnceOnly
from starter.api.registrations import RegistrationId
from starter.api.requests import Closure, EmailChange, LanguageChange, PasswordChange
from starter.api.routes import OperationRoute
from starter.api.services import Citizen, LogIns

router: Final = APIRouter(
    prefix="/v1/registrations/{registration_id}", route_class=OperationRoute, tags=["registrations"]
)


@router.put(
    "/password",
    name=Operation.PORTAL_CHANGE_PASSWORD,
    responses=problems(WrongPassword, NotAccepted, NotFound, TooManyGuesses, RedeemFirst),
)
async def change_the_password(registration_id: RegistrationId, body: PasswordChange, citizen: Citizen) -> PresentStatus:
    """Replace the present password; a new validity starts."""
    return await citizen.change_password_of(
        str(registration_id),
        body.present_password,
        body.password,
        client_address=body.client_address,
        validity_days=body.validity_days,
    )


@router.put(
    "/email",
    name=Operation.PORTAL_CHANGE_EMAIL,
    status_code=202,
    responses=problems(AssertionRefused, NotAccepted, NotFound, TooManyGuesses),
)
async def change_the_email_address(
    registration_id: RegistrationId, body: EmailChange, citizen: Citizen, log_ins: LogIns
) -> PresentStatus:
    """Ask for a new e-mail address: a code of purpose NEW_EMAIL goes there, and redeeming it changes the address."""
    credential_id = log_ins.check(body.assertion, str(registration_id))
    return await citizen.request_email_change(
        str(registration_id), body.email, client_address=body.client_address, credential_id=credential_id
    )


@router.put(
    "/language",
    name=Operation.PORTAL_CHANGE_LANGUAGE,
    responses=problems(AssertionRefused, NotAccepted, NotFound, TooManyGuesses),
)
async def change_the_language_of_letters(
    registration_id: RegistrationId, body: LanguageChange, citizen: Citizen, log_ins: LogIns
) -> PresentStatus:
    """Have letters follow in another language."""
    credential_id = log_ins.check(body.assertion, str(registration_id))
    return await citizen.change_language(
        str(registration_id), body.language, client_address=body.client_address, credential_id=credential_id
    )


@router.post(
    "/closure",
    name=Operation.PORTAL_CLOSE,
    status_code=202,
    response_model=PresentStatus,
    responses=problems(
        AssertionRefused, NotAccepted, NotFound, TooManyGuesses, IdempotencyKeyReused, RequestInProgress
    ),
)
async def close_the_registration(
    registration_id: RegistrationId,
    body: Closure,
    citizen: Citizen,
    log_ins: LogIns,
    once: OnceOnly,
) -> Response:
    """Ask for the closure: a code of purpose CLOSURE goes to the present address, and redeeming it closes for good."""

    async def request_closure(request_id: str | None) -> PresentStatus:
        credential_id = log_ins.check(body.assertion, str(registration_id))
        return await citizen.request_closure(
            str(registration_id),
            client_address=body.client_address,
            credential_id=credential_id,
            request_id=request_id,
        )

    return await once(202, request_closure)
