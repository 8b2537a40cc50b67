"""The record: numbered, chained events, and the snapshot that folding them gives (principles 3 and 4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, Final, Self

from registration.canonical import canonical, digest
from registration.errors import RecordUnreadable
from registration.letters import LetterFailure, LetterName
from registration.messages import Actor, ChangeEmail, Close, Evidence, Message, RequestCode
from registration.statuses import Assurance, Purpose, Status
from registration.times import is_shown

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS: Final = "0" * 64
"""The predecessor's hash of a registration's first event."""


@dataclass(frozen=True)
class EventRow:
    """What a kind of event is.

    `sets_password`: its `request_id` is the credential in force from then on. `redeems_code`: by the client, it is what
    a redeemed code does, which confirms that the event's address is the client's. `in_person`: by a clerk, it names
    evidence. `by_staff_alone`: nobody else can have done it. `asked_with`: the message with which a client asks for it,
    and which the gateway notes first. `code_letter`: the purpose of the code whose letter it orders.
    `answers_extension`: it is the outcome of a bulk extension for the registration.
    """

    sets_password: bool = False
    redeems_code: bool = False
    in_person: bool = False
    by_staff_alone: bool = False
    asked_with: type[Message] | None = None
    code_letter: Purpose | None = None
    answers_extension: bool = False


_PLAIN: Final = EventRow()


class EventKind(StrEnum):
    """What happened. A new kind is a member with its row, and its words in `happenings.py` and `reasons.py`."""

    row: EventRow

    def __new__(cls, name: str, row: EventRow = _PLAIN) -> Self:
        """A kind is its name; `row` says what it is."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.row = row
        return kind

    REGISTRATION_OPENED = "REGISTRATION_OPENED", EventRow(in_person=True)
    REGISTRATION_IMPORTED = "REGISTRATION_IMPORTED"
    CODE_REDEEMED = "CODE_REDEEMED", EventRow(sets_password=True, redeems_code=True)
    CODE_ISSUED = "CODE_ISSUED", EventRow(asked_with=RequestCode, code_letter=Purpose.PASSWORD)
    CODE_SENT_AGAIN = "CODE_SENT_AGAIN", EventRow(asked_with=RequestCode, code_letter=Purpose.PASSWORD)
    PASSWORD_CHANGED = "PASSWORD_CHANGED", EventRow(sets_password=True)
    IDENTITY_VERIFIED = "IDENTITY_VERIFIED", EventRow(in_person=True, by_staff_alone=True)
    ACTIVATION_LAPSED = "ACTIVATION_LAPSED"
    TEMPORARY_LAPSED = "TEMPORARY_LAPSED"
    PASSWORD_EXPIRED = "PASSWORD_EXPIRED"
    GRACE_ENDED = "GRACE_ENDED"
    REACTIVATED = "REACTIVATED", EventRow(in_person=True, by_staff_alone=True)
    REACTIVATION_LAPSED = "REACTIVATION_LAPSED"
    EMAIL_CHANGE_REQUESTED = (
        "EMAIL_CHANGE_REQUESTED",
        EventRow(asked_with=ChangeEmail, code_letter=Purpose.NEW_EMAIL),
    )
    EMAIL_CHANGED = "EMAIL_CHANGED", EventRow(redeems_code=True, in_person=True)
    VALIDITY_EXTENDED = "VALIDITY_EXTENDED", EventRow(by_staff_alone=True, answers_extension=True)
    DATA_DISCLOSED = "DATA_DISCLOSED", EventRow(in_person=True, by_staff_alone=True)
    CLOSURE_REQUESTED = "CLOSURE_REQUESTED", EventRow(asked_with=Close, code_letter=Purpose.CLOSURE)
    REGISTRATION_CLOSED = "REGISTRATION_CLOSED", EventRow(redeems_code=True, in_person=True)
    SIGNAL_REFUSED = "SIGNAL_REFUSED", EventRow(answers_extension=True)
    LETTER_UNDELIVERED = "LETTER_UNDELIVERED"
    LETTER_SENT_AGAIN = "LETTER_SENT_AGAIN", EventRow(by_staff_alone=True)
    POLICY_APPLIED = "POLICY_APPLIED"
    PERSONAL_DATA_ERASED = "PERSONAL_DATA_ERASED"


