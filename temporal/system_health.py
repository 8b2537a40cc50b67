"""What an operator looks at first at night, asked of Temporal, PostgreSQL and the folder of checkpoints."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from temporalio.client import Client, ScheduleActionExecutionStartWorkflow, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from registration.archiving import Archived
from registration.names import (
    ARCHIVE_ID,
    ARCHIVE_WORKFLOW_TYPE,
    CHECKPOINT_ID,
    COMPARED_MEMO,
    DEADLINE_ATTRIBUTE,
    RECONCILIATION_ID,
    RECONCILIATION_WORKFLOW_TYPE,
    WORKFLOW_TYPE,
)
from registration.reconciliation import Compared, Findings
from registration.system_health import (
    ARCHIVED_WITHIN,
    CHECKPOINT_WITHIN,
    LOOKED_BACK,
    OVERDUE_AFTER,
    RECONCILED_WITHIN,
    SECOND_LOOK_TAKES,
    HealthCheck,
    HealthCheckName,
    ScheduleRuns,
    aged,
    disagreeing,
    off,
    overdue,
    scheduled,
    stalled,
    undelivered,
)
from store.checkpoints import CheckpointFolder
from temporal.health_board import WAITS_SECONDS, Look
from temporal.task_queues import queue_looks

_REPORTED: Final = "TemporalReportedProblems"
"""A search attribute of Temporal's own."""

_CALL: Final = timedelta(seconds=WAITS_SECONDS)
_MOST_RUNS: Final = 50
"""Runs of reconciliation that are read: one an hour, and those that operators start."""

_FAILED: Final = frozenset(
    {
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.CANCELED,
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TIMED_OUT,
    }
)


UndeliveredBetween = Callable[[datetime, datetime], Awaitable[int]]
"""How many letters did not arrive between two times (UTC)."""


