"""What a portal is shown. Times are UTC; no personal data."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self

from registration.answers import DEADLINE, PASSWORD_VALID_UNTIL, REGISTRATION_ID, answer, label
from registration.statuses import Status
from starter.gateway.sessions import Session

if TYPE_CHECKING:
    from starter.gateway.assertions import Assertion

_STATUS = label("status", "ACTIVE, or TEMPORARY until `deadline`.", "TEMPORARY")


@answer
@dataclass(frozen=True)
class LoggedIn:
    """A log-in that succeeded."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    status: Status = field(metadata=_STATUS)
    deadline: datetime | None = field(metadata=DEADLINE)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)

    @classmethod
    def of(cls, session: Session) -> Self:
        """The session without what it rests on."""
        return cls(session.registration_id, session.status, session.deadline, session.password_valid_until)


@answer
@dataclass(frozen=True)
class LoggedInAtPortal:
    """A log-in that succeeded, and the assertion that proves it to the portal."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    status: Status = field(metadata=_STATUS)
    deadline: datetime | None = field(metadata=DEADLINE)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)
    assertion: str = field(
        repr=False,
        metadata=label(
            "assertion",
            "A JWT for this portal, signed by a key of GET /v1/keys, valid for 5 minutes, or until another password "
            "is set.",
            "eyJhbGciOiJFZERTQSIs…",
        ),
    )
    assertion_expires_at: datetime = field(
        metadata=label("assertion expires at", "When the assertion ends.", "2027-03-01T10:05:00Z")
    )

    @classmethod
    def of(cls, session: Session, assertion: "Assertion") -> Self:
        """The session, and what was issued for it."""
        return cls(**vars(LoggedIn.of(session)), assertion=assertion.token, assertion_expires_at=assertion.expires_at)


@answer
@dataclass(frozen=True)
class UserNameCheck:
    """Whether a user name may be chosen."""

    valid: bool = field(metadata=label("valid", "Whether the rules allow it.", True))
    free: bool = field(metadata=label("free", "Whether no registration has it; false where it is not valid.", True))
    reason: str | None = field(metadata=label("reason", "Why not, in the language asked for.", None))


@answer
@dataclass(frozen=True)
class JsonWebKey:
    """A public key (RFC 7517, RFC 8037)."""

    kty: str = field(metadata=label("kty", "The family of keys.", "OKP"))
    crv: str = field(metadata=label("crv", "The curve.", "Ed25519"))
    x: str = field(metadata=label("x", "The raw key, in base64url.", "UhSR…"))
    kid: str = field(metadata=label("kid", "The key's id, as assertions name it.", "a1"))
    alg: str = field(metadata=label("alg", "The algorithm of its signatures.", "EdDSA"))
    use: str = field(metadata=label("use", "What it is for: signatures.", "sig"))


@answer
@dataclass(frozen=True)
class JsonWebKeys:
    """The JSON Web Key Set by which assertions are verified (RFC 7517)."""

    keys: tuple[JsonWebKey, ...] = field(metadata=label("keys", "The public keys, the one that signs first."))
