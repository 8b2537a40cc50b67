"""What the operations work with: the gateways of this process, and who may call.

Dependencies are coroutines although they wait for nothing: FastAPI runs others in a thread, which costs a request more
processor time than all the rest of its own work.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from settings.keys import parse_keys
from settings.settings import Settings, required
from starter.api.token_keys import TokenKeys
from starter.api.tokens import Principal, Tokens
from starter.gateway import (
    AdministrationGateway,
    AdmissionGateway,
    AuditorGateway,
    DeskGateway,
    Engine,
    HealthGateway,
    IdempotencyGateway,
    OperationsGateway,
    PortalGateway,
    RecordGateway,
    StaffActsGateway,
)
from starter.gateway.assertions import Assertions, PortalAssertions


@dataclass(frozen=True)
class Services:
    """One for each process."""

    engine: Engine
    admission: AdmissionGateway
    audit: AuditorGateway
    health: HealthGateway
    idempotency: IdempotencyGateway
    assertions: Assertions
    tokens: Tokens


async def check_settings(settings: Settings) -> None:
    """Finds what the API alone needs before any server is asked for anything. Raises `SettingsError`."""
    await _signatures_of(settings)


async def services_of(settings: Settings, engine: Engine) -> Services:
    """The services on an open gateway. Raises `SettingsError`."""
    assertions, tokens = await _signatures_of(settings)
    return Services(
        engine,
        AdmissionGateway(engine),
        AuditorGateway(engine),
        HealthGateway(engine),
        IdempotencyGateway(engine),
        assertions,
        tokens,
    )


async def _signatures_of(settings: Settings) -> tuple[Assertions, Tokens]:
    """What signs log-in assertions, and what verifies callers' tokens."""
    issuer, keys = required(settings, "token_issuer"), TokenKeys(required(settings, "token_keys"))
    assertions = Assertions(parse_keys(required(settings, "assertion_keys")), settings.token_audience)
    await keys.load()
    return assertions, Tokens(keys, issuer, settings.token_audience)


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
    return PortalGateway(services.engine, caller.id)


async def _assertions(services: ApiServices, caller: Caller) -> PortalAssertions:
    return services.assertions.for_portal(caller.id)


async def _desk(services: ApiServices, caller: Caller) -> DeskGateway:
    """The authentication has seen to it that the token names an office."""
    return DeskGateway(services.engine, caller.id, caller.office or "", caller.actor.kind)


async def _operations(services: ApiServices, caller: Caller) -> OperationsGateway:
    return OperationsGateway(services.engine, caller.id, caller.actor.kind, caller.actor.office)


async def _administration(services: ApiServices, caller: Caller) -> AdministrationGateway:
    return AdministrationGateway(services.engine, caller.id)


async def _audit(services: ApiServices) -> AuditorGateway:
    return services.audit


async def _staff_acts(services: ApiServices, caller: Caller) -> StaffActsGateway:
    return StaffActsGateway(services.engine, caller.id)


async def _record(services: ApiServices) -> RecordGateway:
    return RecordGateway(services.engine)


Portal = Annotated[PortalGateway, Depends(_portal)]
Desk = Annotated[DeskGateway, Depends(_desk)]
Operations = Annotated[OperationsGateway, Depends(_operations)]
Administration = Annotated[AdministrationGateway, Depends(_administration)]
Audit = Annotated[AuditorGateway, Depends(_audit)]
StaffActs = Annotated[StaffActsGateway, Depends(_staff_acts)]
Record = Annotated[RecordGateway, Depends(_record)]
LogIns = Annotated[PortalAssertions, Depends(_assertions)]
