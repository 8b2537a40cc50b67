"""A pass of the archive: stores the histories of finished runs before Temporal's retention removes them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities import names
from registration.archiving import Archived
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
        """One pass. Without an archive folder `looked_until` stays as it was, so that a later pass leaves none out."""
        now = workflow.now()
        last: Archived | None = workflow.get_last_completion_result(Archived)
        until = last.looked_until if last else None
        counted: tuple[int, int] | None = await workflow.execute_activity(
            names.KEEP_FINISHED,
            until - _OVERLAP if until else _EVER,
            result_type=tuple[int, int] | None,  # type: ignore[arg-type]  # the SDK takes unions, its stubs do not say so
            start_to_close_timeout=_PASS,
            heartbeat_timeout=names.KEEP_HEARTBEAT,
            retry_policy=_RETRIES,
        )
        if counted is None:
            return Archived(0, 0, until)
        return Archived(*counted, looked_until=now)
