"""One-time codes: redeem one, have one sent (S3, S6, S8, S9)."""

from typing import Final

from fastapi import APIRouter, Response

from registration.descriptions import PresentStatus
from registration.errors import (
    CodeNotLive,
    IdempotencyKeyReused,
    NotAccepted,
    RequestInProgress,
    TooManyGuesses,
    WrongCode,
    WrongPair,
)
from registration.operations import Operation
from registration.statuses import Purpose
from starter.api.documented import problems
from starter.api.idempotent import OnceOnly
from starter.api.requests import CodeRedemption, CodeRequest, PasswordCode
from starter.api.routes import OperationRoute
from starter.api.services import Citizen

router: Final = APIRouter(prefix="/v1", route_class=OperationRoute, tags=["codes"])


@router.post(
    "/code-redemptions",
    name=Operation.PORTAL_REDEEM_CODE,
    response_model=PresentStatus,
    responses=problems(WrongCode, CodeNotLive, NotAccepted, TooManyGuesses, IdempotencyKeyReused, RequestInProgress),
)
async def redeem_a_code(body: CodeRedemption, citizen: Citizen, once: OnceOnly) -> Response:
    """Redeem the code of a letter: it sets a new password, confirms a new e-mail address, or closes."""

    async def redeem(request_id: str | None) -> PresentStatus:
        if isinstance(body, PasswordCode):
            answer = await citizen.redeem_code(
                body.user_name,
                body.code,
                body.password,
                client_address=body.client_address,
                validity_days=body.validity_days,
                request_id=request_id,
            )
        else:
            answer = await citizen.confirm(
                body.user_name,
                body.code,
                Purpose(body.purpose),
                client_address=body.client_address,
            )
        return answer

    return await once(200, redeem)


@router.post(
    "/code-requests",
    name=Operation.PORTAL_REQUEST_CODE,
    status_code=202,
    response_model=PresentStatus,
    responses=problems(WrongPair, NotAccepted, TooManyGuesses, IdempotencyKeyReused, RequestInProgress),
)
async def request_a_code(body: CodeRequest, citizen: Citizen, once: OnceOnly) -> Response:
    """Have a code sent to the registered e-mail address, as when the password is forgotten or has expired."""

    async def request(request_id: str | None) -> PresentStatus:
        return await citizen.request_code(
            body.user_name, body.email, client_address=body.client_address, request_id=request_id
        )

    return await once(202, request)
