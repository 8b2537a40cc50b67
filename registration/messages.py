"""Every message that a registration accepts: one frozen dataclass each, opaque ids only (principle 5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registration.sentences import Vocabulary
from registration.statuses import Purpose, Status


class ActorKind(Vocabulary):
    """Who acts."""

    CITIZEN = "CITIZEN", "client"
    CLERK = "CLERK"
    SUPERVISOR = "SUPERVISOR"
    AUDITOR = "AUDITOR"
    OPERATOR = "OPERATOR"
    SYSTEM = "SYSTEM"


AT_THE_DESK: Final = frozenset({ActorKind.CLERK, ActorKind.SUPERVISOR})
"""Staff of a registration body: they act for an office."""

STAFF: Final = AT_THE_DESK | {ActorKind.AUDITOR, ActorKind.OPERATOR}


@dataclass(frozen=True)
class Actor:
    """Who acts: an opaque id, never a name; `office` is the code of the registration body's office (S2)."""

    kind: ActorKind
    id: str
    office: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "lifecycle")


@dataclass(frozen=True)
class Evidence:
    """Names the sealed evidence row of an act in person; `commitment` is its salted SHA-256 in hexadecimal."""

    id: str
    commitment: str


@dataclass(frozen=True)
class RedeemCode:
    """A one-time code whose bits the gateway has checked.

    For a password `request_id` is the id of the pending credential, and `validity_days` the validity that the client
    chose, `None` for the longest that the policy allows (S7).
    """

    request_id: str
    actor: Actor
    purpose: Purpose
    code_sequence: int
    validity_days: int | None = None


@dataclass(frozen=True)
class RequestCode:
    """Sends the live password code again or, where none lives, issues the next (S6)."""

    request_id: str
    actor: Actor


@dataclass(frozen=True)
class ChangePassword:
    """A new password whose predecessor the gateway has checked.

    `request_id` is the id of the pending credential, `credential_id` the predecessor's: the change is void once that is
    no longer the password.
    """

    request_id: str
    actor: Actor
    validity_days: int | None = None
    credential_id: str | None = None


@dataclass(frozen=True)
class VerifyIdentity:
    """A clerk has checked the applicant's identity (S2, S3)."""

    request_id: str
    actor: Actor
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Reactivate:
    """A clerk reactivates an inactive registration (S9).

    `email_id` names the sealed row of the address that replaces a dead one in the same decision.
    """

    request_id: str
    actor: Actor
    evidence: Evidence | None = None
    email_id: str | None = None


@dataclass(frozen=True)
class ChangeEmail:
    """A clerk replaces the e-mail address, or a client asks for it; `email_id` names the sealed row of the new one.

    `credential_id` is the credential that the client logged in with.
    """

    request_id: str
    actor: Actor
    email_id: str
    evidence: Evidence | None = None
    credential_id: str | None = None


@dataclass(frozen=True)
class ExtendValidity:
    """An approved extension: the password is valid until `until` (UTC), beyond the 2 years if need be."""

    request_id: str
    actor: Actor
    until: datetime


@dataclass(frozen=True)
class Disclose:
    """A clerk disclosed the registration data to the client (S8); only recorded."""

    request_id: str
    actor: Actor
    evidence: Evidence | None = None


@dataclass(frozen=True)
class SendAgain:
    """A clerk has an undelivered letter sent again; `letter` is its id as in `UndeliveredLetter`."""

    request_id: str
    actor: Actor
    letter: str


@dataclass(frozen=True)
class Close:
    """A clerk closes the registration at the client's request, or the client asks for it.

    `credential_id` is the credential that the client logged in with.
    """

    request_id: str
    actor: Actor
    evidence: Evidence | None = None
    credential_id: str | None = None


Message = (
    RedeemCode
    | RequestCode
    | ChangePassword
    | VerifyIdentity
    | Reactivate
    | ChangeEmail
    | ExtendValidity
    | Disclose
    | SendAgain
    | Close
)


@dataclass(frozen=True)
class Answer:
    """What every accepted message answers: where the registration stands at `as_of`. All times are UTC.

    `code_valid_until` is the end of the code that confirms the client's request, of the password code otherwise;
    `identity_verified_at` is when the client's identity became known, `None` where it is not.
    """

    status: Status
    deadline: datetime | None
    password_valid_until: datetime | None
    code_valid_until: datetime | None
    as_of: datetime
    identity_verified_at: datetime | None = None


@dataclass(frozen=True)
class UndeliveredLetter:
    """A letter that will not arrive: refused for good, or its deadline passed. `reason` names no person."""

    letter: str
    reason: str
    at: datetime
