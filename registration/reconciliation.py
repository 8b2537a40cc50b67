"""What a pass of reconciliation looks at and finds (principle 8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

PASS_EVERY: Final = timedelta(seconds=15)
"""A row is left to whoever wrote it for 30 seconds: so a registration runs within a minute of its gateway's end."""


@dataclass(frozen=True)
class Span:
    """From `since` until before `until`; wall-clock UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Disagreement:
    """The store and Temporal tell different statuses of one registration; `running` is `None` without a workflow."""

    registration_id: str
    stored: str
    running: str | None


@dataclass(frozen=True)
class Findings:
    """The outcome of a pass: ids of registrations started and requests sent again, and what disagrees."""

    started: list[str]
    sent: list[str]
    disagreements: list[Disagreement]
    looked_until: datetime
    """Up to where statuses have been compared, by this pass or the last one that did."""
