"""Prepares a Temporal cluster: the namespace, the search attributes, the schedules."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from registration.archiving import ARCHIVE_EVERY
from registration.names import (
    ARCHIVE_ID,
    ARCHIVE_WORKFLOW_TYPE,
    CHANNEL_ATTRIBUTE,
    CHECKPOINT_ID,
    CHECKPOINT_WORKFLOW_TYPE,
    CHECKPOINTS_QUEUE,
    DEADLINE_ATTRIBUTE,
    OFFICE_ATTRIBUTE,
    PASSWORD_EXPIRES_ATTRIBUTE,
    RECONCILIATION_ID,
    RECONCILIATION_WORKFLOW_TYPE,
    REGISTRATION_QUEUE,
    STATUS_ATTRIBUTE,
)
from registration.reconciliation import PASS_EVERY, PASSES_FOR
from settings.settings import Settings

_ATTRIBUTES: Final = {
    STATUS_ATTRIBUTE: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    CHANNEL_ATTRIBUTE: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    OFFICE_ATTRIBUTE: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    PASSWORD_EXPIRES_ATTRIBUTE: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    DEADLINE_ATTRIBUTE: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}

_RETENTION: Final = timedelta(days=90)
"""Closed runs stay this long on the cluster; a cluster's operator may set another."""

_LEAST_CATCH_UP: Final = timedelta(minutes=1)
"""Temporal takes no less than 10 seconds, and starts a schedule late by seconds where it is busy."""

_ANSWERS_WITHIN_SECONDS: Final = 10
"""The first call, which connects: a server that is frozen accepts the connection and does not answer."""

_READY_WITHIN_SECONDS: Final = 30
"""A new namespace and its search attributes reach every host of a cluster within seconds."""


@dataclass(frozen=True)
class _Scheduled:
    """A workflow that a schedule starts; `id` is its workflow's id and the schedule's.

    `needs` names the setting without which no worker could do its work: then there is no such schedule. `made_up_for`
    is how late Temporal still makes up for a start that an outage prevented: the last one, which does the work of those
    before it. By default it would be a year, of 15-second passes. A run that takes longer than `at_most` is ended: one
    that stalls would keep all later ones from starting.
    """

    id: str
    workflow_type: str
    every: timedelta
    task_queue: str = REGISTRATION_QUEUE
    needs: str | None = None
    at_most: timedelta | None = None

    @property
    def made_up_for(self) -> timedelta:
        return max(self.every, _LEAST_CATCH_UP)


_SCHEDULED: Final = (
    _Scheduled(RECONCILIATION_ID, RECONCILIATION_WORKFLOW_TYPE, PASS_EVERY, at_most=2 * PASSES_FOR),
    _Scheduled(
        CHECKPOINT_ID, CHECKPOINT_WORKFLOW_TYPE, timedelta(days=1), CHECKPOINTS_QUEUE, needs="checkpoint_folder"
    ),
    _Scheduled(ARCHIVE_ID, ARCHIVE_WORKFLOW_TYPE, ARCHIVE_EVERY),
)


async def prepare_temporal(client: Client, settings: Settings) -> None:
    """Creates what is missing in the client's namespace; running it again is harmless.

    Raises `RPCError`, `TimeoutError`.
    """
    async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
        await _register_namespace(client)
    async with asyncio.timeout(_READY_WITHIN_SECONDS):
        while not await _has_attributes(client):  # noqa: ASYNC110  the cluster sends no event for it
            await asyncio.sleep(0.1)
    for scheduled in _SCHEDULED:
        if scheduled.needs is None or getattr(settings, scheduled.needs):
            await _schedule(client, scheduled)


async def _register_namespace(client: Client) -> None:
    request = RegisterNamespaceRequest(
        namespace=client.namespace,
        description="Registrations of the client gate",
        workflow_execution_retention_period=Duration(seconds=int(_RETENTION.total_seconds())),
    )
    try:
        await client.workflow_service.register_namespace(request)
    except RPCError as trouble:
        if trouble.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def missing_attributes(client: Client) -> dict[str, IndexedValueType.ValueType]:
    """The search attributes that the client's namespace lacks, with their kinds. Raises `RPCError`."""
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return {name: kind for name, kind in _ATTRIBUTES.items() if name not in known.custom_attributes}


async def _has_attributes(client: Client) -> bool:
    """Adds the missing search attributes; true once none was missing."""
    try:
        if missing := await missing_attributes(client):
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            )
    except RPCError as trouble:
        if trouble.status in {RPCStatusCode.NOT_FOUND, RPCStatusCode.ALREADY_EXISTS}:
            return False
        raise
    return not missing


async def _schedule(client: Client, scheduled: _Scheduled) -> None:
    """A run that takes longer makes the next one wait. A schedule that an operator has paused stays so."""
    action = ScheduleActionStartWorkflow(
        scheduled.workflow_type, id=scheduled.id, task_queue=scheduled.task_queue, run_timeout=scheduled.at_most
    )
    schedule = Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=scheduled.every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=scheduled.made_up_for),
    )

    def as_of_this_version(known: ScheduleUpdateInput) -> ScheduleUpdate | None:
        present = known.description.schedule
        every = [interval.every for interval in present.spec.intervals]
        started = present.action
        at_most = started.run_timeout if isinstance(started, ScheduleActionStartWorkflow) else None
        if (every, present.policy.catchup_window, at_most or None) == (
            [scheduled.every],
            scheduled.made_up_for,
            scheduled.at_most,
        ):
            return None  # an update replaces the state too, and might undo a pause that is only just on its way
        return ScheduleUpdate(replace(schedule, state=present.state))

    try:
        await client.create_schedule(scheduled.id, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(scheduled.id).update(as_of_this_version)
