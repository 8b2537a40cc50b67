"""Who a token or an id token names: an opaque id, its roles, and the office that is acted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from registration.forms import checked_identifier, checked_subject
from registration.messages import Actor, ActorKind


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

_AT_A_DESK: Final = frozenset(role for role in Role if role.acts_for_an_office)
"""The only roles that one person may have at once."""


@dataclass(frozen=True)
class Principal:
    """An authenticated caller: its opaque id, its roles, and the office (S2) where a role has one."""

    id: str
    roles: frozenset[Role]
    office: str | None = None

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """Whom the verified claims `sub`, `roles` and `office` name; roles that are not ours are left out.

        Raises `InvalidInput` for an id or an office that cannot be one.
        """
        listed, office = claims.get("roles"), claims.get("office")
        roles = frozenset(role for role in Role if role in listed) if isinstance(listed, list) else frozenset()
        return cls(
            checked_subject("sub", claims["sub"]),
            roles,
            None if office is None else checked_identifier("office", office),
        )

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
        """Whether the caller is a person, not a portal."""
        return bool(self.roles - {Role.PORTAL})

    @property
    def is_at_a_desk(self) -> bool:
        """Whether an office is needed."""
        return any(role.acts_for_an_office for role in self.roles)

    @property
    def has_excluding_roles(self) -> bool:
        """Whether the roles exclude each other: only clerk and supervisor go together."""
        return len(self.roles) > 1 and self.roles != _AT_A_DESK

    @property
    def lacks_office(self) -> bool:
        """Whether a role needs an office and none is named."""
        return self.is_at_a_desk and self.office is None
