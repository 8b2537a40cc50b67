"""Many open registrations: what starts, activations and memory cost beside so many others that only wait."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import psutil

from bench.rates import EngineRates, measure_engine
from bench.system import System, running_system
from bench.workers import running_worker
from registration.statuses import Channel, Status
from starter.dev.samples import account
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan

FEW: Final = 1_000
ROUNDS: Final = 3
AIM: Final = 0.9
"""Of the rate beside few (issue 15)."""

_MB: Final = 2**20
_RECORDED_WITHIN_SECONDS: Final = 3600
"""After the last start."""
_LOOK_AGAIN_SECONDS: Final = 1.0
_NOW: Final = datetime.now(UTC)
_STANDINGS: Final[Sequence[Mapping[str, str]]] = (
    {"status": Status.ACTIVE},
    {"status": Status.TEMPORARY, "channel": Channel.ONLINE, "identity_verified": "false"},
    {"status": Status.PASSWORD_EXPIRED, "password_valid_until": f"{_NOW - timedelta(days=1):%Y-%m-%d}"},
    {"status": Status.INACTIVE, "password_valid_until": f"{_NOW - timedelta(days=100):%Y-%m-%d}"},
)
"""In turns; those that wait for activation are what the rates are measured with."""


@dataclass(frozen=True)
class Memory:
    """Megabytes: of processes what is theirs alone and their share of the rest, of stores what is on the disk."""

    worker: float
    temporal: float
    postgres: float
    temporal_store: float
    database: float


@dataclass(frozen=True)
class ManyOpen:
    """Beside so many open registrations. `load` is the machine's before the rates, of which there are three rounds."""

    open: int
    imported_per_second: float
    load: float
    rounds: list[EngineRates]
    memory: Memory

    @property
    def letters(self) -> float:
        """Per second, from the start; the median, as the others."""
        return median(rates.start_to_letter for rates in self.rounds)

    @property
    def activations(self) -> float:
        """Per second."""
        return median(rates.redeem.per_second for rates in self.rounds)

    @property
    def serial_p50_ms(self) -> float:
        """Of one activation after the other."""
        return median(rates.serial_redeem.p50_ms for rates in self.rounds)


async def measure_many_open(accounts: int, count: int, most: int, serial: int) -> list[ManyOpen]:
    """Beside few, then beside `accounts`, on the same servers; `count` registrations are measured with each."""
    found = []
    async with running_system(with_worker=False, persistent=True) as system, running_worker(system) as worker:
        for wanted in (FEW, accounts):
            imported = await _filled(system, wanted - await _open(system))
            already, load = await _open(system), os.getloadavg()[0]
            rounds = [await measure_engine(system, count, most, serial) for _ in range(ROUNDS)]
            found.append(ManyOpen(already, imported, load, rounds, await _memory(system, worker)))
    return found


async def _filled(system: System, accounts: int) -> float:
    """Imports so many and waits until all are recorded; how many a second that were."""
    wanted = await _open(system) + accounts
    lines = (
        CsvLine(number, account(**standing)) for number, standing in enumerate(islice(cycle(_STANDINGS), accounts))
    )
    importing, began = AccountImport(system.world.engine, "operator-1", ImportPlan("bench")), perf_counter()
    for batch in importing.batches(lines):
        outcome = await importing.take(batch)
        if outcome.refused:
            raise AssertionError(outcome.refused[0])
    async with asyncio.timeout(_RECORDED_WITHIN_SECONDS):
        while await _open(system) < wanted:  # noqa: ASYNC110  a table sends no event
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    return accounts / (perf_counter() - began)


async def _open(system: System) -> int:
    [found] = await system.world.sql("select count(*) from registrations where status <> $1", Status.SUBMITTED)
    return int(found[0])


async def _memory(system: System, worker: psutil.Process) -> Memory:
    [size] = await system.world.sql("select pg_database_size(current_database())")
    servers = psutil.Process().children(recursive=True)
    return Memory(
        worker=_of(worker),
        temporal=sum(map(_of, _named(servers, "temporal"))),
        postgres=sum(map(_of, _named(servers, "postgres"))),
        temporal_store=_on_disk(system.world.folder / "temporal") / _MB,
        database=int(size[0]) / _MB,
    )


def _named(processes: list[psutil.Process], name: str) -> Iterator[psutil.Process]:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.name() == name:
                yield process


def _of(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_full_info().pss) / _MB
    return 0.0


def _on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("temporal.db*"))
