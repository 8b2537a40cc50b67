"""What a desk is shown. Times are UTC, dates are Budapest's; fields out of `repr` are personal data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from registration.answers import (
    CHANNEL,
    FAILURE,
    LETTER_ID,
    OPENED_AT_OFFICE,
    RECEIPT_NUMBER,
    REGISTRATION_ID,
    REQUEST_ID,
    SINCE,
    SMTP_REPLY,
    STATUS,
    answer,
    label,
)
from registration.descriptions import Overview
from registration.errors import Refusal
from registration.forms import EvidenceForm
from registration.identity_documents import DocumentKind
from registration.letters import LetterFailure, LetterKind, LetterOutcome
from registration.messages import Message
from registration.offices import Body
from registration.operations import Operation
from registration.record import Event, EventKind
from registration.staff_acts import operation_of
from registration.statuses import Channel, Language, Status
from store.rows import Person, SentLetter


@answer
@dataclass(frozen=True)
class Disclosure:
    """The registration data, to be shown to the client in person (S8): personal data."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    user_name: str = field(repr=False, metadata=label("user name", "The user name.", "szabó.katalin"))
    email: str = field(repr=False, metadata=label("email", "The present e-mail address.", "szabo.katalin@example.hu"))
    family_name: str = field(repr=False, metadata=label("family name", "The family name.", "Szabó"))
    given_name: str = field(repr=False, metadata=label("given name", "The given name.", "Katalin"))
    birth_name: str = field(repr=False, metadata=label("birth name", "The name at birth.", "Horváth Katalin"))
    birth_place: str = field(repr=False, metadata=label("birth place", "The place of birth.", "Székesfehérvár"))
    birth_date: date = field(repr=False, metadata=label("birth date", "The date of birth.", "1984-02-29"))
    mothers_birth_name: str = field(
        repr=False, metadata=label("mother's birth name", "The mother's name at birth.", "Kőműves Erzsébet")
    )
    language: Language = field(repr=False, metadata=label("language", "Of the letters: hu or en.", "hu"))

    @classmethod
    def of(cls, registration_id: str, person: Person, email: str) -> Self:
        """The unsealed form and the present address."""
        return cls(registration_id=registration_id, email=email, **vars(person))


@answer
@dataclass(frozen=True)
class Receipt:
    """The registration's receipt, to be handed to the client (S8): personal data."""

    number: str = field(metadata=label("number", "Its last digit checks the others.", RECEIPT_NUMBER))
    registration_id: str = field(metadata=REGISTRATION_ID)
    user_name: str = field(repr=False, metadata=label("user name", "The user name.", "szabó.katalin"))
    email: str = field(repr=False, metadata=label("email", "The present e-mail address.", "szabo.katalin@example.hu"))
    status: Status = field(metadata=STATUS)
    body: Body = field(
        metadata=label("body", "The kind of registration body that prints it (S2).", "OKMANYIRODA"),
    )
    office: str = field(
        metadata=label("office", "The name of its office.", "Budapest V. kerületi Okmányiroda"),
    )
    registered_on: date = field(
        metadata=label("registered on", "The day of the registration, in Budapest.", "2027-03-01")
    )
    issued_on: date = field(metadata=label("issued on", "The day of this receipt, in Budapest.", "2027-03-02"))


@dataclass(frozen=True)
class DeskView:
    """A registration as a desk's page shows it.

    `refusals` says of each message why it is refused now, if it is. `acts` are the events of acts in person of the own
    office, in order, whose evidence a supervisor may see; none for a clerk. `act_of_another`: the last one of another
    clerk, if there is one since a time that the page names.
    """

    overview: Overview
    receipt_number: str
    refusals: Mapping[type[Message], Refusal | None]
    acts: tuple[Event, ...]
    act_of_another: Event | None


