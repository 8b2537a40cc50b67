"""Entries of the access record, as supervisors and auditors see them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from registration.access import AccessEntry
from registration.forms import checked_past
from starter.cli.choices import Choices
from starter.cli.output import show_rows

Day = Annotated[str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD, a day in UTC; today if not given.")]


def day_of(typed: str | None) -> date:
    """The day that is meant. Raises `InvalidInput`."""
    today = datetime.now(UTC).date()
    return today if typed is None else checked_past("--day", typed, today)


def row_of(entry: AccessEntry) -> dict[str, Any]:
    """An entry as programs read it, with the names that it has over HTTP."""
    access, actor = entry.access, entry.access.actor
    return {
        "office": entry.office,
        "sequence": entry.sequence,
        "at": entry.at,
        "kind": actor.kind,
        "id": actor.id,
        "operation": access.operation,
        "outcome": access.outcome,
        "registration_id": access.registration_id,
        "request_id": access.request_id,
        "detail": access.detail,
    }


def show_accesses(choices: Choices, entries: Iterable[AccessEntry], *more: str) -> None:
    """A table; `more` are further columns. What belongs together stands below each other, so that no id breaks."""
    rows = [
        row
        | {
            "who": [row["kind"], row["id"]],
            "operation_and_outcome": [row["operation"], row["outcome"]],
            "registration_and_request": [row["registration_id"], row["request_id"]],
        }
        for row in map(row_of, entries)
    ]
    show_rows(choices, ("at", "who", *more, "operation_and_outcome", "registration_and_request", "detail"), rows)
