"""Writes what a workflow has decided."""

from datetime import UTC, datetime

import structlog
from temporalio import activity

from activities import names
from registration.state import Recorded, Recording
from store.writer import RecordConflict, Writer

_log = structlog.get_logger()


class RecordActivities:
    """The one activity that records a transition (principle 3)."""

    def __init__(self, writer: Writer) -> None:
        """Writes through `writer`."""
        self._writer = writer

    @activity.defn(name=names.RECORD)
    async def record(self, entry: Recording) -> Recorded:
        """Records, and returns the policy in force where it is not the one that the event followed.

        Retried without end: a database that is away delays the workflow and refuses nothing. A `RecordConflict` is an
        alarm in the log and in the pending activity, which remains until an operator has found out who wrote there.
        """
        try:
            policy = await self._writer.record(entry, datetime.now(UTC))
        except RecordConflict:
            _log.error("record_conflict", registration=entry.event.registration_id, sequence=entry.event.sequence)
            raise
        return Recorded(None if policy.version == entry.event.policy_version else policy)
