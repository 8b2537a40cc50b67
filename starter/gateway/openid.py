"""Our side of OpenID Connect (Core 1.0, section 3.1): staff sign in at their organisation's provider.

Discovery, the authorization code with PKCE (RFC 7636), the id token, and sign-out there (RP-Initiated Logout 1.0).
"""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit

import structlog
from joserfc.jwt import JWTClaimsRegistry

from registration.dependencies import Dependency
from registration.errors import SignInFailed, Unavailable
from settings.addresses import is_safe_web, origin
from starter.gateway.issuer_requests import OK, IssuerAnswer, IssuerUnreachable, fetched, requested
from starter.gateway.jwt import TokenRefused, sign
from starter.gateway.openid_client import OpenIdClient
from starter.gateway.token_keys import TokenKeys
from starter.gateway.tokens import LEEWAY_SECONDS, verified
from store.rows import BegunSignIn

_log = structlog.get_logger()

_FRESH_SECONDS: Final = 3600
"""What the provider says of itself is believed for so long, or until it can be asked again."""

_RETRY_SECONDS: Final = 5
"""A provider that does not answer is asked no more often."""

_ASSERTION_SECONDS: Final = 60
_OLDEST_SECONDS: Final = 600
"""An id token was issued for this sign-in, which takes no longer."""

_OUR_FAULT: Final = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"})
"""Errors of the token endpoint (RFC 6749, section 5.2) that only an operator can mend."""

_BASIC: Final = "client_secret_basic"


