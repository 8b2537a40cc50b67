"""The thinnest workflows of the same work, on our servers: a client, a database and a worker of their own."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from bench.system import System

_POLLERS: Final = PollerBehaviorAutoscaling(initial=10, maximum=50)
_CACHED_WORKFLOWS: Final = 2_000
"""As ours."""


async def thin_client(system: System) -> Client:
    """With the SDK's own converter; ours takes our messages only."""
    addresses = system.world.addresses
    return await Client.connect(addresses.temporal, namespace=addresses.namespace)


@asynccontextmanager
async def thin_work(system: System, scripts: Path) -> AsyncIterator[Any]:
    """What `work.py` of the peers' scripts opens, on a database of its own of the same server, and our mail server."""
    sys.path.append(str(scripts))
    database = urlsplit(system.world.addresses.database)
    await system.world.sql("create database thin")
    smtp = urlsplit(system.world.addresses.smtp)
    work = await import_module("work").Work.open(urlunsplit(database._replace(path="/thin")), smtp.port)
    try:
        yield work
    finally:
        await work.close()


@asynccontextmanager
async def thin_worker(
    client: Client,
    workflow: type,
    *,
    record: Callable[..., Any],
    letter: Callable[..., Any],
    queues: tuple[str, str],
) -> AsyncIterator[None]:
    """With pollers and a cache as in the peers' script. `queues` are the workflow's, and that of its letters."""
    queue, letters_queue = queues
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[workflow],
            activities=[record],
            max_cached_workflows=_CACHED_WORKFLOWS,
            workflow_task_poller_behavior=_POLLERS,
            activity_task_poller_behavior=_POLLERS,
        ),
        Worker(client, task_queue=letters_queue, activities=[letter], activity_task_poller_behavior=_POLLERS),
    ):
        yield
