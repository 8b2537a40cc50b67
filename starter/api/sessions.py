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
from starter.api.documented import problems
from starter.api.requests import LogIn
from starter.api.routes import OperationRoute
from starter.api.services import ApiServices, Citizen, LogIns
from starter.gateway import JsonWebKeys, LoggedInAtPortal
from starter.serving.log_ins import counted_log_in

router: Final = APIRouter(prefix="/v1", route_class=OperationRoute, tags=["sessions"])


@router.post(
    "/sessions",
    name=Operation.PORTAL_LOG_IN,
    responses=problems(
        WrongPassword, RequestACode, RedeemTheCode, VisitABody, LogInRefused, TooManyGuesses, RedeemFirst
    ),
)
async def log_in(body: LogIn, citizen: Citizen, log_ins: LogIns, services: ApiServices) -> LoggedInAtPortal:
    """Check user name and password. Whatever says more than "wrong" is said to the right password only."""
    with counted_log_in(services.metrics):
        session = await citizen.authenticate(body.user_name, body.password, client_address=body.client_address)
    return LoggedInAtPortal.of(session, log_ins.issue(session))


@router.get("/keys", name=Operation.PORTAL_KEYS, responses=problems(with_body=False))
async def keys_of_assertions(services: ApiServices) -> JsonWebKeys:
    """The public keys of log-in assertions, the present one first."""
    return services.assertions.public_keys()
