"""A timeline in one language: what tables, CSV and JSON show of it, in this order."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from registration.answers import (
    ACTED_FOR,
    AS_OF,
    CHANNEL,
    DEADLINE,
    HASH,
    ID,
    OPENED_AT_OFFICE,
    REGISTRATION_ID,
    STATUS,
    answer,
    label,
)
from registration.letters import LetterOutcome
from registration.sentences import Catalogue, in_words
from registration.statuses import Channel, Status
from registration.timeline import Entry, Run, Timeline

UNREADABLE: Final = "UNREADABLE"
"""The kind of what was written in the place of an event."""


@answer
@dataclass(frozen=True)
class TimelineLine:
    """One line of a life: an event, or a letter with its outcome."""

    sequence: int | None = field(
        metadata=label("event number", "The event's place in the record; a letter has none.", 2)
    )
    at: datetime = field(metadata=label("at", "When it happened.", "2027-03-01T10:05:00Z"))
    kind: str = field(
        metadata=label("event", f"Of the event or the letter; {UNREADABLE} where an event is none.", "CODE_REDEEMED")
    )
    happened: str = field(metadata=label("what happened", "What happened, in words.", "The code was redeemed."))
    rule: str | None = field(metadata=label("rule", "S1 to S9 of the mission.", "S3"))
    reason: str | None = field(
        metadata=label(
            "reason",
            "The rule that it follows, in words.",
            "Redeeming the code makes the registration temporary, which is valid for 30 days.",
        )
    )
    policy_version: int | None = field(metadata=label("policy", "The version of the policy that was in force.", 1))
    actor_kind: str | None = field(metadata=label("kind of user", "What kind of user acted.", "CITIZEN"))
    actor_id: str | None = field(metadata=label("who", "Who acted, by an opaque id.", ID))
    office: str | None = field(metadata=ACTED_FOR)
    status: Status = field(metadata=label("status", "The status afterwards.", "TEMPORARY"))
    deadline: datetime | None = field(
        metadata=label("deadline", "When the status afterwards ends by itself.", "2027-03-31T10:05:00Z")
    )
    password_valid_until: datetime | None = field(
        metadata=label("password valid until", "Until when the password is valid afterwards.", "2029-03-01T10:05:00Z")
    )
    letter_outcome: LetterOutcome | None = field(metadata=label("letter", "The outcome of a letter.", None))
    hash: str | None = field(metadata=label("hash", "The event's hash; a letter has none.", HASH))

    @classmethod
    def of(cls, entry: Entry, catalogue: Catalogue) -> Self:
        """The line of an entry, in the language of a catalogue."""
        actor, why, letter = entry.actor, entry.why, entry.letter
        return cls(
            sequence=entry.sequence,
            at=entry.at,
            kind=letter.kind if letter else entry.kind or UNREADABLE,
            happened=in_words(entry.what, catalogue),
            rule=" ".join(why.rules) if why else None,
            reason=in_words(why.sentence, catalogue) if why else None,
            policy_version=why.policy_version if why else None,
            actor_kind=actor.kind if actor else None,
            actor_id=actor.id if actor else None,
            office=actor.office if actor else None,
            status=entry.status,
            deadline=entry.deadline,
            password_valid_until=entry.password_valid_until,
            letter_outcome=letter.outcome if letter else None,
            hash=entry.hash,
        )


@answer
@dataclass(frozen=True)
class TimelineAnswer:
    """A whole life, over all runs of its workflow."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    channel: Channel = field(metadata=CHANNEL)
    office: str | None = field(metadata=OPENED_AT_OFFICE)
    status: Status = field(metadata=STATUS)
    deadline: datetime | None = field(metadata=DEADLINE)
    entries: tuple[TimelineLine, ...] = field(metadata=label("entries", "Events and letters, oldest first."))
    runs: tuple[Run, ...] = field(metadata=label("runs", "The runs of its workflow, oldest first."))
    as_of: datetime = field(metadata=AS_OF)

    @classmethod
    def of(cls, life: Timeline, catalogue: Catalogue) -> Self:
        """A life in the language of a catalogue."""
        entries = tuple(TimelineLine.of(entry, catalogue) for entry in life.entries)
        return cls(**vars(life) | {"entries": entries})
