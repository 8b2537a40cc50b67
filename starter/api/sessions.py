"""Log a client in, and publish the keys by which portals verify the assertion (S5 to S9)."""

from typing import Final

from fastapi import APIRouter

from registration.errors import (
    LogInRefused,
    RedeemFirst,
    RedeemTheCode,
    RequestACode,
    TooManyGuesses,
    VisitABody,
    WrongPassword,
)
from registration.operations import Operation
from starter.api.answers import KeySet, LoggedIn
from starter.api.documented import problems
from starter.api.requests import LogIn
from starter.api.routes import OperationRoute
from starter.api.services import ApiServices, LogIns, Portal

router: Final = APIRouter(prefix="/v1", route_class=OperationRoute, tags=["sessions"])


@router.post(
    "/sessions",
    name=Operation.PORTAL_LOG_IN,
    responses=problems(
        WrongPassword, RequestACode, RedeemTheCode, VisitABody, LogInRefused, TooManyGuesses, RedeemFirst
    ),
)
async def log_in(body: LogIn, portal: Portal, log_ins: LogIns) -> LoggedIn:
    """Check user name and password. Whatever says more than "wrong" is said to the right password only."""
    session = await portal.authenticate(body.user_name, body.password, client_address=body.client_address)
    assertion = log_ins.issue(session)
    return LoggedIn(
        registration_id=session.registration_id,
        status=session.status,
        deadline=session.deadline,
        password_valid_until=session.password_valid_until,
        assertion=assertion.token,
        assertion_expires_at=assertion.expires_at,
    )


@router.get("/keys", name=Operation.PORTAL_KEYS, responses=problems(with_body=False))
async def keys_of_assertions(services: ApiServices) -> KeySet:
    """The public keys of log-in assertions, the present one first."""
    return KeySet(keys=services.assertions.public_keys()["keys"])
