"""What a pass of reconciliation looks at and finds (principle 8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from registration.log_ins import DueNotice

PASS_EVERY: Final = timedelta(seconds=15)
"""A row is its gateway's for 30 seconds: so a registration runs within a minute of its gateway's end."""

PASSES_FOR: Final = timedelta(hours=1)
"""A run makes passes for so long: each closed run stays on the cluster until retention ends, some 2,500 in 90 days."""

MOST_NAMED: Final = 100
"""Disagreements that a run keeps; more are a disaster that so many show, too."""


@dataclass(frozen=True)
class Overdue:
    """What was submitted before a moment (UTC) and has no outcome."""

    submitted_before: datetime


@dataclass(frozen=True)
class Started:
    """The registrations whose workflow was started, by id."""

    registration_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SentAgain:
    """The requests that were sent again, by id; `notices` of log-ins are to be sent."""

    request_ids: tuple[str, ...] = ()
    notices: tuple[DueNotice, ...] = ()


@dataclass(frozen=True)
class Span:
    """From `since` until before `until`; wall-clock UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Disagreement:
    """The store and Temporal have different statuses of one registration; `running` is `None` without a workflow."""

    registration_id: str
    stored: str
    running: str | None


@dataclass(frozen=True)
class Suspects:
    """The registrations that are compared a second time, by id."""

    registration_ids: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The registrations whose statuses differ."""

    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True)
class Findings:
    """The outcome of a pass: ids of registrations that were started, and of requests that were sent again.

    The last comparison began at `checked_until` (UTC). It was of rows written up to two minutes before; without an
    earlier pass, of those of the last day up to then.
    """

    started: list[str]
    sent: list[str]
    disagreements: list[Disagreement]
    checked_until: datetime


@dataclass(frozen=True)
class Compared:
    """What a run that goes on shows in its memo: when its last comparison was done (UTC), and what differed so far."""

    at: datetime
    disagreements: tuple[str, ...] = ()
