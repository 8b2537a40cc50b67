"""More workers and APIs on one machine: nothing happens twice, and how the rates follow."""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

from bench.load import Rate, at_once
from bench.portal import Portal, running_portal
from bench.system import System, running_system
from bench.workers import running_worker
from registration.event_kinds import EventKind
from starter.dev.samples import PASSWORD, another_address, form

COUNTS: Final = (1, 2, 4)
_WITHIN_SECONDS: Final = 180
_LETTERS_EACH: Final = 2
"""The code, and that the registration is temporary."""

_EVENTS: Final = [EventKind.REGISTRATION_OPENED, EventKind.CODE_REDEEMED]


@dataclass(frozen=True)
class ManyProcesses:
    """So many workers and as many APIs; `load` is the machine's before.

    `wrong` counts addresses with other letters and records with other events than they should have.
    """

    processes: int
    cores: int
    load: float
    letters: float
    activations: Rate
    wrong: int


async def measure_processes(count: int, most: int) -> list[ManyProcesses]:
    """`count` registrations and activations over HTTP, `most` at once; each number has servers of its own."""
    found = []
    for processes in COUNTS:
        before = os.getloadavg()[0]
        async with running_system(with_worker=False) as system, AsyncExitStack() as running:
            for number in range(processes):
                await running.enter_async_context(running_worker(system, number))
            portals = [
                await running.enter_async_context(running_portal(system, hashing_threads=1, most=most))
                for _ in range(processes)
            ]
            found.append(await _measured(system, portals, count, most, before))
    return found


async def _measured(system: System, portals: list[Portal], count: int, most: int, before: float) -> ManyProcesses:
    turns, loop = cycle(portals), asyncio.get_running_loop()

    async def register(filled: dict[str, Any]) -> None:
        body = {"form": filled, "client_address": another_address()}
        await next(turns).post("/v1/registrations", body, expected=202)

    async def redeem(filled: dict[str, Any]) -> None:
        code = system.post.code(filled["email"])
        body = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": code, "password": PASSWORD}
        await next(turns).post("/v1/code-redemptions", {**body, "client_address": another_address()}, expected=200)

    await at_once([form() for _ in portals], len(portals), register)  # each process has its connections
    await system.post.has(len(portals), _WITHIN_SECONDS)
    forms, began = [form() for _ in range(count)], loop.time()
    await at_once(forms, most, register)
    await system.post.has(len(portals) + count, _WITHIN_SECONDS)
    letters = count / (loop.time() - began)
    await system.settled()
    _, activations = await at_once(forms, most, redeem)
    await system.settled()
    return ManyProcesses(
        processes=len(portals),
        cores=len(os.sched_getaffinity(0)),
        load=before,
        letters=letters,
        activations=activations,
        wrong=await _wrong(system, forms),
    )


async def _wrong(system: System, forms: list[dict[str, Any]]) -> int:
    letters = [len(system.post.received.get(filled["email"], ())) for filled in forms]
    found = await system.world.sql(
        "select array_agg(kind order by sequence) kinds from events group by registration_id"
    )
    records: int = sum(each["kinds"] == _EVENTS for each in found)
    return sum(number != _LETTERS_EACH for number in letters) + abs(len(forms) - records)
