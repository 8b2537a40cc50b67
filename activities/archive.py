"""Keeps the histories of finished runs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
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
from registration.names import WORKFLOW_TYPE, workflow_id
from store.archive import HistoryArchive, is_registration
from temporal.pace import of_each

_log = structlog.get_logger()

_PAGE: Final = 500
"""Runs of one visibility query. Their ids and `_AT_ONCE` histories are in memory at once, nothing else."""

_AT_ONCE: Final = 10
"""Histories fetched at the same time; few, so that a backlog does not slow registrations down."""

_PREFIX: Final = workflow_id("")


class _Outcome(Enum):
    """What became of a finished run in this pass."""

    KEPT = "kept"
    KNOWN = "known"
    LOST = "lost"
    UNREADABLE = "unreadable"


class ArchiveActivities:
    """What a pass of the archive does; it works on `activity.client()`."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` is where histories are kept; none: they are not."""
        self._archive = HistoryArchive(folder) if folder else None

    @activity.defn(name=names.KEEP_FINISHED)
    async def keep_finished(self, since: datetime) -> tuple[int, int] | None:
        """Stores every run that finished since a moment: how many are new, and how many were stored already.

        A retry goes on where the attempt before ended, for stored runs are skipped. A history that cannot be read does
        not keep others from being stored; the pass fails at its end. `None` without a folder.
        """
        if self._archive is None:
            _log.warning("archive_folder_missing")
            return None
        outcomes: Counter[_Outcome] = Counter()
        async with heartbeating(names.KEEP_HEARTBEAT):
            async for page in _finished(since):
                outcomes.update(await self._keep(self._archive, page))
        if outcomes[_Outcome.UNREADABLE]:
            raise ApplicationError("histories could not be read", type="HistoriesUnreadable")
        return outcomes[_Outcome.KEPT], outcomes[_Outcome.KNOWN]

    async def _keep(self, archive: HistoryArchive, page: list[WorkflowExecution]) -> list[_Outcome]:
        async def keep(finished: WorkflowExecution) -> _Outcome:
            registration_id, run_id = finished.id.removeprefix(_PREFIX), finished.run_id
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
            return _Outcome.KEPT if kept else _Outcome.KNOWN

        return await of_each(page, keep, at_once=_AT_ONCE)


async def _finished(since: datetime) -> AsyncIterator[list[WorkflowExecution]]:
    """Pages of the runs that finished since a moment; those of skipped time finish in our future, and are found too."""
    query = (
        f"WorkflowType = '{WORKFLOW_TYPE}' AND ExecutionStatus != 'Running' "
        f"AND CloseTime >= '{since.astimezone(UTC).isoformat()}'"
    )
    runs = activity.client().list_workflows(query, page_size=_PAGE)
    while True:
        await runs.fetch_next_page()
        page = runs.current_page or []
        for stranger in (finished.id for finished in page if not is_registration(finished.id)):
            _log.error("not_a_registration", workflow=stranger)
        yield [finished for finished in page if is_registration(finished.id)]
        if not runs.next_page_token:
            return
