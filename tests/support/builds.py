"""Builds of the worker beside each other, and which of them gets the tasks, as an operator decides it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import pytest
from temporalio.api.workflowservice.v1 import (
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.service import RPCError, RPCStatusCode

import worker
from registration.names import NAMESPACE
from starter.dev.installation import World
from tests.support.installation import eventually
from workflows.registration import Registration

_NOT_SEEN_YET: Final = {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION}
_SEEN_WITHIN_SECONDS: Final = 120
"""The server hears of a build from its pollers; also on a busy machine."""


@asynccontextmanager
async def running_build(world: World, build: str | None, workflow: type = Registration) -> AsyncIterator[None]:
    """Workers of a build whose registrations are of this workflow; without a build they are not versioned.

    They have a connection of their own, as another process: one does not take two workers of letters.
    """
    settings, client = world.settings.model_copy(update={"build_id": build}), await world.addresses.connect()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "Registration", workflow)
        running = worker.running_workers(client, settings)
        await running.__aenter__()
    try:
        yield
    finally:
        await running.__aexit__(None, None, None)


async def make_current(world: World, build: str) -> None:
    """As `temporal worker deployment set-current-version` does; no build is `--unversioned`."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=world.client.namespace,
        deployment_name=NAMESPACE,
        build_id=build,
        ignore_missing_task_queues=True,
    )
    await _once_seen(lambda: world.client.workflow_service.set_worker_deployment_current_version(request))


async def ramp(world: World, build: str, percentage: float) -> None:
    """As `temporal worker deployment set-ramping-version --percentage` does."""
    request = SetWorkerDeploymentRampingVersionRequest(
        namespace=world.client.namespace,
        deployment_name=NAMESPACE,
        build_id=build,
        percentage=percentage,
        ignore_missing_task_queues=True,
    )
    await _once_seen(lambda: world.client.workflow_service.set_worker_deployment_ramping_version(request))


async def build_of(world: World, registration_id: str) -> str:
    """The build that took the last workflow task of a registration; empty where it was not versioned."""
    described = await world.handle(registration_id).describe()
    versioning = described.raw_description.workflow_execution_info.versioning_info
    return versioning.deployment_version.build_id


async def _once_seen(order: Callable[[], Awaitable[object]]) -> None:
    async def accepted() -> bool:
        try:
            await order()
        except RPCError as trouble:
            if trouble.status in _NOT_SEEN_YET:
                return False
            raise
        return True

    await eventually(accepted, within_seconds=_SEEN_WITHIN_SECONDS)