@dataclass(frozen=True)
class ProviderMetadata:
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as it is used here."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    takes_basic: bool
    names_itself: bool
    """Whether each answer to an authorization request has its `iss` (RFC 9207)."""

    @classmethod
    def of(cls, content: bytes, issuer: str) -> Self:
        """The document of this issuer. Raises `ValueError` for another's, or where an address is missing or unsafe."""
        document = json.loads(content)
        if not isinstance(document, dict) or document.get("issuer") != issuer:
            raise ValueError("issuer")
        methods = document.get("token_endpoint_auth_methods_supported", [_BASIC])
        return cls(
            **{name: _address(document, name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")},
            end_session_endpoint=(
                _address(document, "end_session_endpoint") if document.get("end_session_endpoint") else None
            ),
            takes_basic=isinstance(methods, list) and _BASIC in methods,
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )


def _address(document: Mapping[str, Any], name: str) -> str:
    address = document.get(name)
    if not isinstance(address, str) or not is_safe_web(address):
        raise ValueError(name)
    return address


@dataclass(frozen=True)
class Challenge:
    """The random values of one sign-in: `state` comes back with the answer, `nonce` in the id token."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Self:
        """256 random bits each."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True)
class Identity:
    """The verified claims of an id token, and the token itself."""

    claims: Mapping[str, Any]
    id_token: str = field(repr=False)


class OpenIdProvider:
    """The provider of one issuer. Every wait is bounded; what does not answer is `Unavailable`."""

    def __init__(self, client: OpenIdClient, clock: Callable[[], float] = time.monotonic) -> None:
        """`client` is our registration there; `clock` counts seconds."""
        self._client = client
        self._clock = clock
        self._lock = asyncio.Lock()
        self._known: ProviderMetadata | None = None
        self._looked_at = float("-inf")
        self._keys: TokenKeys | None = None

    @property
    def origins(self) -> frozenset[str]:
        """The origins that our forms lead to: signing in and out."""
        known = self._known
        endpoints = (known.authorization_endpoint, known.end_session_endpoint) if known else ()
        return frozenset(origin(each) for each in (self._client.issuer, *endpoints) if each)

    async def can_be_used(self) -> bool:
        """Whether the provider has ever said where to sign in; if not, it is asked again."""
        try:
            await self._metadata()
        except Unavailable:
            return False
        return True

    async def authorization_url(self, challenge: Challenge, redirect_uri: str, language: str) -> str:
        """Where a browser goes to sign in. Raises `Unavailable`."""
        digest = hashlib.sha256(challenge.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": redirect_uri,
            "scope": "openid",
            "state": challenge.state,
            "nonce": challenge.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "max_age": "0",  # a session there is not enough (OpenID Connect Core, section 3.1.2.1)
            "ui_locales": language,
        }
        return _with_query((await self._metadata()).authorization_endpoint, query)

    async def identity(self, answer: Mapping[str, str], redirect_uri: str, begun: BegunSignIn) -> Identity:
        """Whom an answer to an authorization request, whose state was checked, names: its code is exchanged.

        The person has proved who they are since the sign-in was begun: a session at the provider that is older is not
        enough. Raises `SignInFailed`, `Unavailable`.
        """
        metadata = await self._metadata()
        if answer.get("iss", None if metadata.names_itself else self._client.issuer) != self._client.issuer:
            raise _failed("another issuer")
        if "code" not in answer:
            raise _failed("no code")
        content = await self._exchanged(metadata, answer["code"], redirect_uri, begun.verifier)
        token = content.get("id_token")
        if not isinstance(token, str):
            raise _failed("no id token")
        return Identity(await self._verified(token, metadata, begun), token)

    async def sign_out_url(self, return_to: str, language: str) -> str | None:
        """Where a browser goes to sign out at the provider, too; `None` where it has no such address, or none is known.

        Only we are named: an id token would stay in the browser's history and in logs. The provider finds its session
        by its own cookie, and may ask the person (OpenID Connect RP-Initiated Logout 1.0, section 2).
        """
        with suppress(Unavailable):
            if endpoint := (await self._metadata()).end_session_endpoint:
                query = {
                    "client_id": self._client.id,
                    "post_logout_redirect_uri": return_to,
                    "ui_locales": language,
                }
                return _with_query(endpoint, query)
        return None

    async def _metadata(self) -> ProviderMetadata:
        """What the provider says of itself, asked again once an hour. Raises `Unavailable` where it never did."""
        if self._clock() - self._looked_at > (_FRESH_SECONDS if self._known else _RETRY_SECONDS):
            async with self._lock:
                if self._clock() - self._looked_at > _RETRY_SECONDS:  # another request may have looked meanwhile
                    await self._look()
        if self._known is None:
            raise Unavailable(Dependency.SIGN_IN)
        return self._known

    async def _look(self) -> None:
        issuer = self._client.issuer
        try:
            found = ProviderMetadata.of(await fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration"), issuer)
        except IssuerUnreachable as trouble:
            _warn(trouble.reason)
        except ValueError:
            _warn("not the document of this issuer")
        else:
            self._known = found
        self._looked_at = self._clock()

    async def _exchanged(
        self, metadata: ProviderMetadata, code: str, redirect_uri: str, verifier: str
    ) -> Mapping[str, Any]:
        """The token endpoint's answer to a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        try:
            answer = await self._authenticated(metadata, form)
        except IssuerUnreachable as trouble:
            raise Unavailable(Dependency.SIGN_IN, reason=trouble.reason) from None
        content = _object(answer.content)
        if answer.status == OK:
            return content
        error = content.get("error")
        if answer.status >= 500 or error in _OUR_FAULT:  # noqa: PLR2004  HTTP's class of the server's errors
            raise Unavailable(
                Dependency.SIGN_IN, reason=str(error) if error in _OUR_FAULT else f"status {answer.status}"
            )
        raise _failed("code refused")

    async def _authenticated(self, metadata: ProviderMetadata, form: dict[str, str]) -> IssuerAnswer:
        """Sends a form to the token endpoint as the client that we are (OpenID Connect Core, section 9)."""
        client, endpoint = self._client, metadata.token_endpoint
        if client.key is not None:
            now = int(time.time())
            assertion = {
                "iss": client.id,
                "sub": client.id,
                "aud": client.issuer,
                "jti": secrets.token_urlsafe(16),
                "iat": now,
                "exp": now + _ASSERTION_SECONDS,
            }
            proof = {
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": sign(assertion, client.key),
            }
            return await requested(endpoint, form=form | {"client_id": client.id} | proof)
        secret = client.secret or ""
        if metadata.takes_basic:  # both are form-encoded first (RFC 6749, section 2.3.1)
            return await requested(endpoint, form=form, user=(quote(client.id, safe=""), quote(secret, safe="")))
        return await requested(endpoint, form=form | {"client_id": client.id, "client_secret": secret})

    async def _verified(self, token: str, metadata: ProviderMetadata, begun: BegunSignIn) -> Mapping[str, Any]:
        """The claims of an id token for us and this sign-in (OpenID Connect Core, section 3.1.3.7)."""
        now, client_id = int(time.time()), self._client.id
        rules = JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._client.issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": begun.nonce},
            auth_time={"essential": True},
        )
        try:
            claims = await verified(token, self._keys_at(metadata.jwks_uri), rules)
        except TokenRefused as refused:
            raise _failed(refused.reason) from None
        # The library takes a list with it, too.
        if (claims["iss"], claims["nonce"]) != (self._client.issuer, begun.nonce):
            raise _failed("invalid_claim iss or nonce")
        has_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if has_others else client_id) != client_id:
            raise _failed("invalid_claim azp")
        if claims["iat"] < now - _OLDEST_SECONDS:
            raise _failed("expired iat")
        if type(claims["auth_time"]) not in {int, float}:
            raise _failed("invalid_claim auth_time")
        if claims["auth_time"] < begun.begun_at.timestamp() - LEEWAY_SECONDS:
            raise _failed("expired auth_time")
        return claims

    def _keys_at(self, address: str) -> TokenKeys:
        """Those of the provider; they are kept until their address changes."""
        if self._keys is None or self._keys.location != address:
            self._keys = TokenKeys(address, self._clock, dependency=Dependency.SIGN_IN)
        return self._keys


def _warn(reason: str) -> None:
    _log.error("sign_in_provider_unavailable", setting=Dependency.SIGN_IN.setting({}), reason=reason)


def _with_query(endpoint: str, query: Mapping[str, str]) -> str:
    """An address of the provider may have a query of its own (RFC 6749, section 3.1)."""
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _failed(reason: str) -> SignInFailed:
    """`reason` is for the log; it quotes nothing of what came."""
    _log.warning("sign_in_failed", reason=reason)
    return SignInFailed()
