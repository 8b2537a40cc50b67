"""Keeps the histories of finished runs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import WorkflowExecution
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities import names
from activities.heartbeat import heartbeating
from registration.archiving import ArchiveDone, ArchiveOrder, RunCounts
from registration.names import WORKFLOW_TYPE, registration_id_of
from store.archive import HistoryArchive
from temporal.pace import of_each

_log = structlog.get_logger()

_PAGE: Final = 500
"""Runs of one visibility query. Their ids and `_AT_ONCE` histories are in memory at once, nothing else."""

_AT_ONCE: Final = 10
"""Histories fetched at the same time; few, so that a backlog does not slow registrations down."""


class _Outcome(Enum):
    """What became of a finished run in this pass."""

    STORED = "stored"
    KNOWN = "known"
    LOST = "lost"
    UNREADABLE = "unreadable"
    FOREIGN = "foreign"


class ArchiveActivities:
    """What a pass of the archive does; it works on `activity.client()`."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` is where histories are kept; none: they are not."""
        self._archive = HistoryArchive(folder) if folder else None

    @activity.defn(name=names.ARCHIVE_FINISHED)
    async def archive_finished(self, order: ArchiveOrder) -> ArchiveDone:
        """Stores every run that finished since a moment.

        A retry goes on where the attempt before ended, for stored runs are skipped. A history that cannot be read does
        not keep others from being stored; the pass fails at its end.
        """
        if self._archive is None:
            _log.warning("archive_folder_missing")
            return ArchiveDone()
        outcomes: Counter[_Outcome] = Counter()
        async with heartbeating(names.ARCHIVE_HEARTBEAT):
            async for page in _finished(order.since):
                outcomes.update(await self._keep(self._archive, page))
        if outcomes[_Outcome.UNREADABLE]:
            raise ApplicationError("histories could not be read", type="HistoriesUnreadable")
        return ArchiveDone(RunCounts(outcomes[_Outcome.STORED], outcomes[_Outcome.KNOWN]))

    async def _keep(self, archive: HistoryArchive, page: Sequence[WorkflowExecution]) -> list[_Outcome]:
        async def keep(finished: WorkflowExecution) -> _Outcome:
            registration_id, run_id = registration_id_of(finished.id), finished.run_id
            if registration_id is None:
                _log.error("not_a_registration", workflow=finished.id)
                return _Outcome.FOREIGN
            if await asyncio.to_thread(archive.has, registration_id, run_id):
                return _Outcome.KNOWN
            handle = activity.client().get_workflow_handle(finished.id, run_id=run_id)
            try:
                history = await handle.fetch_history()
            except RPCError as trouble:
                # Removed since it was listed: it is lost.
                lost = trouble.status is RPCStatusCode.NOT_FOUND
                _log.error("history_lost" if lost else "history_unreadable", registration=registration_id, run=run_id)
                return _Outcome.LOST if lost else _Outcome.UNREADABLE
            kept = await asyncio.to_thread(archive.keep, registration_id, run_id, history)
            return _Outcome.STORED if kept else _Outcome.KNOWN

        return await of_each(page, keep, at_once=_AT_ONCE)


async def _finished(since: datetime) -> AsyncIterator[Sequence[WorkflowExecution]]:
    """Pages of the runs that finished since a moment; those of skipped time finish in our future, and are found too."""
    query = (
        f"WorkflowType = '{WORKFLOW_TYPE}' AND ExecutionStatus != 'Running' "
        f"AND CloseTime >= '{since.astimezone(UTC).isoformat()}'"
    )
    runs = activity.client().list_workflows(query, page_size=_PAGE)
    while True:
        await runs.fetch_next_page()
        yield runs.current_page or ()
        if not runs.next_page_token:
            return
