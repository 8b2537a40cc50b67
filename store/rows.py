"""The types that the store takes and returns."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from registration.forms import EvidenceForm, RegistrationForm
from registration.letters import LetterFailure, LetterName, LetterOutcome
from registration.messages import Actor, Evidence, Message
from registration.policy import Policy
from registration.record import Snapshot
from registration.rules import BRING_PASSWORDS
from registration.signatures import VerifiedSignature
from registration.state import Imported, State
from registration.statuses import Assurance, Channel, Language, Status
from store.documents import load

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True)
class Person:
    """The sealed form: user name and natural identity data. Shown only to its owner, and in letters.

    `language` is that of letters; a later change of it is in the record, and not in the sealed form.
    """

    user_name: str
    family_name: str
    given_name: str
    birth_name: str
    birth_place: str
    birth_date: date
    mothers_birth_name: str
    language: Language

    @classmethod
    def of(cls, form: RegistrationForm) -> Self:
        """The form without the e-mail address, which has a row of its own."""
        return cls(
            user_name=form.user_name,
            family_name=form.family_name,
            given_name=form.given_name,
            birth_name=form.birth_name,
            birth_place=form.birth_place,
            birth_date=form.birth_date,
            mothers_birth_name=form.mothers_birth_name,
            language=form.language,
        )


@dataclass(frozen=True)
class EvidenceRow:
    """What a clerk saw, or a verified signature, before it is sealed; `salt` makes its commitment unguessable."""

    proof: EvidenceForm | VerifiedSignature
    salt: str


@dataclass(frozen=True)
class Opening:
    """Who opened a registration, on which evidence: what its workflow starts with besides ids.

    `assurance` is the level of the applicant's signature (S4), `imported` the state of an account taken over.
    """

    actor: Actor
    evidence: Evidence | None = None
    assurance: Assurance | None = None
    imported: Imported | None = None


@dataclass(frozen=True)
class Submitted:
    """A row: all that is needed to start its workflow, which has happened unless its status is SUBMITTED."""

    registration_id: str
    channel: Channel
    email_id: str
    opening: Opening
    receipt_number: int
    status: Status = Status.SUBMITTED

    @classmethod
    def of(cls, row: "asyncpg.Record") -> Self:
        """The row as PostgreSQL gives it."""
        return cls(
            registration_id=str(row["id"]),
            channel=Channel(row["channel"]),
            email_id=str(row["email_id"]),
            opening=load(Opening, row["opening"]),
            receipt_number=row["receipt_number"],
            status=Status(row["status"]),
        )


class CredentialState(StrEnum):
    """What has become of a credential; queries name the states, because an index covers the rows of one state only."""

    PENDING = "PENDING"
    """Its message has no outcome yet."""
    ADOPTED = "ADOPTED"
    """It is the password."""
    REFUSED = "REFUSED"
    """The workflow refused its message, or another credential was adopted first."""
    REPLACED = "REPLACED"
    """It was the password."""

    @property
    def was_adopted(self) -> bool:
        """Whether it is the password, or was."""
        return self in {CredentialState.ADOPTED, CredentialState.REPLACED}


@dataclass(frozen=True)
class Credential:
    """A credential and the message that adopts it: `kind` is its name, `message` its JSON."""

    id: str
    registration_id: str
    kind: str
    message: str


@dataclass(frozen=True)
class StaffSessionFacts:
    """Who has signed in at the organisation's provider, as its id token named them; when, and last used (UTC)."""

    staff_id: str
    roles: tuple[str, ...]
    office: str | None
    signed_in_at: datetime
    used_at: datetime


@dataclass(frozen=True)
class BegunSignIn:
    """What the provider's answer to a sign-in is held against: `nonce` and PKCE's `verifier`; when it began (UTC)."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    begun_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """What a page of a desk is about; it ends at `ends_at` (UTC)."""

    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeskSearch(DeskPage):
    """What a clerk searches by, as it was typed: fields of `SearchForm`."""

    receipt_number: str | None = field(default=None, repr=False)
    user_name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    birth_name: str | None = field(default=None, repr=False)
    birth_date: str | None = field(default=None, repr=False)
    mothers_birth_name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class DeskVisit(DeskPage):
    """A client who is at a desk for a registration since `begun_at` (UTC).

    Whether the person matches, and what the clerk saw last.
    """

    registration_id: str
    begun_at: datetime | None = None
    matches: bool = False
    document_kind: str | None = None
    document_number: str | None = field(default=None, repr=False)
    recipient: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class DisclosedPage(DeskPage):
    """Data that was disclosed under the request id that the page has; it may be looked at again until the page ends.

    `operation` disclosed it: a receipt's page does not show all data.
    """

    registration_id: str
    operation: str = ""


@dataclass(frozen=True)
class Draft:
    """What was typed into a form, as JSON; when it was saved, and last used (UTC)."""

    content: str = field(repr=False)
    saved_at: datetime
    used_at: datetime


@dataclass(frozen=True)
class Contact:
    """What a client names to request a code (S8), as registered."""

    user_name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True)
class LetterMaterial:
    """All that a letter is made of, unsealed in memory only; `snapshot` is the read model, as far as letters need it.

    `confirmed`: a code that went to this address was redeemed, so its reader is the person who filled in the form.
    """

    snapshot: Snapshot
    address: str = field(repr=False)
    person: Person = field(repr=False)
    code: str | None = field(repr=False)
    code_is_live: bool
    confirmed: bool
    outcome: LetterOutcome | None


@dataclass(frozen=True)
class SentLetter:
    """The outcome of a letter, and when it was known (UTC); an undelivered one has a failure, and maybe an SMTP reply.

    One that no mail server took before its deadline has no Message-ID.
    """

    letter: LetterName
    message_id: str | None
    outcome: LetterOutcome
    at: datetime
    failure: LetterFailure | None = None
    smtp_reply: int | None = None

    @property
    def letter_id(self) -> str:
        """How people and programs name it."""
        return self.letter.letter_id


@dataclass(frozen=True)
class StoredAnswer:
    """The final answer to a request over HTTP: status, JSON body, address of what it made. No personal data.

    `refusal` is the name of the error's class, where the request was refused.
    """

    status: int
    body: str
    location: str | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class KnownRequest:
    """A request that came before: whether with the same content, and its answer once it has one."""

    same_content: bool
    answer: StoredAnswer | None


def state_of(row: Submitted, policy: Policy | None) -> State:
    """What the workflow of a SUBMITTED row starts with."""
    return State(
        registration_id=row.registration_id,
        channel=row.channel,
        email_id=row.email_id,
        opened_by=row.opening.actor,
        evidence=row.opening.evidence,
        assurance=row.opening.assurance,
        imported=row.opening.imported,
        policy=policy or Policy(),
    )


def message_of(credential: Credential) -> Message:
    """The message that adopts a credential."""
    return load(BRING_PASSWORDS[credential.kind], credential.message)
