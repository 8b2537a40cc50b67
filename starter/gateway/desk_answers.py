"""What a desk is told."""

from dataclasses import dataclass, field
from datetime import date, datetime

from registration.forms import EvidenceForm
from registration.offices import Body
from registration.record import EventKind
from registration.statuses import Channel, Status
from store.rows import Person


@dataclass(frozen=True)
class Disclosure:
    """The registration data as a clerk tells it to the client (S8)."""

    registration_id: str
    person: Person = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True)
class Receipt:
    """The registration's receipt (S8), as the office that prints it hands it out. Dates are Budapest's.

    `number` has its check digit; `office` is the office's name.
    """

    number: str
    registration_id: str
    user_name: str = field(repr=False)
    email: str = field(repr=False)
    status: Status
    body: Body
    office: str
    registered_on: date
    issued_on: date


@dataclass(frozen=True)
class ActInPerson:
    """An act in person and what was seen at it; `evidence` is none once it is erased. Times are UTC."""

    registration_id: str
    sequence: int
    at: datetime
    kind: EventKind
    clerk: str
    office: str
    evidence: EvidenceForm | None = field(repr=False)


@dataclass(frozen=True)
class Found:
    """A registration that a search has found: no personal data beyond what the clerk typed."""

    registration_id: str
    receipt_number: str
    status: Status
    channel: Channel
    office: str | None
    since: datetime | None


@dataclass(frozen=True)
class SearchResult:
    """At most 50 registrations, newest first; `more` says that there are others."""

    found: tuple[Found, ...]
    more: bool
