"""What a pass of the archive did: histories of finished runs outlive Temporal's retention."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ARCHIVE_EVERY: Final = timedelta(hours=1)
"""Temporal keeps a finished run for days at least: whatever delays a pass, many more come before it is removed."""


@dataclass(frozen=True)
class Archived:
    """So many runs were kept by this pass; `known` stood already.

    All that had finished before `looked_until` (UTC) is kept; `None` as long as no archive is set.
    """

    kept: int
    known: int
    looked_until: datetime | None
