"""The histories of all runs of a registration, from Temporal or, where retention has removed them, from the archive."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from registration.names import workflow_id
from registration.timeline import Run, Source
from store.archive import ArchiveDamaged, HistoryArchive
from store.runs import resets_in

_ENDS: Final = {"COMPLETED", "FAILED", "TIMED_OUT", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW"}
_GONE: Final = {RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT}
"""Temporal knows no such run, or the id is not one of a run."""


@dataclass(frozen=True)
class RunHistory:
    """A run, and its history if Temporal or the archive has it."""

    run: Run
    history: WorkflowHistory | None = None


class Histories:
    """The one reader of histories for timeline, verification and replay."""

    def __init__(self, client: Client, archive: HistoryArchive | None) -> None:
        """Owns neither of them."""
        self._client = client
        self._archive = archive

    @property
    def are_kept(self) -> bool:
        """Whether there is an archive of finished runs."""
        return self._archive is not None

    async def of(self, registration_id: str) -> list[RunHistory]:
        """All runs of a registration in the order of their starts; those without a history come first.

        Includes runs that another one names as its predecessor or successor. Raises `RPCError`.
        """
        asked: dict[str, RunHistory] = {}
        open_ids = await self._known(registration_id)
        while open_ids:
            for found in await asyncio.gather(*(self._read(registration_id, run_id) for run_id in open_ids)):
                asked[found.run.run_id] = found
            named = {run_id for found in asked.values() if found.history for run_id in _neighbours(found.history)}
            open_ids = named - asked.keys()
        return sorted(asked.values(), key=_begun)

    async def _known(self, registration_id: str) -> set[str]:
        """The run that Temporal has now, all that its visibility finds, and what the archive keeps."""
        workflow = workflow_id(registration_id)
        known = set[str]()
        try:
            known.add((await self._client.get_workflow_handle(workflow).describe()).run_id)
        except RPCError as trouble:
            if trouble.status not in _GONE:
                raise
        known |= {found.run_id async for found in self._client.list_workflows(f"WorkflowId = '{workflow}'")}
        if self._archive:
            known.update(await asyncio.to_thread(self._archive.run_ids, registration_id))
        return known

    async def _read(self, registration_id: str, run_id: str) -> RunHistory:
        handle = self._client.get_workflow_handle(workflow_id(registration_id), run_id=run_id)
        try:
            history = await handle.fetch_history()
        except RPCError as trouble:
            if trouble.status not in _GONE:
                raise
        else:
            if history.events:
                return RunHistory(run_of(run_id, history, Source.TEMPORAL), history)
        return await asyncio.to_thread(self._from_archive, registration_id, run_id)

    def _from_archive(self, registration_id: str, run_id: str) -> RunHistory:
        try:
            if self._archive:
                history = self._archive.read(registration_id, run_id)
                return RunHistory(run_of(run_id, history, Source.ARCHIVE), history)
        except ArchiveDamaged:
            return RunHistory(Run(run_id, Source.DAMAGED))
        except (FileNotFoundError, ValueError):
            pass  # it was not archived, or what another run names is no run
        return RunHistory(Run(run_id, Source.MISSING))


def _neighbours(history: WorkflowHistory) -> Iterator[str]:
    begun = history.events[0].workflow_execution_started_event_attributes
    ended = history.events[-1].workflow_execution_continued_as_new_event_attributes
    for run_id in (begun.continued_execution_run_id, begun.first_execution_run_id, ended.new_execution_run_id):
        if run_id:
            yield run_id
    for note in resets_in(history):
        yield note.base_run_id
        yield note.new_run_id


def run_of(run_id: str, history: WorkflowHistory, source: Source) -> Run:
    """What a run's history says of the run."""
    last = history.events[-1]
    outcome = _outcome(last)
    return Run(
        run_id,
        source,
        started=moment_of(history.events[0].event_time),
        closed=moment_of(last.event_time) if outcome else None,
        outcome=outcome or "RUNNING",
        events=len(history.events),
    )


def _outcome(last: HistoryEvent) -> str | None:
    """How a run ended, in Temporal's terms; `None` while it runs."""
    outcome = EventType.Name(last.event_type).removeprefix("EVENT_TYPE_WORKFLOW_EXECUTION_")
    return outcome if outcome in _ENDS else None


def moment_of(stamp: Timestamp) -> datetime:
    """A time of a history, in UTC."""
    return stamp.ToDatetime(UTC)


def _begun(found: RunHistory) -> tuple[datetime, datetime]:
    """Sorts runs by start; a run that was reset and the one that continues it have the same start."""
    started = found.run.started or datetime.min.replace(tzinfo=UTC)
    return started, found.run.closed or datetime.max.replace(tzinfo=UTC)
