"""What auditors get of a registration's workflow. All times are UTC."""

from datetime import datetime
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.messages import ActorKind
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

    run_id: str
    source: Source
    started: datetime | None
    closed: datetime | None
    outcome: str | None
    events: int = Field(description="The length of its history.")

    @classmethod
    def of(cls, run: Run) -> Self:
        """A run."""
        return cls.model_validate(run)


class ReplayedRun(BaseModel):
    """A run, replayed: whether everything that it decided is what the present code decides."""

    run: RunAnswer
    holds: bool
    sentence: str | None = Field(description="What is wrong, if anything.")


class ReplayAnswer(BaseModel):
    """All runs, in order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"holds": True, "runs": [{"run": RUN, "holds": True, "sentence": None}]}],
        }
    )

    holds: bool
    runs: list[ReplayedRun]

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


class UndeliveredAnswer(AnswerBody):
    """A letter that will not arrive."""

    letter: str
    reason: str
    at: datetime


class ActorAnswer(AnswerBody):
    """Who acts: kind of user, opaque id, office."""

    kind: ActorKind
    id: str
    office: str | None


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
                    "next_step": "letter TEMPORARY_ENDING",
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

    registration_id: str
    status: Status
    since: datetime | None
    because: str | None
    by: ActorAnswer | None = Field(description="Who began the status.")
    deadline: datetime | None
    next_step: str
    next_step_at: datetime | None
    password_valid_until: datetime | None
    code_valid_until: datetime | None
    undelivered_letters: list[UndeliveredAnswer]
    sequence: int = Field(description="The number of its last event.")
    head: str = Field(description="The hash of its last event.")
    as_of: datetime
