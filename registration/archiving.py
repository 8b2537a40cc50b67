"""What a pass of the archive did: histories of finished runs outlive Temporal's retention."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ARCHIVE_EVERY: Final = timedelta(hours=1)
"""Temporal keeps a finished run for days at least: whatever delays a pass, many more come before it is removed."""


@dataclass(frozen=True)
class ArchiveOrder:
    """Stores the histories of the runs that finished since a moment (UTC)."""

    since: datetime


@dataclass(frozen=True)
class RunCounts:
    """How many histories of finished runs a pass stored, and how many were stored already."""

    stored: int = 0
    known: int = 0


@dataclass(frozen=True)
class ArchiveDone:
    """What was stored; `runs` is `None` without an archive."""

    runs: RunCounts | None = None


@dataclass(frozen=True)
class Archived:
    """What a pass did. Runs that had finished before `checked_until` (UTC) are stored; `None` without an archive."""

    runs: RunCounts
    checked_until: datetime | None