@dataclass(frozen=True)
class Code:
    """A one-time code as the record knows it: which one and until when, never its value.

    Codes of all purposes count in one `sequence`; `email_id` names the address that a code for `NEW_EMAIL` confirms.
    """

    purpose: Purpose
    sequence: int
    valid_until: datetime
    email_id: str | None = None

    def is_live(self, now: datetime) -> bool:
        """A code may be redeemed before, not at, the end of its validity."""
        return now < self.valid_until


@dataclass(frozen=True)
class Event:
    """One step of a life: who, when, why, and where the registration stands afterwards. Times are UTC.

    `codes` are those that live afterwards, at most one of a purpose, oldest first; `assurance` is that of the signature
    that opened the registration (S4). `letter` goes out again, or was not delivered: for the reason `failure`, and with
    `smtp_reply` where a mail server refused it. `refusal` is the name of a refused signal's refusal.
    """

    registration_id: str
    sequence: int
    at: datetime
    kind: EventKind
    actor: Actor
    status: Status
    identity_verified: bool
    email_id: str
    policy_version: int
    previous_hash: str
    deadline: datetime | None = None
    password_valid_until: datetime | None = None
    codes: tuple[Code, ...] = ()
    request_id: str | None = None
    evidence: Evidence | None = None
    assurance: Assurance | None = None
    letter: LetterName | None = None
    failure: LetterFailure | None = None
    smtp_reply: int | None = None
    refusal: str | None = None

    @property
    def is_in_time(self) -> bool:
        """Whether all of its times can be compared and told; those that the rules give always can."""
        times = (self.at, self.deadline, self.password_valid_until, *(code.valid_until for code in self.codes))
        return all(is_shown(time) for time in times if time)

    def canonical(self) -> str:
        """The exact text that is hashed and stored: sorted keys, no spaces, fields without a value left out."""
        return canonical(self)

    def hash(self) -> str:
        """SHA-256 of the canonical text, which names the predecessor's hash; 64 hexadecimal digits."""
        return digest(self.canonical())


@dataclass(frozen=True)
class UnreadableEvent:
    """The place of an event that somebody has overwritten with what is none."""

    sequence: int


def readable(events: "Iterable[Event | UnreadableEvent]", until: datetime | None = None) -> list[Event]:
    """All events, or those up to the first one after `until` (UTC). Raises `RecordUnreadable` for what is none."""
    found = []
    for event in events:
        if isinstance(event, UnreadableEvent):
            raise RecordUnreadable(sequence=str(event.sequence))
        found.append(event)
        if until and event.at > until:
            break
    return found


@dataclass(frozen=True)
class Snapshot:
    """Where a registration stands: the fold of its events, the same in the workflow and in the read model.

    `since`, `because` and `by` are time, kind and actor of the event that began the status.
    """

    status: Status = Status.SUBMITTED
    since: datetime | None = None
    because: EventKind | None = None
    by: Actor | None = None
    deadline: datetime | None = None
    password_valid_until: datetime | None = None
    identity_verified: bool = False
    email_id: str = ""
    codes: tuple[Code, ...] = ()
    codes_issued: int = 0
    sequence: int = 0
    head: str = GENESIS

    def code_for(self, purpose: Purpose) -> Code | None:
        """The live code of a purpose; whether its time has run out is asked when it is redeemed."""
        return next((code for code in self.codes if code.purpose is purpose), None)

    def codes_with(self, new: Code) -> tuple[Code, ...]:
        """The live codes once `new` has replaced the one of its purpose."""
        return (*(code for code in self.codes if code.purpose is not new.purpose), new)

    def after(self, event: Event, head: str | None = None) -> "Snapshot":
        """The snapshot once `event` has happened; `head` spares the hash, where it is known already."""
        moved = event.status is not self.status
        return replace(
            self,
            status=event.status,
            since=event.at if moved else self.since,
            because=event.kind if moved else self.because,
            by=event.actor if moved else self.by,
            deadline=event.deadline,
            password_valid_until=event.password_valid_until,
            identity_verified=event.identity_verified,
            email_id=event.email_id,
            codes=event.codes,
            codes_issued=max([self.codes_issued, *(code.sequence for code in event.codes)]),
            sequence=event.sequence,
            head=head or event.hash(),
        )


def fold(events: "Iterable[Event]") -> Snapshot:
    """The snapshot that a registration's events give, in their order."""
    return reduce(Snapshot.after, events, Snapshot())
