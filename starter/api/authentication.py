"""Without a valid token nothing answers but the health checks, not even that a path does not exist."""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from registration.errors import Unavailable
from starter.api.problem_types import UNAUTHENTICATED
from starter.api.problems import Problem, ProblemResponse, language_of, problem_response, refusal_response
from starter.api.tokens import Principal, Tokens
from wiring.jwt import TokenRefused

OPEN_PATHS: Final = frozenset({"/livez", "/readyz"})


class Authentication:
    """Finds out who calls: `request.state.principal`."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        """Wraps an application."""
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        found = await self._caller(scope)
        if isinstance(found, ProblemResponse):
            await found(scope, receive, send)
            return
        scope.setdefault("state", {})["principal"] = found
        await self._app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Principal | ProblemResponse:
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return _unauthenticated(scope, "Bearer")
        try:
            return await self._tokens.principal(token.strip())
        except TokenRefused:
            return _unauthenticated(scope, 'Bearer error="invalid_token"')
        except Unavailable as trouble:
            return refusal_response(trouble, language_of(scope))


def _unauthenticated(scope: Scope, challenge: str) -> ProblemResponse:
    """The challenge is what RFC 6750, section 3, asks for."""
    return problem_response(Problem(UNAUTHENTICATED, {"WWW-Authenticate": challenge}), language_of(scope))
