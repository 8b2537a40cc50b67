"""The worker: reads settings, builds, runs; nothing else."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

import structlog
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import PollerBehaviorAutoscaling, PollerBehaviorSimpleMaximum, Worker, WorkerDeploymentConfig

from activities.archive import ArchiveActivities
from activities.checkpoint import CheckpointActivities
from activities.extension import ExtensionActivities
from activities.letter import LetterActivities
from activities.letter_sender import LetterSender
from activities.letters.transport import MailTransport, MailUnavailable, transport_of
from activities.log_in_notice import LogInNoticeActivities
from activities.names import RECORD
from activities.reconciliation import ReconciliationActivities
from activities.record import RecordActivities
from registration.names import CHECKPOINTS_QUEUE, LETTERS_QUEUE, NAMESPACE, REGISTRATION_QUEUE
from settings.metrics import ACTIVITY_FAILURES, WORKER_METRICS, Metrics
from settings.settings import Settings, auditors_of
from settings.telemetry import exporting_runtime, log_as_json, logging_runtime
from settings.traces import tracing
from settings.trust_ends import watching_ends
from store.accesses import AccessStore
from store.extensions import ExtensionStore
from store.heads import HeadReader
from store.keys import checkpoint_folder, signing_keys
from store.log_ins import LogInStore
from store.open_store import OpenStore, opened_store
from store.reader import Reader
from store.readiness import DatabaseCheck
from store.statistics import StatisticsStore
from store.writer import RecordConflict, Writer
from temporal.admin_port import serving_admin_port
from temporal.api_key import following_api_key
from temporal.client import check_namespace, connect
from temporal.neutral_failures import NeutralFailures
from temporal.sandbox import SANDBOX
from temporal.system_health import SystemHealthChecks
from temporal.system_metrics import watching_installation
from temporal.task_queues import watching_queues
from workflows.archive import Archive
from workflows.bulk_extension import BulkExtension
from workflows.checkpoint import Checkpointing
from workflows.reconciliation import Reconciliation
from workflows.registration import Registration

_log = structlog.get_logger()

ALL_QUEUES: Final = (REGISTRATION_QUEUE, LETTERS_QUEUE)

_CACHED_WORKFLOWS: Final = 2_000
"""Registrations wait for months: the cache only spares replays in the minutes around an act."""

_TASKS_AT_ONCE: Final = 20
"""Of each kind: enough for a worker's one core (measured). Who comes later cannot overtake what was taken already."""

_GRACE: Final = timedelta(seconds=30)
"""Longer than an attempt to record; a letter that takes longer is tried again elsewhere."""

_POLLERS: Final = PollerBehaviorAutoscaling(initial=5, maximum=10)
"""Each holds a place while it asks."""

_WORKFLOW_POLLERS: Final = PollerBehaviorSimpleMaximum(15)

_OF_SHARED_QUEUE: Final = 0.2
"""Of these pollers; the others ask the worker's own, sticky queue, in which fairness keys have no turns.

An expiry has three tasks, two of them on the sticky queue. When a worker takes more than a third of its tasks from the
shared queue, as autoscaling pollers do, a storm's tasks pile up on the sticky one and people wait behind them. In a
storm of 10,000 expiries within a minute an activation's p99 was 15 s with those, 12 s with 3 of 10 pollers on the
shared queue, and is 3.3 s with 3 of 15 (measured).
"""


@dataclass(frozen=True)
class RunningWorkers:
    """What they share."""

    store: OpenStore
    database: DatabaseCheck


