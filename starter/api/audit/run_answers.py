"""What auditors get of a registration's workflow. All times are UTC."""

from datetime import datetime
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.messages import ActorKind, LostLetter, NextStep
from registration.statuses import Language, Status
from registration.timeline import Run, Source
from starter.api.answers import ID, AnswerBody
from starter.gateway import Replayed

_RUN_ID: Final = "019a2f60-9c20-7b11-a1b2-c3d4e5f60718"
HASH: Final = "5f0c…"
RUN: Final[JsonDict] = {
    "run_id": _RUN_ID,
    "source": "TEMPORAL",
    "started": "2027-03-01T10:00:00Z",
    "closed": None,
    "outcome": "RUNNING",
    "events": 17,
}


class RunAnswer(AnswerBody):
    """A run of the workflow, and where its history was read from."""

    run_id: str = Field(description="Temporal's id of the run.")
    source: Source = Field(description="Where its history was found.")
    started: datetime | None = Field(description="When it began.")
    closed: datetime | None = Field(description="When it ended; null while it goes on.")
    outcome: str | None = Field(description="How it ended; null while it goes on.")
    events: int = Field(description="The length of its history.")

    @classmethod
    def of(cls, run: Run) -> Self:
        """A run."""
        return cls.model_validate(run)


class ReplayedRun(BaseModel):
    """A run, replayed: whether everything that it decided is what the present code decides."""

    run: RunAnswer = Field(description="Which run.")
    holds: bool = Field(description="Whether its decisions follow from the present code.")
    sentence: str | None = Field(description="What is wrong, if anything.")


class ReplayAnswer(BaseModel):
    """All runs, in order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"holds": True, "runs": [{"run": RUN, "holds": True, "sentence": None}]}],
        }
    )

    holds: bool = Field(description="Whether all runs do.")
    runs: list[ReplayedRun] = Field(description="Each run, oldest first.")

    @classmethod
    def of(cls, outcomes: list[Replayed], language: Language) -> Self:
        """The outcomes in a language."""
        runs = [
            ReplayedRun(
                run=RunAnswer.of(outcome.run),
                holds=outcome.holds,
                sentence=outcome.sentence.in_language(language) if outcome.sentence else None,
            )
            for outcome in outcomes
        ]
        return cls(holds=bool(runs) and all(run.holds for run in runs), runs=runs)


class ActorAnswer(AnswerBody):
    """Who acts: kind of user, opaque id, office."""

    kind: ActorKind = Field(description="The kind of user.")
    id: str = Field(description="Who, by an opaque id.")
    office: str | None = Field(description="The office that was acted for, if any.")


class DescriptionAnswer(AnswerBody):
    """Where a registration stands, as its workflow tells it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "registration_id": ID,
                    "status": "TEMPORARY",
                    "since": "2027-03-01T10:05:00Z",
                    "because": "CODE_REDEEMED",
                    "by": {"kind": "CITIZEN", "id": ID, "office": None},
                    "deadline": "2027-03-31T10:05:00Z",
                    "next_step": {"step": "LETTER", "letter": "TEMPORARY_ENDING", "days": 7, "status": None},
                    "next_step_at": "2027-03-24T10:05:00Z",
                    "password_valid_until": "2029-03-01T10:05:00Z",
                    "code_valid_until": None,
                    "undelivered_letters": [],
                    "sequence": 2,
                    "head": HASH,
                    "as_of": "2027-03-01T10:06:00Z",
                }
            ]
        }
    )

    registration_id: str = Field(description="The registration's id, a UUID.")
    status: Status = Field(description="The registration's status.")
    since: datetime | None = Field(description="When the status began.")
    because: str | None = Field(description="The kind of the event that began the status.")
    by: ActorAnswer | None = Field(description="Who began the status.")
    deadline: datetime | None = Field(description="When the status ends by itself; null where nothing ends it.")
    next_step: NextStep = Field(description="What happens next by itself, or who has to act.")
    next_step_at: datetime | None = Field(description="When that happens; null where no date is known.")
    password_valid_until: datetime | None = Field(
        description="Until when the password is valid; null where there is none."
    )
    code_valid_until: datetime | None = Field(
        description="Until when the code that was sent last may be redeemed; null where none can be."
    )
    undelivered_letters: list[LostLetter] = Field(description="The letters that did not arrive.")
    sequence: int = Field(description="The number of its last event.")
    head: str = Field(description="The hash of its last event.")
    as_of: datetime = Field(description="The moment that this answer is about.")
