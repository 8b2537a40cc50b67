"""The record: numbered, chained events, and the snapshot that folding them gives (principles 3 and 4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Final

from registration.canonical import canonical, digest
from registration.errors import RecordUnreadable
from registration.event_kinds import EventKind as EventKind  # noqa: PLC0414  found where an event is
from registration.letters import LetterFailure, LetterName
from registration.messages import Actor, Evidence
from registration.statuses import Assurance, Language, Purpose, Status
from registration.times import is_shown

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS: Final = "0" * 64
"""The predecessor's hash of a registration's first event."""


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
    """One step of a life: who, when, why, and the registration's status afterwards. Times are UTC.

    `codes` are those that live afterwards, at most one of a purpose, oldest first; `assurance` is that of the signature
    that opened the registration (S4). `letter` goes out again, or was not delivered: for the reason `failure`, and with
    `smtp_reply` where a mail server refused it. `refusal` is the name of a refused signal's refusal. `language` is that
    of letters that leave from then on, where the event changes it.
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
    language: Language | None = None

    @property
    def is_in_time(self) -> bool:
        """Whether all of its times can be compared and shown; those that the rules give always can."""
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
    """The place of an event that was overwritten with something that is none."""

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
    """The present state of a registration: the fold of its events, the same in the workflow and in the read model.

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
