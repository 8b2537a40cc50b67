"""Who calls: OAuth 2 bearer tokens (RFC 6750) as JWT, signed by an issuer that the settings name."""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from joserfc.jwt import JWTClaimsRegistry

from registration.errors import InvalidInput
from registration.forms import checked_identifier, checked_subject
from registration.messages import Actor, ActorKind
from starter.api.token_keys import TokenKeys
from starter.gateway.jwt import TokenRefused, key_id, verify

_LEEWAY_SECONDS: Final = 30
"""How far the clocks of issuer and API may be apart."""


class Role(StrEnum):
    """What a caller may be; the claim `roles` lists them."""

    PORTAL = "portal"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"

    @property
    def acts_for_an_office(self) -> bool:
        """Whether the claim `office` must name a registration body's office (S2)."""
        return self in {Role.CLERK, Role.SUPERVISOR}


_KINDS: Final = {
    Role.SUPERVISOR: ActorKind.SUPERVISOR,
    Role.CLERK: ActorKind.CLERK,
    Role.AUDITOR: ActorKind.AUDITOR,
    Role.OPERATOR: ActorKind.OPERATOR,
    Role.PORTAL: ActorKind.CITIZEN,
}
"""In this order: a clerk who is also a supervisor acts as a supervisor; a portal acts for clients."""


@dataclass(frozen=True)
class Principal:
    """An authenticated caller: its opaque id, its roles, and the office (S2) where a role has one."""

    id: str
    roles: frozenset[Role]
    office: str | None = None

    @property
    def actor(self) -> Actor:
        """Who acts, as the record names it: at a desk for an office; a portal acts for clients."""
        kind = next((kind for role, kind in _KINDS.items() if role in self.roles), ActorKind.CITIZEN)
        return Actor(kind, self.id, self.office if self.is_at_a_desk else None)

    @property
    def kinds(self) -> frozenset[ActorKind]:
        """What the caller may act as."""
        return frozenset(_KINDS[role] for role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Whether somebody acts who is no portal."""
        return bool(self.roles - {Role.PORTAL})

    @property
    def is_at_a_desk(self) -> bool:
        """Whether an office is needed."""
        return any(role.acts_for_an_office for role in self.roles)


class Tokens:
    """Verifies tokens."""

    def __init__(self, keys: TokenKeys, issuer: str, audience: str) -> None:
        """`issuer` and `audience` are what the claims `iss` and `aud` must name."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    async def can_be_verified(self) -> bool:
        """Whether any key of the issuer is to be had; where none ever was, nobody can call."""
        return await self._keys.known()

    async def principal(self, token: str) -> Principal:
        """Whom a token names. Raises `TokenRefused`, `Unavailable` where the issuer's keys are not to be had."""
        claims = JWTClaimsRegistry(
            now=int(time.time()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        refusal = TokenRefused("unknown key")
        for key in await self._keys.candidates(key_id(token)):
            try:
                return _principal(verify(token, key, claims))
            except TokenRefused as refused:
                refusal = refused
        raise refusal


def _principal(claims: dict[str, Any]) -> Principal:
    """Roles that are not ours are left out."""
    listed, office = claims.get("roles"), claims.get("office")
    roles = frozenset(role for role in Role if role in listed) if isinstance(listed, list) else frozenset()
    try:
        return Principal(
            checked_subject("sub", claims["sub"]),
            roles,
            None if office is None else checked_identifier("office", office),
        )
    except InvalidInput as refusal:
        raise TokenRefused(str(refusal)) from None
