"""What auditors read of a life. Times are UTC, sentences in the language asked for; the record names no person."""

from datetime import datetime
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.explanations import Explanation
from registration.statuses import Channel, Language, Status
from registration.timeline import Timeline
from registration.timeline_lines import TimelineLine, named
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
    entries: list[TimelineLine]
    runs: list[RunAnswer]
    as_of: datetime

    @classmethod
    def of(cls, life: Timeline, language: Language) -> Self:
        """A life in a language."""
        entries = [TimelineLine.of(entry, language) for entry in life.entries]
        return cls(**vars(life) | {"entries": entries, "runs": [RunAnswer.of(run) for run in life.runs]})


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
        told = {
            "happened": found.what.in_language(language),
            "rules": found.why.rules,
            "reason": found.why.sentence.in_language(language),
            "policy_version": found.why.policy_version,
            "policy_values": found.why.values,
            "who": named(found.actor),
            "office": found.actor.office,
            "next_step": found.next_words.in_language(language),
        }
        return cls(**vars(found) | told)
