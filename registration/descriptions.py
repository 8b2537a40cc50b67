"""Where a registration is, since when and why, and what happens next by itself: what people and programs are shown."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Self

from registration.answers import (
    ACTED_FOR,
    AS_OF,
    CODE_VALID_UNTIL,
    DEADLINE,
    HASH,
    ID,
    NEXT_STEP_AT,
    PASSWORD_VALID_UNTIL,
    RECEIPT_NUMBER,
    REGISTRATION_ID,
    REQUEST_ID,
    SINCE,
    STATUS,
    answer,
    label,
)
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
    """A letter that will not arrive."""

    letter_id: str = field(
        metadata=label("letter", "The letter's id: the number of its event, and its kind.", "1-code_password")
    )
    reason: str = field(metadata=label("reason", "Why it did not arrive; it names no person.", "550"))
    at: datetime = field(metadata=label("at", "When that was known.", "2027-03-01T10:05:00Z"))

    @classmethod
    def of(cls, letter: UndeliveredLetter) -> Self:
        """A letter that the workflow remembers."""
        return cls(letter.letter, letter.reason, letter.at)


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
    next_step: str = field(
        metadata=label("next step", "What happens next by itself, or who has to act.", "letter TEMPORARY_ENDING")
    )
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
    next_step: str = field(
        metadata=label(
            "next step",
            "What happens by itself: a letter, or the next status; – where nothing is known.",
            "letter TEMPORARY_ENDING",
        )
    )
    next_step_at: datetime | None = field(metadata=NEXT_STEP_AT)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)
    code_valid_until: datetime | None = field(metadata=CODE_VALID_UNTIL)
    as_of: datetime = field(metadata=AS_OF)

    @classmethod
    def of(cls, description: Description) -> Self:
        """The part of a description that names nobody."""
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
            "receipt number", "Of its receipt, to be told to the client: any desk finds it by this.", RECEIPT_NUMBER
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
