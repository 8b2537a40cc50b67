"""The access record: who looked at personal data, who acted at a desk, who was refused; chained by office and day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from registration.administration import Content
from registration.canonical import canonical, digest
from registration.errors import InvalidInput
from registration.forms import checked_identifier
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind
from registration.operations import Operation

NO_OFFICE: Final = "-"
"""The chain of those who act for no office: operators, auditors, portals."""

_MOST_ENTRIES: Final = 2**31 - 1
"""Of one office and day: what the store can number."""


class AccessOutcome(StrEnum):
    """What is known of an operation when its entry is written."""

    DONE = "DONE"
    """A look, written before anything is shown."""
    BEGUN = "BEGUN"
    """An act, written before it takes effect, such as before its message goes to the registration.

    What came of it is in the registration's own record, under the entry's `request_id`. A refusal adds an entry of its
    own; an entry with neither event nor refusal is an act that a crash or a server's absence cut off.
    """
    REFUSED = "REFUSED"
    """A look or an act, written before the refusal is shown."""


@dataclass(frozen=True)
class Access:
    """One operation: by whom, on which registration, under which request.

    `detail` names no person, such as what was searched by. `content` is what an administrative act put in place.
    `refusal` is the class name of what refused it, where its outcome is `REFUSED`.
    """

    actor: Actor
    operation: Operation
    outcome: AccessOutcome = AccessOutcome.DONE
    registration_id: str | None = None
    request_id: str | None = None
    detail: str | None = None
    content: Content | None = None
    refusal: str | None = None

    @property
    def puts(self) -> Content | None:
        """What was put in place; `None` where it is no such act, whatever its content says."""
        if self.outcome is not AccessOutcome.BEGUN or self.content is None:
            return None
        by_it = self.operation is PREPARATION.operation or self.operation.row.puts is self.content.about
        return self.content if by_it else None


PREPARATION: Final = Access(Actor(ActorKind.SYSTEM, "migrate"), Operation.OPERATIONS_PREPARE, AccessOutcome.BEGUN)
"""What `migrate` puts in place: the first policy."""

LISTING: Final = Access(Actor(ActorKind.SYSTEM, "worker"), Operation.OPERATIONS_LIST_EXTENSION, AccessOutcome.BEGUN)
"""A worker has fixed the list of accounts of an approved bulk extension."""

CHECKPOINTING: Final = Access(
    Actor(ActorKind.SYSTEM, "worker"), Operation.OPERATIONS_MAKE_CHECKPOINT, AccessOutcome.BEGUN
)
"""A worker has written a checkpoint."""


@dataclass(frozen=True)
class AccessEntry:
    """An access at its place in the chain of its office and day (UTC): `sequence` from 1, `at` in UTC."""

    office: str
    day: date
    sequence: int
    at: datetime
    access: Access
    previous_hash: str

    def canonical(self) -> str:
        """The exact text that is hashed and stored."""
        return canonical(self)

    def hash(self) -> str:
        """SHA-256 of the canonical text, which names the predecessor's hash."""
        return digest(self.canonical())


def without_refused_beginnings(
    entries: Iterable[AccessEntry], of_their_requests: Iterable[AccessEntry]
) -> tuple[AccessEntry, ...]:
    """The entries for a list: an act that was refused is the line of its refusal, without the one of its beginning.

    `of_their_requests` are all entries with the same requests, in order; a request that comes again is another act.
    """
    begun: dict[tuple[str | None, Actor, str], AccessEntry] = {}
    refused: set[tuple[str, date, int]] = set()
    for entry in of_their_requests:
        act = (entry.access.request_id, entry.access.actor, entry.access.operation)
        beginning = begun.pop(act, None)
        if entry.access.outcome is AccessOutcome.BEGUN:
            begun[act] = entry
        elif entry.access.outcome is AccessOutcome.REFUSED and beginning:
            refused.add((beginning.office, beginning.day, beginning.sequence))
    return tuple(entry for entry in entries if (entry.office, entry.day, entry.sequence) not in refused)


@dataclass(frozen=True)
class AccessPlace:
    """The place of an entry in the whole access record; written as `2027-03-01/1051/17`."""

    day: date
    office: str
    sequence: int

    def __str__(self) -> str:
        """As `parse` reads it."""
        return f"{self.day}/{self.office}/{self.sequence}"

    @classmethod
    def parse(cls, field: str, typed: str) -> Self:
        """A place as a page named it. Raises `InvalidInput`."""
        try:
            day, office, sequence = typed.split("/")
            place = cls(date.fromisoformat(day), checked_identifier(field, office), int(sequence))
        except ValueError:
            place = None
        if place is None or str(place) != typed or not 0 < place.sequence <= _MOST_ENTRIES:
            raise InvalidInput(field=field, rule=InputRule.NOT_ACCEPTED)
        return place


@dataclass(frozen=True)
class AccessPage:
    """A part of a list of entries; the next one begins behind `end`, which the last part lacks.

    `unreadable` is the number of stored entries that were left out.
    """

    entries: tuple[AccessEntry, ...]
    end: AccessPlace | None
    unreadable: int = 0
