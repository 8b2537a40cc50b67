"""Where a registration is, since when and why, and what happens next by itself: what people and programs are shown."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Self

from registration.answers import (
    ACTED_FOR,
    AS_OF,
    CODE_VALID_UNTIL,
    DEADLINE,
    FAILURE,
    HASH,
    ID,
    LETTER_ID,
    NEXT_STEP,
    NEXT_STEP_AT,
    PASSWORD_VALID_UNTIL,
    RECEIPT_NUMBER,
    REGISTRATION_ID,
    REQUEST_ID,
    SINCE,
    SMTP_REPLY,
    STATUS,
    answer,
    label,
)
from registration.letters import LetterFailure, LetterKind
from registration.messages import Actor, ActorKind, Answer, UndeliveredLetter
from registration.statuses import Status


@answer
@dataclass(frozen=True)
class PresentStatus:
    """The registration's status after an accepted request. All times are UTC."""

    status: Status = field(metadata=STATUS)
    deadline: datetime | None = field(metadata=DEADLINE)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)
    code_valid_until: datetime | None = field(metadata=CODE_VALID_UNTIL)
    as_of: datetime = field(metadata=AS_OF)
    identity_verified_at: datetime | None = field(
        metadata=label("identity verified at", "When the client's identity became known; null where it is not.", None)
    )

    @classmethod
    def of(cls, given: Answer) -> Self:
        """What a registration has answered."""
        return cls(**vars(given))


@answer
@dataclass(frozen=True)
class ActorAnswer:
    """Who acted: kind of user, opaque id, office."""

    kind: ActorKind = field(metadata=label("kind of user", "The kind of user.", "CITIZEN"))
    id: str = field(metadata=label("id", "Who, by an opaque id.", ID))
    office: str | None = field(metadata=ACTED_FOR)

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """An actor of the record."""
        return cls(**vars(actor))


@answer
@dataclass(frozen=True)
class UndeliveredAnswer:
    """A letter that did not arrive."""

    letter_id: str = field(metadata=LETTER_ID)
    kind: LetterKind = field(metadata=label("kind of letter", "Which letter it is.", "CODE_PASSWORD"))
    ordered_by: int = field(metadata=label("ordered by", "The number of the event that ordered it.", 1))
    days: int | None = field(metadata=label("days ahead", "How many days ahead a reminder looks.", None))
    failure: LetterFailure = field(metadata=FAILURE)
    smtp_reply: int | None = field(metadata=SMTP_REPLY)
    at: datetime = field(metadata=label("at", "When that was known.", "2027-03-01T10:05:00Z"))

    @classmethod
    def of(cls, lost: UndeliveredLetter) -> Self:
        """A letter that the workflow remembers."""
        letter = lost.letter
        return cls(letter.letter_id, letter.kind, letter.sequence, letter.days, lost.failure, lost.smtp_reply, lost.at)


class Step(StrEnum):
    """What may come next by itself."""

    LETTER = "LETTER"
    """A reminder goes out."""
    STATUS = "STATUS"
    """The status ends in another one."""
    ERASURE = "ERASURE"
    """The personal data is erased, if it is still there."""
    REACTIVATION = "REACTIVATION"
    """Nothing: a registration body must reactivate."""
    NOTHING = "NOTHING"
    """Nothing is ahead, or only the read model is left to ask."""


@answer
@dataclass(frozen=True)
class NextStep:
    """What happens next by itself."""

    step: Step = field(
        metadata=label("next step", "What comes: a letter, another status, the erasure, or nothing.", "LETTER")
    )
    letter: LetterKind | None = field(
        default=None, metadata=label("letter", "Which letter goes out.", "TEMPORARY_ENDING")
    )
    days: int | None = field(default=None, metadata=label("days ahead", "How many days ahead the letter reminds.", 7))
    status: Status | None = field(default=None, metadata=label("status", "Which status begins.", None))


@answer
@dataclass(frozen=True)
class Description:
    """Where a registration is, as its workflow answers the query `describe`. All times are UTC."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    status: Status = field(metadata=STATUS)
    since: datetime | None = field(metadata=SINCE)
    because: str | None = field(metadata=label("because", "The event that began the status.", "CODE_REDEEMED"))
    by: ActorAnswer | None = field(metadata=label("by", "Who began the status."))
    deadline: datetime | None = field(metadata=DEADLINE)
    next_step: NextStep = field(metadata=NEXT_STEP)
    next_step_at: datetime | None = field(metadata=NEXT_STEP_AT)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)
    code_valid_until: datetime | None = field(metadata=CODE_VALID_UNTIL)
    undelivered_letters: tuple[UndeliveredAnswer, ...] = field(
        metadata=label("undelivered letters", "The letters that did not arrive.", [])
    )
    identity_verified: bool = field(
        metadata=label("identity verified", "Whether the client's identity is known.", False)
    )
    sequence: int = field(metadata=label("number of events", "The number of its last event.", 2))
    head: str = field(metadata=label("last hash", "The hash of its last event.", HASH))
    as_of: datetime = field(metadata=AS_OF)


@answer
@dataclass(frozen=True)
class ComparedDescription:
    """Where a registration is, by its workflow and by the read model in PostgreSQL."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    agree: bool = field(metadata=label("agree", "Whether status, number of events and last hash are the same.", True))
    workflow: Description = field(metadata=label("workflow (Temporal)", "What the workflow answers."))
    read_model: Description = field(metadata=label("read model (PostgreSQL)", "What PostgreSQL has."))

    @classmethod
    def of(cls, workflow: Description, read_model: Description) -> Self:
        """Both descriptions of one registration."""
        same = (workflow.status, workflow.sequence, workflow.head) == (
            read_model.status,
            read_model.sequence,
            read_model.head,
        )
        return cls(workflow.registration_id, same, workflow, read_model)


@answer
@dataclass(frozen=True)
class Overview:
    """Where a registration is, why, and what happens next by itself: what a portal and a desk are shown."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    status: Status = field(metadata=STATUS)
    since: datetime | None = field(metadata=SINCE)
    because: str | None = field(metadata=label("because", "The event that began the status.", "CODE_REDEEMED"))
    deadline: datetime | None = field(metadata=DEADLINE)
    next_step: NextStep = field(metadata=NEXT_STEP)
    next_step_at: datetime | None = field(metadata=NEXT_STEP_AT)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)
    code_valid_until: datetime | None = field(metadata=CODE_VALID_UNTIL)
    as_of: datetime = field(metadata=AS_OF)

    @classmethod
    def of(cls, description: Description) -> Self:
        """The part of a description without personal data."""
        return cls(**{each.name: getattr(description, each.name) for each in fields(cls)})


@answer
@dataclass(frozen=True)
class Accepted:
    """The registration is taken in; its code goes out by e-mail."""

    registration_id: str = field(metadata=REGISTRATION_ID)


@answer
@dataclass(frozen=True)
class Opened:
    """The registration is opened in person; its code goes out by e-mail."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    receipt_number: str = field(
        metadata=label(
            "receipt number", "Of its receipt, for the client: every desk finds the registration by it.", RECEIPT_NUMBER
        )
    )


@answer
@dataclass(frozen=True)
class Signalled:
    """The signal is on its way; what comes of it is in the record."""

    request_id: str = field(
        metadata=label(
            "request", "The id under which the record will have the reactivation, or its refusal.", REQUEST_ID
        )
    )
