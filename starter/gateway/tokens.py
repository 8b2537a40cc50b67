"""Who calls: OAuth 2 bearer tokens (RFC 6750) as JWT, signed by an issuer that the settings name."""

import time
from hashlib import sha256
from typing import Any, Final

from joserfc.jwk import Key
from joserfc.jwt import JWTClaimsRegistry

from registration.errors import InvalidInput
from starter.gateway.jwt import TokenRefused, key_id, verify
from starter.gateway.principals import Principal
from starter.gateway.token_keys import TokenKeys

LEEWAY_SECONDS: Final = 30
"""How far the clocks of an issuer and of our processes may be apart."""

_REMEMBERED: Final = 1_000
"""Tokens that were verified: each comes with many requests, and a signature costs as much as a statement."""


class Tokens:
    """Verifies tokens."""

    def __init__(self, keys: TokenKeys, issuer: str, audience: str) -> None:
        """`issuer` and `audience` are what the claims `iss` and `aud` must name."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._verified: dict[bytes, tuple[Principal, float]] = {}
        self._verified_by: list[Key] = []

    async def can_be_verified(self) -> bool:
        """Whether any key of the issuer is available; if there never was one, no call succeeds."""
        return await self._keys.known()

    async def principal(self, token: str) -> Principal:
        """Whom a token names. Raises `TokenRefused`, `Unavailable` where the issuer's keys are not to be had.

        One that was verified is not verified again, until it expires or the issuer's keys are read again.
        """
        keys, digest = await self._keys.in_force(), sha256(token.encode(errors="surrogatepass")).digest()
        if keys is not self._verified_by:
            self._verified, self._verified_by = {}, keys
        principal, expires_at = self._verified.get(digest, (None, 0.0))
        if principal and expires_at > int(time.time()) - LEEWAY_SECONDS:
            return principal
        claims = JWTClaimsRegistry(
            now=int(time.time()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        found = await verified(token, self._keys, claims)
        principal = _principal(found)
        if len(self._verified) >= _REMEMBERED:
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = (principal, found["exp"])
        return principal


async def verified(token: str, keys: TokenKeys, claims: JWTClaimsRegistry) -> dict[str, Any]:
    """The claims of a token that one of an issuer's keys has signed.

    Raises `TokenRefused`, `Unavailable` where the keys are not to be had.
    """
    refusal = TokenRefused("unknown key")
    for key in await keys.candidates(key_id(token)):
        try:
            return verify(token, key, claims)
        except TokenRefused as refused:
            refusal = refused
    raise refusal


def _principal(claims: dict[str, Any]) -> Principal:
    try:
        return Principal.of(claims)
    except InvalidInput as refusal:
        raise TokenRefused(str(refusal)) from None
