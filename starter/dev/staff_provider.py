"""The OpenID provider of the embedded environment: asks "who are you?", and believes it. On this machine alone.

It has what our side of OpenID Connect uses, and checks what a provider must: the client's secret, its registered
addresses, PKCE, and that a code is used once, within a minute.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from registration.sentences import Sentence
from settings.addresses import origin
from starter.dev.keys import STAFF_CLIENT_ID
from starter.dev.ports import LOOPBACK
from starter.dev.sample_staff import SAMPLE_STAFF, SampleStaff
from starter.gateway.jwt import public_keys, sign, signing_key
from starter.gateway.staff_sign_in import ANSWER_PATH, SIGNED_OUT_PATH
from starter.pages.assets import ROUTES as ASSETS
from starter.pages.assets import STYLE_PATH
from starter.pages.bare_page import bare_page
from starter.pages.headers import Headers
from starter.serving.negotiation import preferred_language
from starter.serving.server import serving
from starter.translation import translated

_CODE_SECONDS: Final = 60
_TOKEN_SECONDS: Final = 300
_KEY_BYTES: Final = 32


@dataclass(frozen=True)
class _Grant:
    """What a code was given for; `until` is in seconds of the monotonic clock."""

    who: SampleStaff
    nonce: str
    challenge: str
    until: float
    at: int
    """When the person signed in, in seconds since 1970."""


@dataclass(frozen=True)
class _Provider:
    """`site` is the origin of the pages for staff, the one client."""

    issuer: str
    site: str
    secret: str = field(repr=False)
    key: OKPKey = field(repr=False)
    grants: dict[str, _Grant] = field(default_factory=dict, repr=False)


@asynccontextmanager
async def running_staff_provider(port: int, site: str, secret: str) -> AsyncIterator[str]:
    """The provider as long as the context lasts, and its URL, which is the issuer. Its key is new at each start.

    Raises `SettingsError` where the port is taken.
    """
    key = signing_key(secrets.token_hex(8), os.urandom(_KEY_BYTES))
    provider = _Provider(f"http://{LOOPBACK}:{port}", site, secret, key)
    async with serving(_application(provider), f"{LOOPBACK}:{port}", "staff_issuer", bare_page) as url:
        yield url


def _application(provider: _Provider) -> Starlette:
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", _metadata),
            Route("/keys", _keys),
            Route("/authorize", _ask, methods=["GET"]),
            Route("/authorize", _answer, methods=["POST"]),
            Route("/token", _token, methods=["POST"]),
            Route("/end", _end, methods=["GET"]),
            *ASSETS,
        ],
        middleware=[
            Middleware(Headers, is_https=False, form_targets=lambda: [origin(provider.site)]),
            Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"]),
        ],
    )
    app.state.provider = provider
    return app


def _provider(request: Request) -> _Provider:
    provider: _Provider = request.app.state.provider
    return provider


async def _metadata(request: Request) -> Response:
    issuer = _provider(request).issuer
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "end_session_endpoint": f"{issuer}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


async def _keys(request: Request) -> Response:
    return JSONResponse(public_keys([_provider(request).key]))


async def _ask(request: Request) -> Response:
    """The page "who are you?"; its form has the request in it."""
    asked = request.query_params
    if not _is_registered(request, asked):
        return JSONResponse({"error": "invalid_request"}, 400)
    language = preferred_language(asked.get("ui_locales") or request.headers.get("accept-language"))
    page = _TEMPLATES.get_template("who.html").render(
        language=language,
        style_path=STYLE_PATH,
        staff=SAMPLE_STAFF,
        asked={name: asked.get(name, "") for name in _KEPT},
        _=lambda message: translated(Sentence(message), language),
    )
    return HTMLResponse(page)


async def _answer(request: Request) -> Response:
    """Leads back with a code for whoever was chosen."""
    provider, chosen = _provider(request), await request.form()
    form = {name: value for name, value in chosen.items() if isinstance(value, str)}
    who = next((each for each in SAMPLE_STAFF if each.id == form.get("who")), None)
    if who is None or not _is_registered(request, form):
        return JSONResponse({"error": "invalid_request"}, 400)
    code, now = secrets.token_urlsafe(_KEY_BYTES), time.monotonic()
    for old in [each for each, grant in provider.grants.items() if grant.until < now]:
        del provider.grants[old]
    provider.grants[code] = _Grant(
        who, form.get("nonce", ""), form["code_challenge"], now + _CODE_SECONDS, int(time.time())
    )
    answer = {"code": code, "state": form.get("state", ""), "iss": provider.issuer}
    return RedirectResponse(f"{form['redirect_uri']}?{urlencode(answer)}", HTTPStatus.SEE_OTHER)


async def _token(request: Request) -> Response:
    """The id token for a code."""
    provider, form = _provider(request), await request.form()
    if not _is_client(provider, request.headers.get("authorization", "")):
        return JSONResponse({"error": "invalid_client"}, 401)
    grant = provider.grants.pop(str(form.get("code")), None)
    digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if grant is None or grant.until < time.monotonic() or not hmac.compare_digest(challenge, grant.challenge):
        return JSONResponse({"error": "invalid_grant"}, 400)
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": provider.issuer,
        "aud": STAFF_CLIENT_ID,
        "sub": grant.who.id,
        "roles": grant.who.roles,
        "nonce": grant.nonce,
        "iat": now,
        "exp": now + _TOKEN_SECONDS,
        "auth_time": grant.at,
    }
    claims |= {"office": grant.who.office} if grant.who.office else {}
    token = sign(claims, provider.key)
    return JSONResponse({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": token})


async def _end(request: Request) -> Response:
    """There is no session here to end: leads back."""
    address = f"{_provider(request).site}{SIGNED_OUT_PATH}"
    if request.query_params.get("post_logout_redirect_uri") != address:
        return JSONResponse({"error": "invalid_request"}, 400)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


_KEPT: Final = (
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


def _is_registered(request: Request, asked: Mapping[str, str]) -> bool:
    """Whether this is our client's request, which leads back to its own address."""
    return (
        asked.get("client_id") == STAFF_CLIENT_ID
        and asked.get("redirect_uri") == f"{_provider(request).site}{ANSWER_PATH}"
        and asked.get("response_type") == "code"
        and asked.get("code_challenge_method") == "S256"
        and bool(asked.get("code_challenge"))
    )


def _is_client(provider: _Provider, authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    is_right = hmac.compare_digest(unquote(secret).encode(), provider.secret.encode())
    return scheme.lower() == "basic" and unquote(name) == STAFF_CLIENT_ID and is_right


_TEMPLATES: Final = Environment(
    loader=PackageLoader("starter.dev"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
