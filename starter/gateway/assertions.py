"""The assertion of a log-in (S5): a short-lived signed token by which a portal proves who logged in, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from joserfc.jwt import JWTClaimsRegistry

from registration.errors import AssertionRefused
from starter.gateway.engine import now
from starter.gateway.jwt import TokenRefused, key_id, public_keys, sign, signing_key, verify
from starter.gateway.portal_answers import JsonWebKey, JsonWebKeys
from starter.gateway.sessions import Session

_VALID: Final = timedelta(minutes=5)
"""What a client confirms by having just logged in is no older."""

_LEEWAY_SECONDS: Final = 30
"""How far the clock of the API process that issued an assertion may be ahead of the one that checks it."""


@dataclass(frozen=True)
class Assertion:
    """The token, for the portal's eyes only, and the end of its validity (UTC)."""

    token: str = field(repr=False)
    expires_at: datetime


class Assertions:
    """Issues assertions and checks its own. Times are those of the gateway's clock."""

    def __init__(self, seeds: Mapping[str, bytes], issuer: str) -> None:
        """`seeds` are Ed25519 seeds by id; the first signs, all verify. `issuer` is the name of this service."""
        self._keys = {kid: signing_key(kid, seed) for kid, seed in seeds.items()}
        self._issuer = issuer

    def issue(self, session: Session, audience: str) -> Assertion:
        """Asserts to one portal (`audience` is its id) that the client has logged in now."""
        moment = now()
        expires_at = (moment + _VALID).replace(microsecond=0)
        claims = {
            "iss": self._issuer,
            "sub": session.registration_id,
            "aud": audience,
            "iat": int(moment.timestamp()),
            "auth_time": int(moment.timestamp()),
            "exp": int(expires_at.timestamp()),
            "status": str(session.status),
            "credential": session.credential_id,
        }
        return Assertion(sign(claims, next(iter(self._keys.values()))), expires_at)

    def check(self, assertion: str, registration_id: str, audience: str) -> str:
        """The credential that this client logged in with at this portal within the last 5 minutes.

        Whether it is still the password is asked where the assertion is used. Raises `AssertionRefused`.
        """
        moment = now()
        earliest = int((moment - _VALID).timestamp())
        claims = JWTClaimsRegistry(
            now=int(moment.timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            sub={"essential": True, "value": registration_id},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        try:
            proven = verify(assertion, self._keys[key_id(assertion) or ""], claims)
        except (TokenRefused, KeyError):
            raise AssertionRefused from None
        logged_in_at, credential_id = proven.get("auth_time"), proven.get("credential")
        if not isinstance(logged_in_at, int) or logged_in_at <= earliest or not isinstance(credential_id, str):
            raise AssertionRefused
        return credential_id

    def for_portal(self, portal: str) -> "PortalAssertions":
        """The same for one portal."""
        return PortalAssertions(self, portal)

    def public_keys(self) -> JsonWebKeys:
        """The JSON Web Key Set by which portals verify assertions."""
        published = public_keys(list(self._keys.values()))["keys"]
        return JsonWebKeys(tuple(JsonWebKey(**key) for key in published))


@dataclass(frozen=True)
class PortalAssertions:
    """The assertions of the log-ins at one portal."""

    assertions: Assertions
    portal: str

    def issue(self, session: Session) -> Assertion:
        """Asserts that the client has logged in now."""
        return self.assertions.issue(session, self.portal)

    def check(self, assertion: str, registration_id: str) -> str:
        """The credential that this client logged in with here within the last 5 minutes. Raises `AssertionRefused`."""
        return self.assertions.check(assertion, registration_id, self.portal)
