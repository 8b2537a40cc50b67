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
from starter.translation import catalogue, translated

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

    registration_id: str = Field(description="The registration's id, a UUID.")
    channel: Channel = Field(description="How it was opened.")
    office: str | None = Field(description="Where it was opened, if in person.")
    status: Status = Field(description="Its present status.")
    deadline: datetime | None = Field(description="When the status ends by itself; null where nothing ends it.")
    entries: list[TimelineLine] = Field(description="Events and letters, oldest first.")
    runs: list[RunAnswer] = Field(description="The runs of its workflow, oldest first.")
    as_of: datetime = Field(description="The moment that this answer is about.")

    @classmethod
    def of(cls, life: Timeline, language: Language) -> Self:
        """A life in a language."""
        entries = [TimelineLine.of(entry, catalogue(language)) for entry in life.entries]
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

    registration_id: str = Field(description="The registration's id, a UUID.")
    as_of: datetime = Field(description="The moment that this answer is about.")
    status: Status = Field(description="The status at that moment.")
    since: datetime = Field(description="When the status began.")
    because: str = Field(description="The kind of the event that began the status.")
    sequence: int = Field(description="The number of that event.")
    happened: str = Field(description="What that event was, in words.")
    rules: list[str] = Field(description="S1 to S9 of the mission.")
    reason: str = Field(description="The rule that it follows, in words.")
    policy_version: int = Field(description="The version of the policy that was in force.")
    policy_values: dict[str, int] = Field(description="The periods of the policy that the reason names.")
    who: str = Field(description="Who caused it: kind of user and opaque id.")
    office: str | None = Field(description="The office that was acted for, if any.")
    deadline: datetime | None = Field(description="When the status ends by itself; null where nothing ends it.")
    password_valid_until: datetime | None = Field(
        description="Until when the password is valid; null where there is none."
    )
    next_step: str = Field(description="What happens next by itself, or who has to act.")
    next_step_at: datetime | None = Field(description="When that happens; null where no date is known.")
    last_event: int = Field(description="The number of the last event before that moment.")

    @classmethod
    def of(cls, found: Explanation, language: Language) -> Self:
        """An explanation in a language."""
        told = {
            "happened": translated(found.what, language),
            "rules": found.why.rules,
            "reason": translated(found.why.sentence, language),
            "policy_version": found.why.policy_version,
            "policy_values": found.why.values,
            "who": named(found.actor),
            "office": found.actor.office,
            "next_step": translated(found.next_words, language),
        }
        return cls(**vars(found) | told)
