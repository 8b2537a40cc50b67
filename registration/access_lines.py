"""An entry of the access record as one line: what tables, CSV and JSON tell of it, in this order."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final, Self

from registration.access import AccessEntry


@dataclass(frozen=True)
class AccessLine:
    """Who did what, on which registration, under which request. A description is what OpenAPI says of the field."""

    office: str = field(metadata={"description": "Whose chain it is; `-` of those who act for no office."})
    sequence: int = field(metadata={"description": "Its place in the chain of that office and day."})
    at: datetime = field(metadata={"description": "When."})
    kind: str = field(metadata={"description": "What kind of user."})
    id: str = field(metadata={"description": "Who, by an opaque id."})
    operation: str = field(metadata={"description": "Which operation, such as `desk.disclose`."})
    outcome: str = field(metadata={"description": "DONE, BEGUN, or the name of the refusal."})
    registration_id: str | None = field(metadata={"description": "Which account it was about, if one."})
    request_id: str | None = field(
        metadata={"description": "The request, under which the account's record has what came of it."}
    )
    detail: str | None = field(
        metadata={"description": "What was asked for, searched by or put in place; it names no person."}
    )

    @classmethod
    def of(cls, entry: AccessEntry) -> Self:
        """The line of an entry."""
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
            detail=str(access.content) if access.content else access.detail,
        )


COLUMNS: Final = tuple(column.name for column in fields(AccessLine))
