"""The thinnest workflows of the same work, on our servers: a client, a database and a worker of their own."""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
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
    """Ours takes our messages only."""
    addresses = system.world.addresses
    return await Client.connect(addresses.temporal, namespace=addresses.namespace)


@asynccontextmanager
async def thin_work(system: System, beside: Path) -> AsyncIterator[Any]:
    """What `work.py` in the folder `beside` opens, on a database of its own of the same server, and our mail server."""
    sys.path.append(str(beside))
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
    queues: Sequence[str],
) -> AsyncIterator[None]:
    """Works on the queues of the workflow and of its letters, as the script of the peers does."""
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