@asynccontextmanager
async def running_workers(
    client: Client, settings: Settings, queues: Collection[str] = ALL_QUEUES, metrics: Metrics | None = None
) -> AsyncIterator[RunningWorkers]:
    """Workers for the queues, as long as the context lasts, and their database; leaving it finishes what is under way.

    `metrics` are those of a worker, if they are shown.

    Raises `CannotStart`, `SettingsError`, and `Unavailable` where PostgreSQL or Temporal does not answer.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened_store(settings, _kind(settings, queues)))
        await check_namespace(client)
        metrics = metrics or Metrics(WORKER_METRICS)
        store.show(metrics)
        metrics.add(ACTIVITY_FAILURES, RECORD, RecordConflict.__name__, number=0)
        failures = NeutralFailures(partial(metrics.add, ACTIVITY_FAILURES))
        pool, reader, writer = store.pool, Reader(store.pool, store.keys), Writer(store.pool, store.keys)
        log_ins = LogInStore(pool, store.keys)
        if REGISTRATION_QUEUE in queues:
            reconciliation = ReconciliationActivities(writer, reader, log_ins)
            extension = ExtensionActivities(ExtensionStore(pool))
            await stack.enter_async_context(
                Worker(
                    client,
                    task_queue=REGISTRATION_QUEUE,
                    workflows=[Registration, Reconciliation, Archive, BulkExtension],
                    activities=[
                        RecordActivities(writer).record,
                        reconciliation.start_submitted,
                        reconciliation.send_pending,
                        reconciliation.compare_recorded,
                        reconciliation.compare_again,
                        ArchiveActivities(settings.archive_folder).archive_finished,
                        extension.list_extension,
                        extension.extend_batch,
                    ],
                    interceptors=[failures],
                    workflow_runner=SANDBOX,
                    max_cached_workflows=_CACHED_WORKFLOWS,
                    max_concurrent_workflow_tasks=_TASKS_AT_ONCE,
                    max_concurrent_activities=_TASKS_AT_ONCE,
                    workflow_task_poller_behavior=_WORKFLOW_POLLERS,
                    nonsticky_to_sticky_poll_ratio=_OF_SHARED_QUEUE,
                    activity_task_poller_behavior=_POLLERS,
                    graceful_shutdown_timeout=_GRACE,
                    deployment_config=_deployment(settings.build_id),
                )
            )
        folder = checkpoint_folder(settings)
        if REGISTRATION_QUEUE in queues and folder:
            checkpoints = CheckpointActivities(
                HeadReader(pool),
                AccessStore(pool),
                folder,
                _transport(settings, stack),
                keys=signing_keys(settings),
                sender=settings.mail_from,
                auditors=auditors_of(settings),
            )
            await stack.enter_async_context(
                Worker(
                    client,
                    task_queue=CHECKPOINTS_QUEUE,
                    workflows=[Checkpointing],
                    activities=[checkpoints.write_checkpoint, checkpoints.mail_checkpoint],
                    interceptors=[failures],
                    workflow_runner=SANDBOX,
                    graceful_shutdown_timeout=_GRACE,
                    deployment_config=_deployment(settings.build_id),
                )
            )
        if LETTERS_QUEUE in queues:
            transport = _transport(settings, stack)
            reaching = asyncio.create_task(_reach(transport))
            stack.callback(reaching.cancel)
            sender = LetterSender(transport, sender=settings.mail_from, portal_url=settings.portal_url)
            await stack.enter_async_context(
                Worker(
                    client,
                    task_queue=LETTERS_QUEUE,
                    activities=[
                        LetterActivities(reader, writer, sender).send_letter,
                        LogInNoticeActivities(reader, log_ins, sender).send_log_in_notice,
                    ],
                    interceptors=[failures],
                    max_task_queue_activities_per_second=settings.letters_per_second,
                    max_concurrent_activities=settings.smtp_connections * 4,
                    disable_eager_activity_execution=True,
                    activity_task_poller_behavior=_POLLERS,
                    graceful_shutdown_timeout=_GRACE,
                    deployment_config=_deployment(None),
                )
            )
        yield RunningWorkers(store, DatabaseCheck(reader, writer, lambda: datetime.now(UTC)))


def _transport(settings: Settings, stack: AsyncExitStack) -> MailTransport:
    transport = transport_of(settings)
    stack.push_async_callback(transport.close)
    return transport


async def _reach(transport: MailTransport) -> None:
    """A mail server that is away stops nothing, for letters wait; one whose address is wrong has to be seen."""
    try:
        await transport.reach()
    except MailUnavailable as trouble:
        _log.error("mail_server_away", setting="UGYFELKAPU_SMTP_URL", reason=trouble.reason)


def _kind(settings: Settings, queues: Collection[str]) -> str:
    """What the process is called: of the watching ones, one looks at the whole installation (store/processes.py)."""
    return "watching worker" if settings.admin_address and REGISTRATION_QUEUE in queues else "worker"


def _watching(
    client: Client, settings: Settings, queues: Collection[str], store: OpenStore, metrics: Metrics
) -> AbstractAsyncContextManager[None]:
    """A worker that nobody reads the metrics of, or that lacks the folder of checkpoints, looks at nothing."""
    if not settings.admin_address or REGISTRATION_QUEUE not in queues:
        return nullcontext()
    statistics = StatisticsStore(store.pool)
    checks = SystemHealthChecks(client, checkpoint_folder(settings), statistics.undelivered_between)
    return watching_installation(checks, statistics, store.processes, metrics)


def _deployment(build_id: str | None) -> WorkerDeploymentConfig:
    """A life outlasts many builds: each running registration goes on with the current one (principle 13).

    Without a build of its own a worker is not versioned; what it did is marked with the package's version.
    """
    behavior = VersioningBehavior.AUTO_UPGRADE if build_id else VersioningBehavior.UNSPECIFIED
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(NAMESPACE, build_id or version("ugyfelkapu")),
        use_worker_versioning=build_id is not None,
        default_versioning_behavior=behavior,
    )


@asynccontextmanager
async def observed_workers(
    client: Client, settings: Settings, queues: Collection[str] = ALL_QUEUES, exporter: str | None = None
) -> AsyncIterator[None]:
    """The same, watched, and with an admin port where the settings name one.

    `exporter` is the address of the metrics of the client's runtime. Raises as `running_workers`.
    """
    metrics = Metrics(WORKER_METRICS)
    async with (
        running_workers(client, settings, queues, metrics) as running,
        following_api_key(client),
        serving_admin_port(settings.admin_address, client, running.database.readiness, exporter, metrics),
        watching_queues(client, metrics, logs=True),
        watching_ends(settings, os.environ, metrics),
        _watching(client, settings, queues, running.store, metrics),
    ):
        yield


async def run(settings: Settings, queues: Collection[str] = ALL_QUEUES) -> None:
    """Runs until SIGTERM or Ctrl-C, with an admin port where the settings name one."""
    log_as_json()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runtime, exporter = exporting_runtime() if settings.admin_address else (logging_runtime(), None)
    async with tracing("ugyfelkapu-worker"):
        client = await connect(runtime=runtime)
        async with observed_workers(client, settings, queues, exporter):
            _log.info("polling", queues=list(queues), build=settings.build_id)
            await stop.wait()
