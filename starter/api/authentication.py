"""Only the health checks answer without the valid token of a caller who may act, whatever the path."""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from registration.errors import UgyfelkapuError
from registration.operations import Operation
from starter.api.http_errors import TOO_LITTLE, HttpRefusal, OfficeNeeded, RolesExcludeEachOther, Unauthenticated
from starter.api.problems import ProblemResponse, note_dependency, problem_response
from starter.gateway import StaffDoor
from starter.gateway.jwt import TokenRefused
from starter.gateway.principals import Principal
from starter.gateway.tokens import Tokens
from starter.serving.negotiation import language_of

OPEN_PATHS: Final = frozenset({"/livez", "/readyz"})


class Authentication:
    """Finds out who calls, and whether that person may act at all: `request.state.principal`."""

    def __init__(self, app: ASGIApp, tokens: Tokens, door: StaffDoor) -> None:
        """Wraps an application."""
        self._app = app
        self._tokens = tokens
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        if refused := await self._refusal(scope):
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> ProblemResponse | None:
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return _unauthenticated(scope, "Bearer")
        try:
            caller = await self._tokens.principal(token.strip())
            scope.setdefault("state", {})["principal"] = caller
            await self._admit(caller)
        except TokenRefused as refused:
            scope.setdefault("state", {})["token_refused"] = refused.reason
            return _unauthenticated(scope, 'Bearer error="invalid_token"')
        except UgyfelkapuError as refusal:
            note_dependency(scope, refusal)
            return problem_response(refusal, language_of(scope))
        return None

    async def _admit(self, caller: Principal) -> None:
        if refusal := _unfit(caller):
            await self._door.turn_away(caller.actor, Operation.API_AUTHENTICATION, refusal.__name__)
            raise refusal(TOO_LITTLE)
        await self._door.admit(caller.actor, Operation.API_AUTHENTICATION)


def _unfit(caller: Principal) -> type[HttpRefusal] | None:
    """What is wrong with a token's roles."""
    if caller.has_excluding_roles:
        return RolesExcludeEachOther
    return OfficeNeeded if caller.lacks_office else None


def _unauthenticated(scope: Scope, challenge: str) -> ProblemResponse:
    """The challenge is what RFC 6750, section 3, asks for."""
    return problem_response(Unauthenticated({"WWW-Authenticate": challenge}), language_of(scope))
