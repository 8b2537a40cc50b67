"""A registration's state between two decisions, and what a decision consists of."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from registration.letters import LetterKind, LetterName
from registration.messages import Actor, Answer, Evidence, UndeliveredLetter
from registration.policy import Policy
from registration.record import Event, EventKind, Snapshot
from registration.statuses import Assurance, Channel, Language, Purpose, Status

ANSWERS_KEPT: Final = 100
"""Answers to the last 100 requests survive continue-as-new (principle 13)."""

UNDELIVERED_KEPT: Final = 20
"""Undelivered letters that `describe` still shows; the record keeps all."""


@dataclass(frozen=True)
class LetterOrder:
    """A letter to be sent: to which address row, about what, and until when it is worth sending. Times are UTC.

    `sequence` is the event that ordered it; `date` is the date in the letter, `days` how far ahead it reminds.
    """

    registration_id: str
    sequence: int
    kind: LetterKind
    email_id: str
    until: datetime
    date: datetime | None = None
    days: int | None = None
    code_sequence: int | None = None

    @property
    def name(self) -> LetterName:
        """Which letter of the registration it is; a repeated letter is the same."""
        return LetterName(self.sequence, self.kind, self.days)


@dataclass(frozen=True)
class Decision:
    """What a rule decided: the event, the id of the pending credential that it adopts, the letters that follow."""

    event: Event
    credential_id: str | None = None
    letters: tuple[LetterOrder, ...] = ()


@dataclass(frozen=True)
class Recording:
    """What the activity writes in one transaction: the event, its hash, the id of the credential that it adopts."""

    event: Event
    hash: str
    credential_id: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What the activity answers: the policy in force, where it is not the one that the event followed."""

    newer_policy: Policy | None = None


@dataclass(frozen=True)
class Imported:
    """The status of an account of an older system when it was taken over; `credential_id` names its pending password.

    ValueError for a status that no account is taken over in, and for an end of validity that is missing or has no
    offset; only an inactive account may lack one.
    """

    status: Status
    password_valid_until: datetime | None
    identity_verified: bool
    credential_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no rule could carry on."""
        if self.status not in {Status.TEMPORARY, Status.ACTIVE, Status.PASSWORD_EXPIRED, Status.INACTIVE}:
            raise ValueError(self.status)
        if self.password_valid_until is None and self.status is Status.INACTIVE:
            return
        if self.password_valid_until is None or self.password_valid_until.tzinfo is None:
            raise ValueError("password_valid_until")


@dataclass(frozen=True)
class Verified:
    """When (UTC) and by whom an identity became known."""

    at: datetime
    by: Actor


@dataclass(frozen=True)
class State:
    """All that a workflow carries, also across continue-as-new; every deadline in it is absolute.

    `verified` says how the identity became known. `assurance` is the level of the signature that opened the
    registration, `imported` where an account was taken over. `credential_id` is the credential in force; `None` before
    the first one. `email_corrections` is how often the applicant has corrected the address, `None` for never.
    `language` is that of letters since it was changed; `None` while it is the one of the form.
    """

    registration_id: str
    channel: Channel
    email_id: str
    opened_by: Actor
    policy: Policy = field(default_factory=Policy)
    evidence: Evidence | None = None
    assurance: Assurance | None = None
    imported: Imported | None = None
    snapshot: Snapshot = field(default_factory=Snapshot)
    reminded_at: datetime | None = None
    outbox: tuple[LetterOrder, ...] = ()
    undelivered: tuple[UndeliveredLetter, ...] = ()
    answers: dict[str, Answer] = field(default_factory=dict)
    credential_id: str | None = None
    verified: Verified | None = None
    email_corrections: int | None = None
    language: Language | None = None

    def after(self, event: Event) -> "State":
        """The state once the event has been recorded."""
        new_deadline = event.deadline != self.snapshot.deadline
        newly_known = event.identity_verified and not self.snapshot.identity_verified
        again = event.letter if event.kind is EventKind.LETTER_SENT_AGAIN else None
        corrected = event.kind is EventKind.EMAIL_CORRECTED
        return replace(
            self,
            snapshot=self.snapshot.after(event),
            reminded_at=event.at if new_deadline else self.reminded_at,
            undelivered=tuple(lost for lost in self.undelivered if lost.letter != again),
            credential_id=self._credential_after(event),
            verified=Verified(event.at, event.actor) if newly_known else self.verified,
            email_corrections=(self.email_corrections or 0) + 1 if corrected else self.email_corrections,
            language=event.language or self.language,
        )

    def _credential_after(self, event: Event) -> str | None:
        if event.kind is EventKind.REGISTRATION_IMPORTED:
            return self.imported.credential_id if self.imported else None
        return event.request_id if event.kind.row.sets_password else self.credential_id

    def posting(self, letters: tuple[LetterOrder, ...]) -> "State":
        """The state with letters on their way."""
        return replace(self, outbox=self.outbox + letters)

    def answer(self, now: datetime, purpose: Purpose = Purpose.PASSWORD) -> Answer:
        """The registration's status, and how long its code of a purpose lives, for the sender of a message."""
        answer = answer_of(self.snapshot, now, purpose)
        return replace(answer, identity_verified_at=self.verified.at) if self.verified else answer

    def answered(self, request_id: str, answer: Answer) -> "State":
        """Remembers an answer, and forgets the oldest beyond `ANSWERS_KEPT`."""
        kept = [*self.answers.items(), (request_id, answer)][-ANSWERS_KEPT:]
        return replace(self, answers=dict(kept))

    def settled(self, letter: LetterOrder, undelivered: UndeliveredLetter | None) -> "State":
        """Takes a letter off the outbox, and remembers it where it was not delivered."""
        shown = (*self.undelivered, undelivered)[-UNDELIVERED_KEPT:] if undelivered else self.undelivered
        return replace(
            self,
            outbox=tuple(order for order in self.outbox if order != letter),
            undelivered=tuple(entry for entry in shown if entry),
        )


def answer_of(snapshot: Snapshot, now: datetime, purpose: Purpose = Purpose.PASSWORD) -> Answer:
    """A registration's status, and how long its code of a purpose lives."""
    code = snapshot.code_for(purpose)
    return Answer(
        status=snapshot.status,
        deadline=snapshot.deadline,
        password_valid_until=snapshot.password_valid_until,
        code_valid_until=code.valid_until if code else None,
        as_of=now,
    )
