"""Entries of the access record, as supervisors and auditors see them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from registration.access import AccessEntry
from registration.access_lines import AccessLine
from registration.forms import checked_past
from registration.times import day_in_budapest
from starter.cli.choices import Choices
from starter.cli.output import show_rows

Day = Annotated[str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD, a day in Budapest; today if not given.")]


def day_of(typed: str | None) -> date:
    """The day that is meant. Raises `InvalidInput`."""
    today = day_in_budapest(datetime.now(UTC))
    return today if typed is None else checked_past("--day", typed, today)


def show_accesses(choices: Choices, entries: Iterable[AccessEntry], *more: str) -> None:
    """A table; `more` are further columns. What belongs together stands below each other, so that no id breaks."""
    rows = [
        vars(line)
        | {
            "who": [line.kind, line.id],
            "operation_and_outcome": [line.operation, line.outcome],
            "registration_and_request": [line.registration_id, line.request_id],
        }
        for line in map(AccessLine.of, entries)
    ]
    show_rows(choices, ("at", "who", *more, "operation_and_outcome", "registration_and_request", "detail"), rows)
