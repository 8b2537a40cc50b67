"""Storms: many passwords expire within one minute, the worker up or down for the "night", while people go on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from time import perf_counter
from typing import Any, Final

from temporalio.client import WorkflowHandle

from bench.portal import Portal, running_portal
from bench.system import System, running_system
from bench.workers import running_worker
from registration.letters import LetterKind
from registration.statuses import Status
from starter.dev.samples import PASSWORD, another_address, form
from starter.dev.standing import standing_accounts

STORM: Final = timedelta(minutes=1)
"""All expiries are spread over this time."""

_OPENED_A_SECOND: Final = 30
"""At least, on any machine of ours; a slower one ends the measurement with a sentence."""

FIRED_WITHIN: Final = timedelta(seconds=5)
"""After the last expiry: by then its timer has fired."""

_WITHIN_SECONDS: Final = 1800
_FIRST_TASK: Final = 5
"""Events: started, the first task, and its timer."""
_LOOK_AGAIN_SECONDS: Final = 0.5
_PERSON_SECONDS: Final = 0.5
"""From one person to the next: each registers, activates and logs in, three times what docs/capacity.md has for the
busiest hour of ten million accounts."""


WAIT_AIMS_MS: Final = {"log_in": 500, "activation": 2_000, "code_letter": 10_000}
"""Of the 99th percentile, over 1,000 samples (issue 15)."""


@dataclass
class Waits:
    """Seconds that people waited, by what they did."""

    log_in: list[float] = field(default_factory=list)
    activation: list[float] = field(default_factory=list)
    code_letter: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Percentiles:
    """Of so many samples, in milliseconds."""

    samples: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class StormRates:
    """Seconds from the first expiry, or from the worker's return, until all are recorded and all letters are out."""

    accounts: int
    night: bool
    recorded_s: float
    letters_s: float
    waits: dict[str, Percentiles]


async def measure_storms(accounts: int) -> list[StormRates]:
    """One storm with the worker there, one after a night without; each on servers of its own."""
    found = []
    for night in (False, True):
        async with running_system(with_worker=False) as system:
            found.append(await _storm(system, accounts, night=night))
    return found


async def _storm(system: System, accounts: int, *, night: bool) -> StormRates:
    waits = Waits()
    async with (
        running_portal(system, hashing_threads=1, most=200) as portal,
        storm(system, accounts, night=night) as began,
        asyncio.TaskGroup() as group,
    ):
        people = group.create_task(_people(system, portal, waits))
        recorded_s, letters_s = await settled(system, accounts, began)
        people.cancel()
    return StormRates(
        accounts=accounts,
        night=night,
        recorded_s=recorded_s,
        letters_s=letters_s,
        waits={name: _percentiles(taken) for name, taken in vars(waits).items()},
    )


@asynccontextmanager
async def storm(system: System, accounts: int, *, night: bool) -> AsyncIterator[float]:
    """Entered when it begins or, after a `night` without a worker, as one returns; by `perf_counter`, when that was."""
    begins = datetime.now(UTC) + timedelta(seconds=30 + accounts / _OPENED_A_SECOND)
    async with running_worker(system):
        ids = await standing_accounts(system.world, accounts, until=begins + STORM, within=STORM)
        await all_wait([system.world.handle(one) for one in ids])
    if datetime.now(UTC) > begins:
        raise SystemExit("The accounts took longer to open than the time until the storm: try fewer --lines.")
    if night:
        await sleep_until(begins + STORM + FIRED_WITHIN)
    began = perf_counter()
    async with running_worker(system, 1):  # one that has none of them in its memory, as after months
        if not night:
            await sleep_until(begins)
            began = perf_counter()
        yield began


async def all_wait(handles: Iterable[WorkflowHandle[Any, Any]]) -> None:
    """Until each has had its first task, which sets its timer."""
    async with asyncio.timeout(_WITHIN_SECONDS):
        for one in handles:
            while not await _waits(one):  # noqa: ASYNC110  a server sends no event
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def _waits(handle: WorkflowHandle[Any, Any]) -> bool:
    described = (await handle.describe()).raw_description
    is_new = described.workflow_execution_info.history_length < _FIRST_TASK
    return not (is_new or described.HasField("pending_workflow_task"))


async def settled(system: System, accounts: int, began: float) -> tuple[float, float]:
    """Seconds since `began` until all are recorded, and until all letters are out."""
    async with asyncio.TaskGroup() as group:
        recorded = group.create_task(until_so_many(began, lambda: _recorded(system), accounts))
        letters = group.create_task(until_so_many(began, lambda: _letters(system), accounts))
    return recorded.result(), letters.result()


async def _people(system: System, portal: Portal, waits: Waits) -> None:
    """One person after the other begins; each waits for the letter, activates and logs in."""
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(_person(system, portal, waits))
            await asyncio.sleep(_PERSON_SECONDS)


async def _person(system: System, portal: Portal, waits: Waits) -> None:
    filled, began = form(), perf_counter()
    await portal.post("/v1/registrations", {"form": filled, "client_address": another_address()}, expected=202)
    async with asyncio.timeout(_WITHIN_SECONDS):
        while filled["email"] not in system.post.received:  # noqa: ASYNC110  the inbox has a thread of its own
            await asyncio.sleep(0.01)
    waits.code_letter.append(perf_counter() - began)
    person = {"user_name": filled["user_name"], "password": PASSWORD, "client_address": another_address()}
    redemption = {**person, "purpose": "PASSWORD", "code": system.post.code(filled["email"])}
    began = perf_counter()
    await portal.post("/v1/code-redemptions", redemption, expected=200)
    waits.activation.append(perf_counter() - began)
    began = perf_counter()
    await portal.post("/v1/sessions", person, expected=200)
    waits.log_in.append(perf_counter() - began)


async def _recorded(system: System) -> int:
    [found] = await system.world.sql("select count(*) from registrations where status = $1", Status.PASSWORD_EXPIRED)
    return int(found[0])


async def _letters(system: System) -> int:
    [found] = await system.world.sql("select count(*) from letters where kind = $1", LetterKind.PASSWORD_EXPIRED)
    return int(found[0])


async def until_so_many(began: float, count: Callable[[], Awaitable[int]], least: int) -> float:
    """Seconds since `began` until the count is reached."""
    async with asyncio.timeout(_WITHIN_SECONDS):
        while await count() < least:  # noqa: ASYNC110  a table sends no event
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    return perf_counter() - began


async def sleep_until(moment: datetime) -> None:
    """Returns at a moment, or at once where that has passed."""
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


def _percentiles(taken: list[float]) -> Percentiles:
    cuts = [1000 * cut for cut in quantiles(taken, n=100)]
    return Percentiles(len(taken), cuts[49], cuts[98])
