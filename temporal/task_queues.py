"""Who gets the tasks of our queues, asked of Temporal; a stalled queue is in the metrics and in the log."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog
from temporalio.api.enums.v1 import TaskQueueType, WorkerVersioningMode
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from registration.names import CHECKPOINT_ID, CHECKPOINTS_QUEUE, LETTERS_QUEUE, REGISTRATION_QUEUE
from registration.queue_health import Poller, QueueUse, polled
from registration.system_health import HealthCheck, HealthCheckName, HealthReason, HealthState, off
from settings.metrics import DEGRADED, Metrics
from settings.side_tasks import side_task

_log = structlog.get_logger()

_EVERY_SECONDS: Final = 5
"""A stall is an alert within a minute: a task comes within 15 seconds, waits for 15, and is read within another 10."""

_ANSWERS_WITHIN: Final = timedelta(seconds=2)


@dataclass(frozen=True)
class _Queue:
    """A task queue; `has_pace`: its tasks wait for their rate, too. Without its schedule, if any, nothing uses it."""

    name: str
    kind: TaskQueueType.ValueType
    has_pace: bool = False
    schedule: str | None = None


_QUEUES: Final[Mapping[HealthCheckName, _Queue]] = {
    HealthCheckName.REGISTRATION_QUEUE: _Queue(REGISTRATION_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
    HealthCheckName.LETTERS_QUEUE: _Queue(LETTERS_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, has_pace=True),
    HealthCheckName.CHECKPOINTS_QUEUE: _Queue(
        CHECKPOINTS_QUEUE, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, schedule=CHECKPOINT_ID
    ),
}


def queue_looks(client: Client) -> Mapping[HealthCheckName, Callable[[], Awaitable[HealthCheck]]]:
    """A look at each of our queues, which raises what the client does, within 2 seconds."""
    return {check: partial(_look, client, check, queue) for check, queue in _QUEUES.items()}


@asynccontextmanager
async def watching_queues(client: Client, metrics: Metrics, *, logs: bool = False) -> AsyncIterator[None]:
    """Shows every 5 seconds whether each queue is well, as long as the context lasts.

    With `logs` the log has what two looks in a row have found: a worker that begins is seen a moment later.
    """
    async with side_task(_watch(client, metrics, _Log() if logs else None)):
        yield


async def _watch(client: Client, metrics: Metrics, log: "_Log | None") -> None:
    while True:
        for check, look in queue_looks(client).items():
            try:
                found = await look()
            except Exception:  # noqa: BLE001  such as a server that is away: the next look may be answered
                metrics.set(DEGRADED, math.nan, check)
                continue
            metrics.set(DEGRADED, float(found.state is HealthState.ALERT), check)
            if log:
                log.note(found)
        await asyncio.sleep(_EVERY_SECONDS)


class _Log:
    """What the last look at each queue has found, and what was logged of it."""

    def __init__(self) -> None:
        self._found: dict[HealthCheckName, HealthReason | None] = {}
        self._logged: dict[HealthCheckName, HealthReason | None] = {}

    def note(self, found: HealthCheck) -> None:
        """One look."""
        is_repeated = self._found.get(found.check) is found.reason
        self._found[found.check] = found.reason
        if not is_repeated or self._logged.get(found.check) is found.reason:
            return
        self._logged[found.check] = found.reason
        if found.reason:
            _log.error("degraded", check=found.check, reason=found.reason, version=found.name)
        else:
            _log.info("degraded_no_more", check=found.check)


async def _look(client: Client, check: HealthCheckName, queue: _Queue) -> HealthCheck:
    async with asyncio.timeout(_ANSWERS_WITHIN.total_seconds()):
        if queue.schedule and not await _exists(client, queue.schedule):
            return off(check, datetime.now(UTC))
        return polled(check, await _use(client, queue), datetime.now(UTC))


async def _exists(client: Client, schedule_id: str) -> bool:
    try:
        await client.get_schedule_handle(schedule_id).describe(rpc_timeout=_ANSWERS_WITHIN)
    except RPCError as trouble:
        if trouble.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def _use(client: Client, queue: _Queue) -> QueueUse:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue.name),
        task_queue_type=queue.kind,
        report_stats=True,
    )
    found = await client.workflow_service.describe_task_queue(request, timeout=_ANSWERS_WITHIN)
    return QueueUse(
        found.versioning_info.current_deployment_version.build_id or None,
        tuple(map(_poller, found.pollers)),
        timedelta() if queue.has_pace else found.stats.approximate_backlog_age.ToTimedelta(),
    )


def _poller(info: PollerInfo) -> Poller:
    options = info.deployment_options
    is_versioned = options.worker_versioning_mode == WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED
    return Poller(options.build_id if is_versioned else None, info.last_access_time.ToDatetime(UTC))
