"""What auditors read of a life. Times are UTC, sentences in the language asked for; the record names no person."""

from datetime import datetime
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.explanations import Explanation
from registration.messages import Actor
from registration.statuses import Channel, Language, Status
from registration.timeline import Entry, Timeline
from starter.api.answers import ID
from starter.api.audit.run_answers import HASH, RUN, RunAnswer

_ENTRY: Final[JsonDict] = {
    "number": 2,
    "when": "2027-03-01T10:05:00Z",
    "kind": "CODE_REDEEMED",
    "happened": "The code was redeemed.",
    "rule": "S3",
    "reason": "Activating the code makes the registration temporary for 30 days.",
    "policy_version": 1,
    "who": "CITIZEN 019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a",
    "office": None,
    "status": "TEMPORARY",
    "deadline": "2027-03-31T10:05:00Z",
    "password_valid_until": "2029-03-01T10:05:00Z",
    "letter_outcome": None,
    "hash": HASH,
}


class EntryAnswer(BaseModel):
    """One line of a life: an event, or a letter with its outcome."""

    number: int | None = Field(description="The event's place in the record; a letter has none.")
    when: datetime
    kind: str
    happened: str
    rule: str | None = Field(description="S1 to S9 of the mission.")
    reason: str | None
    policy_version: int | None
    who: str | None = Field(description="Kind of user and opaque id.")
    office: str | None
    status: Status = Field(description="The status afterwards.")
    deadline: datetime | None
    password_valid_until: datetime | None
    letter_outcome: str | None
    hash: str | None

    @classmethod
    def of(cls, entry: Entry, language: Language) -> Self:
        """A line in a language."""
        actor, why = entry.actor, entry.why
        return cls(
            number=entry.sequence,
            when=entry.at,
            kind=str(entry.letter.kind if entry.letter else entry.kind),
            happened=entry.what.in_language(language),
            rule=" ".join(why.rules) if why else None,
            reason=why.sentence.in_language(language) if why else None,
            policy_version=why.policy_version if why else None,
            who=_who(actor) if actor else None,
            office=actor.office if actor else None,
            status=entry.status,
            deadline=entry.deadline,
            password_valid_until=entry.password_valid_until,
            letter_outcome=entry.letter.outcome if entry.letter else None,
            hash=entry.hash,
        )


class TimelineAnswer(BaseModel):
    """A whole life, over all runs of its workflow."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "registration_id": ID,
                    "channel": "ONLINE",
                    "office": None,
                    "status": "TEMPORARY",
                    "deadline": "2027-03-31T10:05:00Z",
                    "entries": [_ENTRY],
                    "runs": [RUN],
                    "as_of": "2027-03-02T08:00:00Z",
                }
            ]
        }
    )

    registration_id: str
    channel: Channel
    office: str | None = Field(description="Where it was opened, if in person.")
    status: Status
    deadline: datetime | None
    entries: list[EntryAnswer]
    runs: list[RunAnswer]
    as_of: datetime

    @classmethod
    def of(cls, life: Timeline, language: Language) -> Self:
        """A life in a language."""
        return cls(
            registration_id=life.registration_id,
            channel=life.channel,
            office=life.office,
            status=life.status,
            deadline=life.deadline,
            entries=[EntryAnswer.of(entry, language) for entry in life.entries],
            runs=[RunAnswer.of(run) for run in life.runs],
            as_of=life.as_of,
        )


class ExplanationAnswer(BaseModel):
    """Where a registration stood at a moment, since when, because of which event, rule and actor."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "registration_id": ID,
                    "as_of": "2027-03-15T22:59:59Z",
                    "status": "TEMPORARY",
                    "since": "2027-03-01T10:05:00Z",
                    "because": "CODE_REDEEMED",
                    "sequence": 2,
                    "happened": "The code was redeemed.",
                    "rules": ["S3"],
                    "reason": "Activating the code makes the registration temporary for 30 days.",
                    "policy_version": 1,
                    "policy_values": {"temporary_days": 30},
                    "who": "CITIZEN 019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a",
                    "office": None,
                    "deadline": "2027-03-31T10:05:00Z",
                    "password_valid_until": "2029-03-01T10:05:00Z",
                    "next_step": "a letter goes out: the temporary registration is about to lapse",
                    "next_step_at": "2027-03-24T10:05:00Z",
                    "last_event": 2,
                }
            ]
        }
    )

    registration_id: str
    as_of: datetime
    status: Status
    since: datetime
    because: str
    sequence: int
    happened: str
    rules: list[str] = Field(description="S1 to S9 of the mission.")
    reason: str
    policy_version: int
    policy_values: dict[str, int]
    who: str
    office: str | None
    deadline: datetime | None
    password_valid_until: datetime | None
    next_step: str
    next_step_at: datetime | None
    last_event: int

    @classmethod
    def of(cls, found: Explanation, language: Language) -> Self:
        """An explanation in a language."""
        return cls(
            registration_id=found.registration_id,
            as_of=found.as_of,
            status=found.status,
            since=found.since,
            because=found.because,
            sequence=found.sequence,
            happened=found.what.in_language(language),
            rules=list(found.why.rules),
            reason=found.why.sentence.in_language(language),
            policy_version=found.why.policy_version,
            policy_values=dict(found.why.values),
            who=_who(found.actor),
            office=found.actor.office,
            deadline=found.deadline,
            password_valid_until=found.password_valid_until,
            next_step=found.next_words.in_language(language),
            next_step_at=found.next_step_at,
            last_event=found.last_event,
        )


def _who(actor: Actor) -> str:
    return f"{actor.kind} {actor.id}"
