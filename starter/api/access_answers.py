"""The access record as supervisors and auditors get it; no personal data. All times are UTC."""

from datetime import date
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.access import AccessPage
from registration.access_lines import AccessLine
from starter.api.answers import ID

_ENTRY: Final[JsonDict] = {
    "office": "1051",
    "sequence": 17,
    "at": "2027-03-01T10:00:00Z",
    "kind": "CLERK",
    "id": "clerk-7",
    "operation": "desk.disclose",
    "outcome": "BEGUN",
    "registration_id": ID,
    "request_id": "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f",
    "detail": None,
}
PLACE: Final = "2027-03-01/1051/17"


class AccessesAnswer(BaseModel):
    """The access record of one office and one day (UTC), in order."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"office": "1051", "day": "2027-03-01", "entries": [_ENTRY]}]}
    )

    office: str = Field(description="The office whose chain it is.")
    day: date = Field(description="The day (UTC).")
    entries: list[AccessLine] = Field(description="Its entries, in order; a refused act is one of them.")


class AccessPageAnswer(BaseModel):
    """At most 500 entries: of a chain in its order, of a registration by day, office and place in the chain."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"entries": [_ENTRY], "next": PLACE}]})

    entries: list[AccessLine] = Field(description="The entries; a refused act is one of them.")
    next: str | None = Field(description="There are more: ask again with this as `after`.")

    @classmethod
    def of(cls, page: AccessPage) -> Self:
        """The gateway's answer."""
        return cls(entries=[AccessLine.of(entry) for entry in page.entries], next=str(page.end) if page.end else None)
