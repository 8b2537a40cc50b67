"""Who calls: OAuth 2 bearer tokens (RFC 6750) as JWT, signed by an issuer that the settings name."""

import time
from typing import Any, Final

from joserfc.jwt import JWTClaimsRegistry

from registration.errors import InvalidInput
from starter.gateway.jwt import TokenRefused, key_id, verify
from starter.gateway.principals import Principal
from starter.gateway.token_keys import TokenKeys

LEEWAY_SECONDS: Final = 30
"""How far the clocks of an issuer and of our processes may be apart."""


class Tokens:
    """Verifies tokens."""

    def __init__(self, keys: TokenKeys, issuer: str, audience: str) -> None:
        """`issuer` and `audience` are what the claims `iss` and `aud` must name."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    async def can_be_verified(self) -> bool:
        """Whether any key of the issuer is available; if there never was one, no call succeeds."""
        return await self._keys.known()

    async def principal(self, token: str) -> Principal:
        """Whom a token names. Raises `TokenRefused`, `Unavailable` where the issuer's keys are not to be had."""
        claims = JWTClaimsRegistry(
            now=int(time.time()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        return _principal(await verified(token, self._keys, claims))


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
