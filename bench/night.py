"""A storm after a night without a worker, and nothing beside it: ours, and the thinnest workflow of the same work."""

import asyncio
import os
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from temporalio import activity
from temporalio.client import Client, WorkflowHandle

from bench.storms import FIRED_WITHIN, STORM, all_wait, settled, sleep_until, storm, until_so_many
from bench.system import System, running_system
from bench.thin import thin_client, thin_work, thin_worker
from bench.thin_expiry import EXPIRED, LETTER, LETTERS_QUEUE, QUEUE, RECORD, ThinExpiry
from temporal.pace import of_each

AIM: Final = 0.9
"""Of the thinnest workflow's rate (issue 15)."""

_STARTED_A_SECOND: Final = 30
"""At least; a slower machine ends the measurement with a sentence."""
_AT_ONCE: Final = 50
_SEQUENCE: Final = 1


@dataclass(frozen=True)
class NightRates:
    """Seconds from the worker's return until all are recorded, and all their letters are out."""

    recorded_s: float
    letters_s: float


@dataclass(frozen=True)
class Night:
    """`load` is the machine's before each of the two."""

    accounts: int
    load: list[float]
    ours: NightRates
    thinnest: NightRates


async def measure_nights(scripts: Path, accounts: int, rounds: int) -> list[Night]:
    """In turns, each on servers of its own; of the peers' scripts `work.py` is used."""
    return [await _night(scripts, accounts) for _ in range(rounds)]


async def _night(scripts: Path, accounts: int) -> Night:
    load = [os.getloadavg()[0]]
    async with running_system(with_worker=False) as system, storm(system, accounts, night=True) as began:
        ours = NightRates(*await settled(system, accounts, began))
    load.append(os.getloadavg()[0])
    async with running_system(with_worker=False) as system:
        thinnest = await _thinnest(system, scripts, accounts)
    return Night(accounts, load, ours, thinnest)


async def _thinnest(system: System, scripts: Path, accounts: int) -> NightRates:
    async with thin_work(system, scripts) as work:
        client = await thin_client(system)
        begins = datetime.now(UTC) + timedelta(seconds=30 + accounts / _STARTED_A_SECOND)
        async with _working(client, work):
            await all_wait(await _start(client, work, accounts, begins))
        if datetime.now(UTC) > begins:
            raise SystemExit("The starts took longer than the time until the storm: try fewer --lines.")
        await sleep_until(begins + STORM + FIRED_WITHIN)
        began = perf_counter()

        async def count(statement: str) -> int:
            return int(await work.pool.fetchval(statement))

        async with _working(client, work), asyncio.TaskGroup() as group:
            recorded = group.create_task(until_so_many(began, lambda: count("select count(*) from events"), accounts))
            letters = group.create_task(until_so_many(began, lambda: count("select count(*) from letters"), accounts))
        return NightRates(recorded.result(), letters.result())


async def _start(
    client: Client,
    work: Any,  # noqa: ANN401  of work.py
    accounts: int,
    begins: datetime,
) -> list[WorkflowHandle[Any, Any]]:
    """As many workflows, whose passwords expire evenly spread over the storm."""

    async def start(number: int) -> WorkflowHandle[Any, Any]:
        registration = await work.submit()
        expires = begins + STORM * (number / accounts)
        return await client.start_workflow(
            ThinExpiry.run, args=[registration, expires.isoformat()], id=registration, task_queue=QUEUE
        )

    return await of_each(range(accounts), start, at_once=_AT_ONCE)


def _working(client: Client, work: Any) -> AbstractAsyncContextManager[None]:  # noqa: ANN401  of work.py
    @activity.defn(name=RECORD)
    async def record(registration: str) -> None:
        await work.record(registration, _SEQUENCE, EXPIRED, EXPIRED, "", code=False, adopt=None)

    @activity.defn(name=LETTER)
    async def letter(registration: str) -> None:
        await work.letter(registration, f"{_SEQUENCE}-{EXPIRED}", with_code=False)

    return thin_worker(client, ThinExpiry, record=record, letter=letter, queues=(QUEUE, LETTERS_QUEUE))
