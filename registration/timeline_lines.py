"""A line of a timeline in one language: what tables, CSV and JSON tell of it, in this order."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final, Self

from registration.messages import Actor
from registration.sentences import Catalogue, in_words
from registration.statuses import Status
from registration.timeline import Entry

UNREADABLE: Final = "UNREADABLE"
"""The kind of what somebody has written in the place of an event."""


@dataclass(frozen=True)
class TimelineLine:
    """One line of a life: an event, or a letter with its outcome. A description is what OpenAPI says of the field."""

    number: int | None = field(metadata={"description": "The event's place in the record; a letter has none."})
    when: datetime = field(metadata={"description": "When it happened."})
    kind: str = field(metadata={"description": f"Of the event or the letter; {UNREADABLE} where an event is none."})
    happened: str = field(metadata={"description": "What happened, in words."})
    rule: str | None = field(metadata={"description": "S1 to S9 of the mission."})
    reason: str | None = field(metadata={"description": "The rule that it follows, in words."})
    policy_version: int | None = field(metadata={"description": "The version of the policy that was in force."})
    who: str | None = field(metadata={"description": "Kind of user and opaque id."})
    office: str | None = field(metadata={"description": "The office that was acted for, if any."})
    status: Status = field(metadata={"description": "The status afterwards."})
    deadline: datetime | None = field(metadata={"description": "When the status afterwards ends by itself."})
    password_valid_until: datetime | None = field(
        metadata={"description": "Until when the password is valid afterwards."}
    )
    letter_outcome: str | None = field(
        metadata={"description": "What came of a letter: SENT, VOID, on its way, or undelivered."}
    )
    hash: str | None = field(metadata={"description": "The event's hash; a letter has none."})

    @classmethod
    def of(cls, entry: Entry, catalogue: Catalogue) -> Self:
        """The line of an entry, in the language of a catalogue."""
        actor, why, letter = entry.actor, entry.why, entry.letter
        return cls(
            number=entry.sequence,
            when=entry.at,
            kind=letter.kind if letter else entry.kind or UNREADABLE,
            happened=in_words(entry.what, catalogue),
            rule=" ".join(why.rules) if why else None,
            reason=in_words(why.sentence, catalogue) if why else None,
            policy_version=why.policy_version if why else None,
            who=named(actor) if actor else None,
            office=actor.office if actor else None,
            status=entry.status,
            deadline=entry.deadline,
            password_valid_until=entry.password_valid_until,
            letter_outcome=letter.outcome if letter else None,
            hash=entry.hash,
        )


COLUMNS: Final = tuple(column.name for column in fields(TimelineLine))


def named(actor: Actor) -> str:
    """Who acted, as auditors read it: kind of user and opaque id."""
    return f"{actor.kind} {actor.id}"
