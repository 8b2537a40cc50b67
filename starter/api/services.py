"""What the operations work with: the gateways of this process, and who may call.

Dependencies are coroutines although they wait for nothing: FastAPI runs others in a thread, which costs a request more
processor time than all the rest of its own work.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from registration.messages import ActorKind
from starter.api.token_keys import TokenKeys
from starter.api.tokens import Principal, Role, Tokens
from starter.gateway import (
    AuditGateway,
    DeskGateway,
    Gateway,
    HealthGateway,
    IdempotencyGateway,
    OperationsGateway,
    PortalGateway,
)
from starter.gateway.assertions import Assertions, PortalAssertions
from wiring.settings import Settings, parse_keys, required


@dataclass(frozen=True)
class Services:
    """One for each process."""

    gateway: Gateway
    audit: AuditGateway
    health: HealthGateway
    idempotency: IdempotencyGateway
    assertions: Assertions
    tokens: Tokens


async def services_of(settings: Settings, gateway: Gateway) -> Services:
    """The services on an open gateway. Raises `SettingsError`."""
    issuer, keys = required(settings, "token_issuer"), TokenKeys(required(settings, "token_keys"))
    assertions = Assertions(parse_keys(required(settings, "assertion_keys")), settings.token_audience)
    await keys.load()
    return Services(
        gateway,
        AuditGateway(gateway),
        HealthGateway(gateway),
        IdempotencyGateway(gateway),
        assertions,
        Tokens(keys, issuer, settings.token_audience),
    )


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def principal_of(request: Request) -> Principal:
    """The caller, whom the authentication has found."""
    principal: Principal = request.state.principal
    return principal


ApiServices = Annotated[Services, Depends(_services)]
Caller = Annotated[Principal, Depends(principal_of)]


async def _portal(services: ApiServices, caller: Caller) -> PortalGateway:
    return PortalGateway(services.gateway, caller.id)


async def _assertions(services: ApiServices, caller: Caller) -> PortalAssertions:
    return services.assertions.for_portal(caller.id)


async def _desk(services: ApiServices, caller: Caller) -> DeskGateway:
    """The route has seen to it that the token names an office; who is a supervisor too acts as one."""
    kind = ActorKind.SUPERVISOR if Role.SUPERVISOR in caller.roles else ActorKind.CLERK
    return DeskGateway(services.gateway, caller.id, caller.office or "", kind)


async def _operations(services: ApiServices, caller: Caller) -> OperationsGateway:
    return OperationsGateway(services.gateway, caller.id)


Portal = Annotated[PortalGateway, Depends(_portal)]
Desk = Annotated[DeskGateway, Depends(_desk)]
Operations = Annotated[OperationsGateway, Depends(_operations)]
LogIns = Annotated[PortalAssertions, Depends(_assertions)]
