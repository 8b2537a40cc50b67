"""An entry of the access record as one line: what tables, CSV and JSON show of it, in this order."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from registration.access import AccessEntry, AccessOutcome, AccessPage
from registration.access_details import detail_in_words
from registration.answers import ID, REQUEST_ID, answer, label

ACCESS_PLACE = "2027-03-01/1051/17"


@answer
@dataclass(frozen=True)
class AccessLine:
    """Who did what, on which registration, under which request."""

    office: str = field(metadata=label("office", "Whose chain it is; `-` of those who act for no office.", "1051"))
    sequence: int = field(metadata=label("number", "Its place in the chain of that office and day.", 17))
    at: datetime = field(metadata=label("at", "When.", "2027-03-01T10:00:00Z"))
    actor_kind: str = field(metadata=label("kind of user", "What kind of user acted.", "CLERK"))
    actor_id: str = field(metadata=label("who", "Who acted, by an opaque id.", "clerk-7"))
    operation: str = field(metadata=label("operation", "Which operation, such as `desk.disclose`.", "desk.disclose"))
    outcome: AccessOutcome = field(
        metadata=label("outcome", "A look is DONE, an act BEGUN; or it was REFUSED.", "BEGUN")
    )
    refusal: str | None = field(metadata=label("refusal", "The name of the refusal, if it was refused.", None))
    registration_id: str | None = field(
        metadata=label("registration id", "Which account it was about, if one.", ID),
    )
    request_id: str | None = field(
        metadata=label("request", "The request, under which the account's record has what came of it.", REQUEST_ID)
    )
    detail: str | None = field(
        metadata=label("detail", "What was asked for, searched by or put in place; it names no person.", None)
    )

    @property
    def detail_in_words(self) -> object:
        """The detail as pages translate it."""
        return detail_in_words(self.detail)

    @classmethod
    def of(cls, entry: AccessEntry) -> Self:
        """The line of an entry."""
        access = entry.access
        return cls(
            office=entry.office,
            sequence=entry.sequence,
            at=entry.at,
            actor_kind=access.actor.kind,
            actor_id=access.actor.id,
            operation=access.operation,
            outcome=access.outcome,
            refusal=access.refusal,
            registration_id=access.registration_id,
            request_id=access.request_id,
            detail=str(access.content) if access.content else access.detail,
        )


@answer
@dataclass(frozen=True)
class AccessDay:
    """The access record of one office and one day, in order."""

    office: str = field(metadata=label("office", "The office whose chain it is.", "1051"))
    day: date = field(metadata=label("day", "The day.", "2027-03-01"))
    entries: tuple[AccessLine, ...] = field(
        metadata=label("entries", "Its entries, in order; a refused act is one of them.")
    )


@answer
@dataclass(frozen=True)
class AccessList:
    """Entries of the access record: of a chain in its order, of a registration by day, office and place."""

    entries: tuple[AccessLine, ...] = field(metadata=label("entries", "The entries; a refused act is one of them."))
    next: str | None = field(metadata=label("next", "There are more: ask again with this as `after`.", ACCESS_PLACE))

    @classmethod
    def of(cls, page: AccessPage) -> Self:
        """A page of the record."""
        return cls(tuple(map(AccessLine.of, page.entries)), str(page.end) if page.end else None)
