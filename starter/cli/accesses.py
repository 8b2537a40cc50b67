"""Entries of the access record, as supervisors and auditors see them."""

from datetime import UTC, date, datetime
from typing import Annotated, Final

import typer

from registration.access_lines import AccessDay, AccessLine, AccessList
from registration.forms import checked_past
from registration.sentences import N_
from registration.times import day_in_budapest
from starter.cli.choices import Choices
from starter.cli.output import Column, column, show_rows

Day = Annotated[str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD, a day in Budapest; today if not given.")]

_WHO: Final = Column("actor", N_("who"), lambda line: [line.actor_kind, line.actor_id])
_WHAT: Final = Column("act", N_("operation, outcome"), lambda line: [line.operation, line.refusal or line.outcome])
_ABOUT: Final = Column(
    "registration_id", N_("registration, request"), lambda line: [line.registration_id, line.request_id]
)
"""What belongs together is in one cell, so that no id breaks."""


def day_of(typed: str | None) -> date:
    """The day that is meant. Raises `InvalidInput`."""
    today = day_in_budapest(datetime.now(UTC))
    return today if typed is None else checked_past("--day", typed, today)


def show_accesses(choices: Choices, found: AccessDay | AccessList) -> None:
    """A table of the entries; the office is shown where there may be several."""
    office = [column(AccessLine, "office")] if isinstance(found, AccessList) else []
    over = [column(AccessLine, "at"), _WHO, *office, _WHAT, _ABOUT, column(AccessLine, "detail")]
    show_rows(choices, found, over, found.entries)