class SystemHealthChecks:
    """Each check raises what its server's client does."""

    def __init__(
        self, client: Client, checkpoints: CheckpointFolder | None, undelivered_between: UndeliveredBetween
    ) -> None:
        """Shares the process's connections."""
        self._client = client
        self._checkpoints = checkpoints
        self._undelivered_between = undelivered_between

    @property
    def all(self) -> Mapping[HealthCheckName, Look]:
        """The checks, in the order in which they are looked at."""
        return {**queue_looks(self._client), **self.but_queues}

    @property
    def but_queues(self) -> Mapping[HealthCheckName, Look]:
        """The same without those of the queues."""
        return {
            HealthCheckName.RECONCILIATION: self._reconciliation,
            HealthCheckName.DISAGREEMENTS: self._disagreements,
            HealthCheckName.OVERDUE_DEADLINES: self._overdue_deadlines,
            HealthCheckName.STALLED_REGISTRATIONS: self._stalled_registrations,
            HealthCheckName.UNDELIVERED_LETTERS: self._undelivered_letters,
            HealthCheckName.CHECKPOINT: self._checkpoint,
            HealthCheckName.ARCHIVE: self._archive,
            HealthCheckName.RECONCILIATION_SCHEDULE: partial(
                self._schedule, HealthCheckName.RECONCILIATION_SCHEDULE, RECONCILIATION_ID, RECONCILED_WITHIN
            ),
            HealthCheckName.CHECKPOINT_SCHEDULE: partial(
                self._schedule, HealthCheckName.CHECKPOINT_SCHEDULE, CHECKPOINT_ID, CHECKPOINT_WITHIN
            ),
            HealthCheckName.ARCHIVE_SCHEDULE: partial(
                self._schedule, HealthCheckName.ARCHIVE_SCHEDULE, ARCHIVE_ID, ARCHIVED_WITHIN
            ),
        }

    async def _reconciliation(self) -> HealthCheck:
        """Of a run that goes on, the last comparison counts."""
        completed, noted = await asyncio.gather(
            self._completed(RECONCILIATION_WORKFLOW_TYPE), self._noted("ExecutionStatus = 'Running'")
        )
        times = [compared.at for _, compared in noted if compared] + ([completed.close_time] if completed else [])
        return aged(HealthCheckName.RECONCILIATION, max(times, default=None), RECONCILED_WITHIN, _now())

    async def _disagreements(self) -> HealthCheck:
        """Only a run that lasts so long can have looked twice."""
        noted = await self._noted(
            f"(ExecutionStatus = 'Running' OR (ExecutionStatus = 'Completed' "
            f"AND CloseTime > '{_text(_now() - LOOKED_BACK)}' "
            f"AND ExecutionDuration >= '{SECOND_LOOK_TAKES.total_seconds():.0f}s'))"
        )
        differing: dict[str, None] = {}
        for run, compared in noted:
            if compared:
                differing |= dict.fromkeys(compared.disagreements)
            elif run.status is WorkflowExecutionStatus.COMPLETED:  # a single pass
                findings = await self._result(run, Findings)
                differing |= dict.fromkeys(each.registration_id for each in findings.disagreements)
        return disagreeing(tuple(differing), _now())

    async def _overdue_deadlines(self) -> HealthCheck:
        query = f"ExecutionStatus = 'Running' AND {DEADLINE_ATTRIBUTE} < '{_text(_now() - OVERDUE_AFTER)}'"
        async with asyncio.timeout(WAITS_SECONDS):
            return overdue((await self._client.count_workflows(query, rpc_timeout=_CALL)).count, _now())

    async def _stalled_registrations(self) -> HealthCheck:
        """As Temporal notes them after five failures in a row, about a minute. Servers before 1.30 do not note it."""
        query = f"WorkflowType = '{WORKFLOW_TYPE}' AND ExecutionStatus = 'Running' AND {_REPORTED} IS NOT NULL"
        try:
            async with asyncio.timeout(WAITS_SECONDS):
                return stalled((await self._client.count_workflows(query, rpc_timeout=_CALL)).count, _now())
        except RPCError as trouble:
            if trouble.status is RPCStatusCode.INVALID_ARGUMENT:  # no such search attribute
                return off(HealthCheckName.STALLED_REGISTRATIONS, _now())
            raise

    async def _undelivered_letters(self) -> HealthCheck:
        moment = _now()
        yesterday, count = moment - LOOKED_BACK, self._undelivered_between
        return undelivered(await count(yesterday, moment), await count(yesterday - LOOKED_BACK, yesterday), moment)

    async def _checkpoint(self) -> HealthCheck:
        if self._checkpoints is None:
            return off(HealthCheckName.CHECKPOINT, _now())
        last = await asyncio.to_thread(self._checkpoints.last)
        return aged(HealthCheckName.CHECKPOINT, last.checkpoint.at if last else None, CHECKPOINT_WITHIN, _now())

    async def _archive(self) -> HealthCheck:
        """Where no worker has an archive, a pass says so."""
        found = await self._completed(ARCHIVE_WORKFLOW_TYPE)
        until = (await self._result(found, Archived)).checked_until if found else None
        if found and until is None:
            return off(HealthCheckName.ARCHIVE, _now())
        return aged(HealthCheckName.ARCHIVE, until, ARCHIVED_WITHIN, _now())

    async def _schedule(self, check: HealthCheckName, schedule_id: str, within: timedelta) -> HealthCheck:
        try:
            async with asyncio.timeout(WAITS_SECONDS):
                runs = await self._runs_of(schedule_id)
        except RPCError as trouble:
            if trouble.status is RPCStatusCode.NOT_FOUND:
                return off(check, _now())
            raise
        return scheduled(check, runs, within, _now())

    async def _runs_of(self, schedule_id: str) -> ScheduleRuns:
        found = await self._client.get_schedule_handle(schedule_id).describe(rpc_timeout=_CALL)
        last = found.info.recent_actions[-1] if found.info.recent_actions else None
        status = ended_at = None
        if last and isinstance(last.action, ScheduleActionExecutionStartWorkflow):
            run = self._client.get_workflow_handle(last.action.workflow_id, run_id=last.action.first_execution_run_id)
            described = await run.describe(rpc_timeout=_CALL)
            status, ended_at = described.status, described.close_time
        return ScheduleRuns(
            created_at=found.info.created_at,
            started_at=last.started_at if last else None,
            ended_at=ended_at,
            is_running=status is WorkflowExecutionStatus.RUNNING,
            has_failed=status in _FAILED,
            is_paused=found.schedule.state.paused,
        )

    async def _completed(self, workflow_type: str) -> Any:  # noqa: ANN401  Temporal's description of a run
        """The run of a type that completed last: Temporal lists closed runs newest first."""
        query = f"WorkflowType = '{workflow_type}' AND ExecutionStatus = 'Completed'"
        async with asyncio.timeout(WAITS_SECONDS):
            async for run in self._client.list_workflows(query, limit=1, page_size=1, rpc_timeout=_CALL):
                return run
        return None

    async def _noted(self, which: str) -> list[tuple[Any, Compared | None]]:
        """Runs of reconciliation, with what they show in their memo."""
        query = f"WorkflowType = '{RECONCILIATION_WORKFLOW_TYPE}' AND {which}"
        async with asyncio.timeout(WAITS_SECONDS):
            return [
                (run, await run.memo_value(COMPARED_MEMO, None, type_hint=Compared))
                async for run in self._client.list_workflows(query, limit=_MOST_RUNS, rpc_timeout=_CALL)
            ]

    async def _result(self, run: Any, kind: type) -> Any:  # noqa: ANN401  the result has the type that is asked for
        handle = self._client.get_workflow_handle(run.id, run_id=run.run_id, result_type=kind)
        async with asyncio.timeout(WAITS_SECONDS):
            return await handle.result(follow_runs=False, rpc_timeout=_CALL)


def _now() -> datetime:
    return datetime.now(UTC)


def _text(moment: datetime) -> str:
    """A time as Temporal's list filters have it."""
    return moment.isoformat().replace("+00:00", "Z")
