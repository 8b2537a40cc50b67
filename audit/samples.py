"""A sample of histories, replayed against the present code: the gate before this code decides anything."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice, zip_longest
from typing import Final

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from audit.histories import RunHistory, run_of
from audit.replays import Replayed, replayed
from registration.names import (
    ARCHIVE_WORKFLOW_TYPE,
    CHECKPOINT_WORKFLOW_TYPE,
    EXTENSION_WORKFLOW_TYPE,
    RECONCILIATION_WORKFLOW_TYPE,
    STATUS_ATTRIBUTE,
    WORKFLOW_TYPE,
    workflow_id,
)
from registration.sentences import N_, Sentence
from registration.statuses import OPEN_STATUSES
from registration.timeline import Run, Source
from store.archive import ArchiveDamaged, HistoryArchive
from temporal.pace import of_each

_AGES: Final = (timedelta(days=1), timedelta(days=30), timedelta(days=365))
"""Runs are drawn from each of the spans between these: older runs were decided by older code."""

_OTHERS: Final = (
    EXTENSION_WORKFLOW_TYPE,
    CHECKPOINT_WORKFLOW_TYPE,
    ARCHIVE_WORKFLOW_TYPE,
    RECONCILIATION_WORKFLOW_TYPE,
)

_AT_ONCE: Final = 4
"""Histories in memory and replayed side by side; few, for the cluster serves registrations meanwhile."""

_WITHIN_SECONDS: Final = 60
"""To read a history and to replay it: one of a long life takes less than a second."""

_SLOW: Final = Sentence(N_("it was not read and replayed in time."))


@dataclass(frozen=True)
class Drawn:
    """A run of the sample: a registration's status or a workflow's type, or how an archived run ended, is its kind."""

    workflow: str
    kind: str
    outcome: Replayed


async def replayed_sample(client: Client, archive: HistoryArchive | None, most: int) -> list[Drawn]:
    """Replays at most `most` runs that are open, at most `most` of the archive, and as many workflows of other types.

    Open registrations are drawn from all statuses and ages in turn. A run whose history was removed since it was listed
    is left out. Raises `RPCError`, `OSError`.
    """
    listed = await _listed(client, most)
    drawn = await of_each(listed, lambda run: _live(client, run), at_once=_AT_ONCE)
    if archive:
        kept = await asyncio.to_thread(archive.some_runs, most)
        drawn += await of_each(kept, lambda names: _archived(archive, *names), at_once=_AT_ONCE)
    return [each for each in drawn if each]


async def _listed(client: Client, most: int) -> list[tuple[str, WorkflowExecution]]:
    """The open runs that are drawn, with their kinds: the first of each status and age, then the second of each."""
    now, is_open = datetime.now(UTC), "ExecutionStatus = 'Running'"
    queries = [
        (status, f"{is_open} AND WorkflowType = '{WORKFLOW_TYPE}' AND {STATUS_ATTRIBUTE} = '{status}'{span}")
        for span in _spans(now)
        for status in OPEN_STATUSES
    ]
    cells = await of_each(queries, lambda query: _found(client, *query, most), at_once=_AT_ONCE)
    in_turn = (run for row in zip_longest(*cells) for run in row if run)
    others = [(kind, f"{is_open} AND WorkflowType = '{kind}'") for kind in _OTHERS]
    found = await of_each(others, lambda query: _found(client, *query, most), at_once=_AT_ONCE)
    return [*islice(in_turn, most), *islice(chain.from_iterable(found), most)]


def _spans(now: datetime) -> list[str]:
    """Conditions on a run's start, which leave no time out."""
    starts = [f"'{(now - age).isoformat()}'" for age in _AGES]
    since = [f" AND StartTime >= {start}" for start in starts] + [""]
    before = ["", *(f" AND StartTime < {start}" for start in starts)]
    return [first + last for first, last in zip(since, before, strict=True)]


async def _found(client: Client, kind: str, query: str, most: int) -> list[tuple[str, WorkflowExecution]]:
    return [(kind, run) async for run in client.list_workflows(query, limit=most)]


async def _live(client: Client, drawn: tuple[str, WorkflowExecution]) -> Drawn | None:
    kind, run = drawn
    found = RunHistory(Run(run.run_id, Source.TEMPORAL))
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
            found = RunHistory(run_of(run.run_id, history, Source.TEMPORAL), history)
            return Drawn(run.id, kind, *await replayed([found]))
    except TimeoutError:
        return Drawn(run.id, kind, Replayed(found.run, problem=_SLOW))
    except RPCError as trouble:
        if trouble.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def _archived(archive: HistoryArchive, registration_id: str, run_id: str) -> Drawn:
    workflow, run = workflow_id(registration_id), Run(run_id, Source.DAMAGED)
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            history = await asyncio.to_thread(archive.read, registration_id, run_id)
            run = run_of(run_id, history, Source.ARCHIVE)
            return Drawn(workflow, run.outcome or Source.DAMAGED, *await replayed([RunHistory(run, history)]))
    except TimeoutError:
        return Drawn(workflow, run.outcome or Source.DAMAGED, Replayed(run, problem=_SLOW))
    except (ArchiveDamaged, ValueError):
        return Drawn(workflow, Source.DAMAGED, *await replayed([RunHistory(run)]))
