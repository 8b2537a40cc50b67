"""What operators get. All times are UTC; no personal data."""

from datetime import datetime
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.extensions import ExtensionList, ExtensionOutcome, ExtensionState, ExtensionStatus
from registration.offices import Body
from registration.statuses import Status
from starter.api.answers import ID, AnswerBody

EXTENSION: Final = "019a2f62-1111-7abc-8def-001122334455"
_EXTENSION: Final[JsonDict] = {
    "id": EXTENSION,
    "before": "2027-12-31T22:59:59Z",
    "days": 90,
    "state": "RUNNING",
    "requested_by": "operator-1",
    "requested_at": "2027-11-02T09:00:00Z",
    "approved_by": "supervisor-3",
    "approved_at": "2027-11-02T09:30:00Z",
    "listed_at": "2027-11-02T10:00:00Z",
    "finished_at": None,
    "progress": {"total": 10000, "extended": 2500, "refused": 1, "open": 7499},
    "rate": 50,
}


class CountAnswer(AnswerBody):
    """So many accounts of a status expire in one month, and would in another; months are YYYY-MM in Budapest."""

    status: Status = Field(description="The status that the accounts have.")
    month: str = Field(description="The month in which they expire now.")
    until_month: str = Field(description="The month in which they would expire.")
    accounts: int = Field(description="How many they are.")


class DryRunAnswer(AnswerBody):
    """What an extension would do now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 10000,
                    "hopeless": 12,
                    "counts": [
                        {"status": "ACTIVE", "month": "2027-12", "until_month": "2028-03", "accounts": 10000},
                    ],
                }
            ]
        }
    )

    total: int = Field(description="How many accounts it would be for.")
    hopeless: int = Field(description="So many would be refused: their new date has passed already.")
    counts: list[CountAnswer] = Field(description="How many of which status move from which month to which.")


class ProgressAnswer(AnswerBody):
    """How many accounts the extension is for, and what has become of them; none before the list is fixed."""

    total: int = Field(description="How many accounts it is for.")
    extended: int = Field(description="How many are extended.")
    refused: int = Field(description="How many refused it.")
    open: int = Field(description="How many have not answered yet.")


class ExtensionAnswer(BaseModel):
    """A bulk extension: who asked, who approved, how far it has come."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXTENSION]})

    id: str = Field(description="The extension's id, a UUID.")
    before: datetime = Field(description="It is for accounts whose password expires before this.")
    days: int | None = Field(description="null: to each registration's next anniversary.")
    state: ExtensionState = Field(description="How far it is.")
    requested_by: str = Field(description="Who asked for it, by an opaque id.")
    requested_at: datetime = Field(description="When it was asked for.")
    approved_by: str | None = Field(description="Who approved it, by an opaque id; null before.")
    approved_at: datetime | None = Field(description="When it was approved; null before.")
    listed_at: datetime | None = Field(description="When the list of its accounts was fixed.")
    finished_at: datetime | None = Field(description="When every account had its outcome; null before.")
    progress: ProgressAnswer = Field(description="What came of its accounts so far.")
    rate: float | None = Field(description="Registrations a second, while it runs.")

    @classmethod
    def of(cls, status: ExtensionStatus) -> Self:
        """The gateway's answer."""
        progress = ProgressAnswer.model_validate(status.progress)
        return cls(**vars(status.extension), state=status.state, progress=progress, rate=status.rate)


class ExtensionsAnswer(BaseModel):
    """At most 20 bulk extensions, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"extensions": [_EXTENSION], "more": False}]})

    extensions: list[ExtensionAnswer] = Field(description="At most 20, newest first.")
    more: bool = Field(description="There are older ones: ask for those older than the last.")

    @classmethod
    def of(cls, found: ExtensionList) -> Self:
        """The gateway's answer."""
        return cls(extensions=[ExtensionAnswer.of(each) for each in found.extensions], more=found.more)


class ItemAnswer(AnswerBody):
    """One account of an extension, and what came of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "registration_id": ID,
                    "valid_until": "2027-12-01T10:00:00Z",
                    "until": "2028-02-29T10:00:00Z",
                    "outcome": "EXTENDED",
                    "reason": None,
                }
            ]
        }
    )

    registration_id: str = Field(description="The registration's id, a UUID.")
    valid_until: datetime = Field(description="The end of its validity when the list was fixed.")
    until: datetime = Field(description="The new one.")
    outcome: ExtensionOutcome = Field(description="What came of it.")
    reason: str | None = Field(description="Why it was refused; null otherwise.")


class OfficeAnswer(AnswerBody):
    """An office of a registration body."""

    code: str = Field(description="The office's code, as tokens name it.")
    body: Body = Field(description="The kind of registration body.")
    name: str = Field(description="Its name.")
    address: str = Field(description="Its address.")
    open: bool = Field(description="Clerks can act for an open office only.")


class OfficesAnswer(BaseModel):
    """All offices, by code."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "offices": [
                        {
                            "code": "1051",
                            "body": "OKMANYIRODA",
                            "name": "Budapest V. kerületi Okmányiroda",
                            "address": "1051 Budapest, Erzsébet tér 4.",
                            "open": True,
                        }
                    ]
                }
            ]
        }
    )

    offices: list[OfficeAnswer] = Field(description="All offices, by code.")


class DisabledAnswer(AnswerBody):
    """Somebody who may not act any more."""

    id: str = Field(description="The opaque id, as tokens have it.")
    disabled_at: datetime = Field(description="Since when.")
    disabled_by: str = Field(description="Which operator said so, by an opaque id.")


class DisabledStaffAnswer(BaseModel):
    """Who may not act any more, by id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "disabled": [
                        {"id": "clerk-7", "disabled_at": "2027-03-01T10:00:00Z", "disabled_by": "operator-1"},
                    ]
                }
            ]
        }
    )

    disabled: list[DisabledAnswer] = Field(description="All of them, by id.")
