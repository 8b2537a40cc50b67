"""Many open registrations: what starts, activations and memory cost beside so many others that only wait."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Final, Protocol

import psutil

from bench.figures import Figures
from bench.rates import measure_engine
from bench.system import System, running_system
from bench.thin_registrations import ThinRegistrations, thin_registrations
from bench.workers import running_worker
from registration.statuses import Channel, Status
from starter.dev.samples import account
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan

FEW: Final = 1_000
AIM: Final = 0.9
"""Of the rate beside few (issue 15)."""

_MB: Final = 2**20
_RECORDED_WITHIN_SECONDS: Final = 600
"""A batch of the import."""
_LOOK_AGAIN_SECONDS: Final = 0.2
_REST_SECONDS: Final = 240
"""Reconciliation compares what was just written two to three minutes later."""
_STARTED_AT_ONCE: Final = 50
_STARTED_TOGETHER: Final = 1_000
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
class OpenRates:
    """One installation. It has so many open before the first round; `memory` is of that moment, and of ours only.

    The thinnest workflow is filled in another way than by imports: its rate says nothing beside ours.
    """

    open: int
    imported_per_second: float | None
    memory: Memory | None
    rounds: list[Figures]


@dataclass(frozen=True)
class ManyOpen:
    """Beside few and beside many; `load` is the machine's before each measurement."""

    load: list[float]
    ours: list[OpenRates]
    thinnest: list[OpenRates]
    """Empty without the peers' scripts."""


@dataclass(frozen=True)
class RoundSize:
    """What a round does: `count` registrations, `most` at once, then `serial` ones."""

    count: int
    most: int
    serial: int


class _Registrations(Protocol):
    """Those of one installation."""

    async def fill(self, number: int) -> float:
        """Opens so many, and returns how many a second."""

    async def measure(self, size: RoundSize) -> Figures:
        """Once."""


async def measure_many_open(accounts: int, size: RoundSize, rounds: int, scripts: Path | None) -> ManyOpen:
    """Ours beside few and beside `accounts`; the thinnest, too, if there is a folder of the peers' scripts.

    All are filled first, then measured in turns, each time in another order: a machine is not as fast in one hour as in
    the next. So what many cost without being used, they cost the few as well.
    """
    sizes, load = (FEW, accounts), []
    async with AsyncExitStack() as stack:
        ours = [await stack.enter_async_context(_ours()) for _ in sizes]
        thinnest = [await stack.enter_async_context(_thinnest(scripts)) for _ in sizes] if scripts else []
        everyone: list[_Registrations] = [*ours, *thinnest]
        opened = [
            await registrations.fill(number) for registrations, number in zip(everyone, cycle(sizes), strict=False)
        ]
        await asyncio.sleep(_REST_SECONDS)
        memory = [await each.memory() for each in ours]
        taken: dict[_Registrations, list[Figures]] = {each: [] for each in everyone}
        for number in range(rounds):
            for registrations in islice(cycle(everyone), number, number + len(everyone)):
                load.append(os.getloadavg()[0])
                taken[registrations].append(await registrations.measure(size))
    return ManyOpen(
        load,
        [
            OpenRates(number, rate, used, taken[each])
            for each, number, rate, used in zip(ours, sizes, opened, memory, strict=False)
        ],
        [OpenRates(number, None, None, taken[each]) for each, number in zip(thinnest, sizes, strict=False)],
    )


@asynccontextmanager
async def _ours() -> AsyncIterator["_Ours"]:
    async with running_system(with_worker=False, persistent=True) as system, running_worker(system) as worker:
        yield _Ours(system, worker)


@asynccontextmanager
async def _thinnest(scripts: Path) -> AsyncIterator["_Thinnest"]:
    async with (
        running_system(with_worker=False, persistent=True) as system,
        thin_registrations(system, scripts) as registrations,
    ):
        yield _Thinnest(registrations)


class _Ours:
    def __init__(self, system: System, worker: psutil.Process) -> None:
        self._system = system
        self._worker = worker

    async def fill(self, number: int) -> float:
        """Imports so many, no faster than they are recorded."""
        accounts = islice(cycle(_STANDINGS), number)
        lines = (CsvLine(line, account(**standing)) for line, standing in enumerate(accounts))
        importing = AccountImport(self._system.world.engine, "operator-1", ImportPlan("bench"))
        began = perf_counter()
        for batch in importing.batches(lines):
            outcome = await importing.take(batch)
            if outcome.refused:
                raise AssertionError(outcome.refused[0])
            await self._recorded(all_but=len(batch))
        await self._recorded(all_but=0)
        return number / (perf_counter() - began)

    async def measure(self, size: RoundSize) -> Figures:
        return Figures.of(await measure_engine(self._system, size.count, size.most, size.serial))

    async def memory(self) -> Memory:
        world = self._system.world
        [used] = await world.sql("select pg_database_size(current_database())")
        return Memory(
            worker=_of(self._worker),
            temporal=sum(map(_of, _servers("temporal", world.folder))),
            postgres=sum(map(_of, _servers("postgres", world.folder))),
            temporal_store=_on_disk(world.folder / "temporal") / _MB,
            database=int(used[0]) / _MB,
        )

    async def _recorded(self, *, all_but: int) -> None:
        async with asyncio.timeout(_RECORDED_WITHIN_SECONDS):
            while await self._submitted() > all_but:  # noqa: ASYNC110  a table sends no event
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _submitted(self) -> int:
        [found] = await self._system.world.sql("select count(*) from registrations where status = $1", Status.SUBMITTED)
        return int(found[0])


class _Thinnest:
    def __init__(self, registrations: ThinRegistrations) -> None:
        self._registrations = registrations

    async def fill(self, number: int) -> float:
        """Starts so many, which wait for their activation."""
        began = perf_counter()
        for first in range(0, number, _STARTED_TOGETHER):
            await self._registrations.start(min(_STARTED_TOGETHER, number - first), _STARTED_AT_ONCE)
        return number / (perf_counter() - began)

    async def measure(self, size: RoundSize) -> Figures:
        started, letters = await self._registrations.start(size.count, size.most)
        activations = await self._registrations.activate(started, size.most)
        one_by_one, _ = await self._registrations.start(size.serial, size.most)
        serial = await self._registrations.activate(one_by_one, 1)
        return Figures(letters, activations.per_second, serial.p50_ms)


def _servers(name: str, folder: Path) -> Iterator[psutil.Process]:
    """Servers whose command has the folder, and their own processes."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.name() == name and str(folder) in " ".join(process.cmdline()):
                yield from (process, *process.children(recursive=True))


def _of(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_full_info().pss) / _MB
    return 0.0


def _on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("temporal.db*"))
