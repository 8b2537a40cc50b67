"""The access record as supervisors and auditors get it; no personal data. All times are UTC."""

from datetime import date, datetime
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.access import AccessEntry, AccessPage
from starter.api.answers import ID

_ENTRY: Final[JsonDict] = {
    "office": "1051",
    "sequence": 17,
    "at": "2027-03-01T10:00:00Z",
    "kind": "CLERK",
    "id": "clerk-7",
    "operation": "desk.disclose",
    "outcome": "SENT",
    "registration_id": ID,
    "request_id": "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f",
    "detail": None,
}
PLACE: Final = "2027-03-01/1051/17"


class AccessAnswer(BaseModel):
    """An entry of the access record: who did what, on which registration, under which request."""

    office: str = Field(description="Whose chain it is; `-` of those who act for no office.")
    sequence: int = Field(description="Its place in the chain of that office and day.")
    at: datetime
    kind: str = Field(description="What kind of user.")
    id: str
    operation: str
    outcome: str = Field(description="DONE, SENT, or the name of the refusal.")
    registration_id: str | None
    request_id: str | None
    detail: str | None

    @classmethod
    def of(cls, entry: AccessEntry) -> Self:
        """An entry."""
        access = entry.access
        return cls(
            office=entry.office,
            sequence=entry.sequence,
            at=entry.at,
            kind=access.actor.kind,
            id=access.actor.id,
            operation=access.operation,
            outcome=access.outcome,
            registration_id=access.registration_id,
            request_id=access.request_id,
            detail=access.detail,
        )


class AccessesAnswer(BaseModel):
    """The access record of one office and one day (UTC), in order."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"office": "1051", "day": "2027-03-01", "entries": [_ENTRY]}]}
    )

    office: str
    day: date
    entries: list[AccessAnswer]


class AccessPageAnswer(BaseModel):
    """At most 500 entries: of a chain in its order, of a registration by day, office and place in the chain."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"entries": [_ENTRY], "next": PLACE}]})

    entries: list[AccessAnswer]
    next: str | None = Field(description="There are more: ask again with this as `after`.")

    @classmethod
    def of(cls, page: AccessPage) -> Self:
        """The gateway's answer."""
        return cls(entries=[AccessAnswer.of(entry) for entry in page.entries], next=str(page.end) if page.end else None)
