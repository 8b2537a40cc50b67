"""A pass of the archive: stores the histories of finished runs before Temporal's retention removes them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities import names
from registration.archiving import Archived, ArchiveDone, ArchiveOrder, RunCounts
from registration.names import ARCHIVE_WORKFLOW_TYPE

_OVERLAP: Final = timedelta(hours=6)
"""Temporal's visibility may lag by hours. A run that is archived already costs one check for its file."""

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The first pass takes every run that Temporal still has."""

_PASS: Final = timedelta(days=2)
"""A first pass over millions of finished runs; the usual one takes seconds."""

_RETRIES: Final = RetryPolicy(maximum_interval=timedelta(minutes=5), maximum_attempts=20)
"""For about an hour, as with a full disk; then the pass fails, and the next one covers its time as well."""


@workflow.defn(name=ARCHIVE_WORKFLOW_TYPE)
class Archive:
    """Started by a schedule; a pass that takes longer makes the next one wait."""

    @workflow.run
    async def run(self) -> Archived:
        """One pass. Without an archive folder `checked_until` stays as it was, so that a later pass leaves none out."""
        now = workflow.now()
        last: Archived | None = workflow.get_last_completion_result(Archived)
        until = last.checked_until if last else None
        done: ArchiveDone = await workflow.execute_activity(
            names.ARCHIVE_FINISHED,
            ArchiveOrder(until - _OVERLAP if until else _EVER),
            result_type=ArchiveDone,
            start_to_close_timeout=_PASS,
            heartbeat_timeout=names.ARCHIVE_HEARTBEAT,
            retry_policy=_RETRIES,
        )
        return Archived(RunCounts(), until) if done.runs is None else Archived(done.runs, now)
