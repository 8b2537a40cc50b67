"""An OpenID provider that a test bends: what it says of itself, its keys, and the answer of its token endpoint."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc.jwk import Key
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.gateway.jwt import public_keys, sign
from starter.pages.bare_page import bare_page
from starter.serving.server import serving
from tests.api.issuer import ec

CLIENT_ID: Final = "ugyfelkapu-staff"


@dataclass
class LyingProvider:
    """`metadata` and `claims` are changes; `None` takes a field away. What it was sent is kept."""

    issuer: str
    key: Key = field(default_factory=ec)
    published: list[Key] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    status: int = 200
    error: str = ""
    content: bytes | None = None
    pause: float = 0
    moved: bool = False
    asked: int = 0
    sent: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        return _given(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "end_session_endpoint": f"{self.issuer}/end",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
            | self.metadata
        )

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "clerk-7",
            "roles": ["clerk"],
            "office": "1051",
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
        }
        return sign(_given(usual | self.claims), self.key)


@asynccontextmanager
async def lying_provider() -> AsyncIterator[LyingProvider]:
    """On a free port; truthful until it is told otherwise. A code is the nonce that its id token gets."""
    ports = ReservedPorts(1)
    provider = LyingProvider(f"http://{LOOPBACK}:{ports.numbers[0]}")

    async def metadata(_request: Request) -> Response:
        provider.asked += 1
        await asyncio.sleep(provider.pause)
        if provider.moved:
            return RedirectResponse(f"{provider.issuer}/moved", 307)
        content = provider.content or json.dumps(provider.document()).encode()
        return Response(content, provider.status, media_type="application/json")

    async def keys(_request: Request) -> Response:
        return JSONResponse(public_keys(provider.published or [provider.key]))

    async def token(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        provider.sent.append((form, request.headers.get("authorization", "")))
        if provider.error or provider.status >= 400:
            return JSONResponse({"error": provider.error}, max(provider.status, 400))
        if provider.content:
            return Response(provider.content)
        given = provider.id_token(form["code"]) if provider.token is None else provider.token
        return JSONResponse({"id_token": given})

    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", metadata),
            Route("/moved", metadata),
            Route("/keys", keys),
            Route("/token", token, methods=["POST"]),
        ]
    )
    async with serving(app, f"{LOOPBACK}:{ports.numbers[0]}", "staff_issuer", bare_page):
        yield provider


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
