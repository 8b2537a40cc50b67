"""What the operations work with: the gateways of this process, and who may call.

Dependencies are coroutines although they wait for nothing: FastAPI runs others in a thread, which costs a request more
processor time than all the rest of its own work. None depends on another: FastAPI solves each anew for every request.
"""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from settings.keys import parse_keys
from settings.metrics import SITE_METRICS, Metrics
from settings.settings import Settings, required
from starter.gateway import (
    AuditorGateway,
    CitizenGateway,
    DeskGateway,
    Engine,
    Idempotency,
    OperationsGateway,
    PortalGateway,
    ReadinessCheck,
    StaffDoor,
)
from starter.gateway.assertions import Assertions, PortalAssertions
from starter.gateway.principals import Principal
from starter.gateway.token_keys import TokenKeys
from starter.gateway.tokens import Tokens


@dataclass(frozen=True)
class Services:
    """One for each process."""

    engine: Engine
    door: StaffDoor
    health: ReadinessCheck
    idempotency: Idempotency
    assertions: Assertions
    tokens: Tokens
    metrics: Metrics = field(default_factory=lambda: Metrics(SITE_METRICS))


async def check_settings(settings: Settings) -> None:
    """Finds what the API alone needs before any server is asked for anything. Raises `SettingsError`."""
    await _signatures_of(settings)


async def services_of(settings: Settings, engine: Engine) -> Services:
    """The services on an open gateway. Raises `SettingsError`."""
    assertions, tokens = await _signatures_of(settings)
    return Services(
        engine,
        StaffDoor(engine),
        ReadinessCheck(engine),
        Idempotency(engine),
        assertions,
        tokens,
    )


async def _signatures_of(settings: Settings) -> tuple[Assertions, Tokens]:
    """What signs log-in assertions, and what verifies callers' tokens."""
    issuer, keys = required(settings, "token_issuer"), TokenKeys(required(settings, "token_keys"))
    assertions = Assertions(parse_keys(required(settings, "assertion_keys")), settings.token_audience)
    await keys.load()
    return assertions, Tokens(keys, issuer, settings.token_audience)


def _services_for(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def principal_of(request: Request) -> Principal:
    """The caller, whom the authentication has found."""
    principal: Principal = request.state.principal
    return principal


async def _services(request: Request) -> Services:
    return _services_for(request)


async def _caller(request: Request) -> Principal:
    return principal_of(request)


async def _portal(request: Request) -> PortalGateway:
    return PortalGateway(_services_for(request).engine, principal_of(request).id)


async def _citizen(request: Request) -> CitizenGateway:
    return CitizenGateway(_services_for(request).engine, principal_of(request).id)


async def _assertions(request: Request) -> PortalAssertions:
    return _services_for(request).assertions.for_portal(principal_of(request).id)


async def _desk(request: Request) -> DeskGateway:
    """The authentication has seen to it that the token names an office."""
    caller = principal_of(request)
    return DeskGateway(_services_for(request).engine, caller.id, caller.office or "", caller.actor.kind)


async def _auditor(request: Request) -> AuditorGateway:
    return AuditorGateway(_services_for(request).engine, principal_of(request).id)


async def _operations(request: Request) -> OperationsGateway:
    caller = principal_of(request)
    return OperationsGateway(_services_for(request).engine, caller.id, caller.actor.kind, caller.actor.office)


ApiServices = Annotated[Services, Depends(_services)]
Caller = Annotated[Principal, Depends(_caller)]
Portal = Annotated[PortalGateway, Depends(_portal)]
Citizen = Annotated[CitizenGateway, Depends(_citizen)]
Desk = Annotated[DeskGateway, Depends(_desk)]
Auditor = Annotated[AuditorGateway, Depends(_auditor)]
Operations = Annotated[OperationsGateway, Depends(_operations)]
LogIns = Annotated[PortalAssertions, Depends(_assertions)]
