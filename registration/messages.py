"""Every message that a registration accepts: one frozen dataclass each, opaque ids only (principle 5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registration.letters import LetterFailure, LetterName
from registration.sentences import Vocabulary
from registration.statuses import Language, Purpose, Status


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
class Message:
    """What a registration is sent: under which request id, which makes it one message however often it comes, by whom.

    Each message is a dataclass of this kind; `rules.MESSAGES` has its row.
    """

    request_id: str
    actor: Actor


@dataclass(frozen=True)
class RedeemCode(Message):
    """A one-time code whose bits the gateway has checked.

    For a password `request_id` is the id of the pending credential, and `validity_days` the validity that the client
    chose, `None` for the longest that the policy allows (S7).
    """

    purpose: Purpose
    code_sequence: int
    validity_days: int | None = None


@dataclass(frozen=True)
class RequestCode(Message):
    """Sends the live password code again or, where none lives, issues the next (S6)."""


@dataclass(frozen=True)
class ChangePassword(Message):
    """A new password whose predecessor the gateway has checked.

    `request_id` is the id of the pending credential, `credential_id` the predecessor's: the change is void once that is
    no longer the password.
    """

    validity_days: int | None = None
    credential_id: str | None = None


@dataclass(frozen=True)
class VerifyIdentity(Message):
    """A clerk has checked the applicant's identity (S2, S3)."""

    evidence: Evidence | None = None


@dataclass(frozen=True)
class Reactivate(Message):
    """A clerk reactivates an inactive registration (S9).

    `email_id` names the sealed row of the address that replaces a dead one in the same decision.
    """

    evidence: Evidence | None = None
    email_id: str | None = None


@dataclass(frozen=True)
class ChangeEmail(Message):
    """A clerk replaces the e-mail address, or a client asks for it; `email_id` names the sealed row of the new one.

    `credential_id` is the credential that the client logged in with.
    """

    email_id: str
    evidence: Evidence | None = None
    credential_id: str | None = None


@dataclass(frozen=True)
class CorrectEmail(Message):
    """The applicant replaces the address that was mistyped at registration, before there is a password.

    `email_id` names the sealed row of the right one.
    """

    email_id: str


@dataclass(frozen=True)
class ExtendValidity(Message):
    """An approved extension: the password is valid until `until` (UTC), beyond the 2 years if need be."""

    until: datetime


@dataclass(frozen=True)
class Disclose(Message):
    """A clerk disclosed the registration data to the client (S8); only recorded."""

    evidence: Evidence | None = None


@dataclass(frozen=True)
class SendAgain(Message):
    """A clerk has an undelivered letter sent again, by its `LetterName.letter_id`."""

    letter_id: str


@dataclass(frozen=True)
class ChangeLanguage(Message):
    """The client wants letters in this language, or a clerk notes it.

    `credential_id` is the credential that the client logged in with; a client's message needs one.
    """

    language: Language
    evidence: Evidence | None = None
    credential_id: str | None = None


@dataclass(frozen=True)
class Close(Message):
    """A clerk closes the registration at the client's request, or the client asks for it.

    `credential_id` is the credential that the client logged in with.
    """

    evidence: Evidence | None = None
    credential_id: str | None = None


@dataclass(frozen=True)
class Answer:
    """What every accepted message answers: the registration's status at `as_of`. All times are UTC.

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
    """A letter that will not arrive, since `at` (UTC); `smtp_reply` is the code with which a mail server refused it."""

    letter: LetterName
    failure: LetterFailure
    at: datetime
    smtp_reply: int | None = None
