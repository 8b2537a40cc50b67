"""What a pass of reconciliation looks at and finds (principle 8)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from registration.answers import REGISTRATION_ID, answer, label

PASS_EVERY: Final = timedelta(seconds=15)
"""A row is left to whoever wrote it for 30 seconds: so a registration runs within a minute of its gateway's end."""


@dataclass(frozen=True)
class Span:
    """From `since` until before `until`; wall-clock UTC."""

    since: datetime
    until: datetime


@answer
@dataclass(frozen=True)
class Disagreement:
    """The store and Temporal have different statuses of one registration."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    stored: str = field(metadata=label("stored", "The status in PostgreSQL."))
    running: str | None = field(metadata=label("running", "The workflow's status; null without a workflow."))


@answer
@dataclass(frozen=True)
class Findings:
    """The outcome of a pass."""

    started: list[str] = field(metadata=label("started", "Registrations whose workflow was started, by id."))
    sent: list[str] = field(metadata=label("sent again", "Requests that were sent again, by id."))
    disagreements: list[Disagreement] = field(metadata=label("disagreements", "Statuses that differ."))
    looked_until: datetime = field(
        metadata=label("checked up to", "Up to where statuses were compared, by this pass or the last one that did.")
    )