@answer
@dataclass(frozen=True)
class Disclosed:
    """Data was disclosed; not the data."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    request_id: str = field(metadata=label("request", "The id under which the record has the disclosure.", REQUEST_ID))


@answer
@dataclass(frozen=True)
class OpenedVisit:
    """A registration is opened in person, and its client is at the desk."""

    visit: str = field(metadata=label("visit", "The id of the visit's page, for the session that it began in."))


@answer
@dataclass(frozen=True)
class EvidenceSeen:
    """What a clerk saw: personal data."""

    document_kind: DocumentKind = field(metadata=label("document kind", "What kind of document was seen.", "PASSPORT"))
    document_number: str = field(repr=False, metadata=label("document number", "The document's number.", "BA1234567"))
    consent: bool = field(metadata=label("consent", "The client has signed the consent.", True))
    recipient: str | None = field(
        repr=False,
        metadata=label("recipient", "The name of the person who received the data, of a disclosure.", "Szabó Katalin"),
    )

    @classmethod
    def of(cls, form: EvidenceForm) -> Self:
        """The evidence as it was written down."""
        return cls(**vars(form))


@answer
@dataclass(frozen=True)
class EvidenceOfAct:
    """An act in person, and what was seen at it: personal data."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    sequence: int = field(metadata=label("event number", "The number of the act's event.", 4))
    at: datetime = field(metadata=label("at", "When the act took effect.", "2027-03-01T10:00:00Z"))
    kind: EventKind = field(metadata=label("event", "The kind of the act's event.", "DATA_DISCLOSED"))
    clerk: str = field(metadata=label("clerk", "Who acted, by an opaque id.", "clerk-7"))
    office: str = field(metadata=label("office", "The office that was acted for.", "1051"))
    evidence: EvidenceSeen | None = field(
        repr=False, metadata=label("evidence", "null once the personal data is erased.")
    )

    @property
    def operation(self) -> Operation | None:
        """What people call the act."""
        return operation_of(self.kind)


@answer
@dataclass(frozen=True)
class FoundRegistration:
    """A registration that a search has found; no personal data beyond what was searched by."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    receipt_number: str = field(metadata=label("receipt number", "The number of its receipt.", RECEIPT_NUMBER))
    status: Status = field(metadata=STATUS)
    channel: Channel = field(metadata=CHANNEL)
    office: str | None = field(metadata=OPENED_AT_OFFICE)
    since: datetime | None = field(metadata=SINCE)


@answer
@dataclass(frozen=True)
class SearchResult:
    """At most 50 registrations, newest first."""

    found: tuple[FoundRegistration, ...] = field(metadata=label("found", "The registrations that fit, at most 50."))
    more: bool = field(metadata=label("more", "There are others: search by another criterion.", False))


@answer
@dataclass(frozen=True)
class LetterLine:
    """A letter, and what became of it."""

    letter_id: str = field(metadata=LETTER_ID)
    kind: LetterKind = field(metadata=label("kind of letter", "Which letter it is.", "CODE_PASSWORD"))
    outcome: LetterOutcome = field(
        metadata=label("outcome", "The outcome: SENT; VOID, for it was not true any more; or UNDELIVERED.", "SENT")
    )
    failure: LetterFailure | None = field(metadata=FAILURE)
    smtp_reply: int | None = field(metadata=SMTP_REPLY)
    at: datetime = field(
        metadata=label(
            "at", "When that was known; where it is on its way, when it was ordered.", "2027-03-01T10:00:02Z"
        )
    )

    @classmethod
    def of(cls, letter: SentLetter) -> Self:
        """A letter as it is stored."""
        return cls(letter.letter_id, letter.letter.kind, letter.outcome, letter.failure, letter.smtp_reply, letter.at)


@answer
@dataclass(frozen=True)
class LetterList:
    """The letters of a registration."""

    letters: tuple[LetterLine, ...] = field(metadata=label("letters", "The letters, oldest first."))

    @classmethod
    def of(cls, letters: list[SentLetter]) -> Self:
        """The letters as they are stored."""
        return cls(tuple(LetterLine.of(each) for each in letters))
