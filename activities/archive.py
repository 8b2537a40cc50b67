"""Keeps the histories of finished runs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from activities import names
from activities.heartbeat import heartbeating
from registration.names import WORKFLOW_TYPE, workflow_id
from wiring.archive import Archive

_log = structlog.get_logger()

_PAGE: Final = 500
"""Runs that one look at visibility takes: all that is in memory at once is their ids, and `_AT_ONCE` histories."""

_AT_ONCE: Final = 10
"""Histories fetched at the same time: a backlog must not slow the registrations of the day down."""

_PREFIX: Final = workflow_id("")


class ArchiveActivities:
    """What a pass of the archive does; it works on `activity.client()`."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` is where histories are kept; none: they are not."""
        self._archive = Archive(folder) if folder else None

    @activity.defn(name=names.KEEP_FINISHED)
    async def keep_finished(self, since: datetime) -> tuple[int, int] | None:
        """Keeps every run that finished since a moment and is not kept yet: how many, and how many stood already.

        Killed and tried again it goes on where it was, for what is kept is passed over. `None` without a folder.
        """
        if self._archive is None:
            _log.warning("archive_folder_missing")
            return None
        kept = known = 0
        async with heartbeating(names.KEEP_HEARTBEAT):
            async for page in _finished(since):
                done = await self._keep(self._archive, page)
                kept, known = kept + done, known + len(page) - done
        return kept, known

    async def _keep(self, archive: Archive, page: list[WorkflowExecution]) -> int:
        places = asyncio.Semaphore(_AT_ONCE)

        async def keep(finished: WorkflowExecution) -> bool:
            registration_id, run_id = finished.id.removeprefix(_PREFIX), finished.run_id
            async with places:
                if await asyncio.to_thread(archive.has, registration_id, run_id):
                    return False
                handle = activity.client().get_workflow_handle(finished.id, run_id=run_id)
                try:
                    history = await handle.fetch_history()
                except RPCError as trouble:
                    if trouble.status is RPCStatusCode.NOT_FOUND:  # removed since it was listed: nobody can keep it now
                        _log.error("history_lost", registration=registration_id, run=run_id)
                        return False
                    raise
                return await asyncio.to_thread(archive.keep, registration_id, run_id, history)

        return sum(await asyncio.gather(*(keep(finished) for finished in page)))


async def _finished(since: datetime) -> AsyncIterator[list[WorkflowExecution]]:
    """Pages of the runs that finished since a moment; those of skipped time finish in our future, and are found too."""
    query = (
        f"WorkflowType = '{WORKFLOW_TYPE}' AND ExecutionStatus != 'Running' "
        f"AND CloseTime >= '{since.astimezone(UTC).isoformat()}'"
    )
    runs = activity.client().list_workflows(query, page_size=_PAGE)
    while True:
        await runs.fetch_next_page()
        if runs.current_page:
            yield list(runs.current_page)
        if not runs.next_page_token:
            return
