"""What HTTP costs: log-ins against the ceiling that argon2 sets, registrations against the gateway's own rate."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from statistics import median
from time import perf_counter, process_time
from typing import Final

from bench import load
from bench.load import Rate, at_once
from bench.pages import PageRates, measure_pages
from bench.portal import Portal, running_portal
from bench.system import System
from registration.errors import WrongPassword
from registration.limits import Act, limits_of
from registration.statuses import Status
from starter.dev.samples import EVIDENCE, PASSWORD, another_address, form
from starter.gateway.passwords import Passwords

_CLIENTS: Final = 20
_TURNS: Final = 5
"""Bare hashes and log-ins take turns, so that whatever else the machine does slows both."""

_PAST: Final = timedelta(minutes=1)
_MOST_REFUSED: Final = min(limit.tries for limit in limits_of(Act.WRONG_PASSWORD) if limit.by == ("account",))


@dataclass(frozen=True)
class LogIns:
    """Per second, milliseconds. Hashes and log-ins were computed by as many threads as there are cores."""

    hashes: float
    at_once: float
    hash: Rate
    one_by_one: Rate
    hash_cpu_ms: float
    """Processor time, taken in turns with the API's, so that a busy machine slows both equally."""
    api_cpu_ms: float
    """Processor time of the API for one log-in, its hash included."""
    beside_hash_cpu_ms: float
    """Of it all that is not done in the threads of the hashes."""

    @property
    def of_ceiling(self) -> float:
        """Log-ins for each bare hash, in the same time on the same cores."""
        return self.at_once / self.hashes


@dataclass(frozen=True)
class HttpRates:
    """Log-ins and registrations over HTTP, the pages, and what a refused log-in takes by whose user name was typed."""

    log_ins: LogIns
    pages: PageRates
    registrations: Rate
    gateway_registrations: Rate
    refused_ms: dict[str, float]

    @property
    def of_gateway(self) -> float:
        """Registrations over HTTP for each through the gateway alone."""
        return self.registrations.per_second / self.gateway_registrations.per_second


async def measure_http(system: System, count: int, most: int, serial: int) -> HttpRates:
    """`count` log-ins and registrations, `most` at once; `serial` of what is measured one by one."""
    clients = await load.register(system, _CLIENTS, most)
    await system.settled()
    await load.redeem(system, clients, most)
    names = [filled["user_name"] for filled in clients.forms]
    async with running_portal(system, hashing_threads=_cores(), most=most) as portal:
        await system.settled()
        log_ins = await _log_ins(portal, names, count, most, serial)
        registrations = await _register(portal, count, most)
        await system.settled()
    pages = await measure_pages(system, names, count, most, serial)
    engine = await load.register(system, count, most)
    await system.settled()
    inactive = await _inactive(system, clients.ids[0])
    whose = {"known": names[1], "unknown": "senki.sincs.itt", inactive: names[0]}
    return HttpRates(log_ins, pages, registrations, engine.calls, await _refused(system, whose, serial))


@dataclass
class Spent:
    """Seconds by the clock, and of processor time."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @contextmanager
    def measured(self, cpu_seconds: Callable[[], float]) -> Iterator[None]:
        """Adds what the context takes; `cpu_seconds` returns the processor time used so far."""
        began, used = perf_counter(), cpu_seconds()
        yield
        self.seconds += perf_counter() - began
        self.cpu_seconds += cpu_seconds() - used


def _cores() -> int:
    return len(os.sched_getaffinity(0))


async def _log_ins(portal: Portal, names: list[str], count: int, most: int, serial: int) -> LogIns:
    passwords = Passwords(_cores())

    async def compare(known: str) -> None:
        await passwords.verify(PASSWORD, known)

    async def log_in(name: str) -> None:
        body = {"user_name": name, "password": PASSWORD, "client_address": another_address()}
        await portal.post("/v1/sessions", body, expected=200)

    try:
        known = await passwords.hash(PASSWORD)
        each, in_all = count // _TURNS, count // _TURNS * _TURNS
        hashing, logging_in, beside_hashes = Spent(), Spent(), Spent()
        for _ in range(_TURNS):
            with hashing.measured(process_time):
                await at_once([known] * each, most, compare)
            with logging_in.measured(portal.cpu_seconds), beside_hashes.measured(portal.event_loop_seconds):
                await at_once(list(islice(cycle(names), each)), most, log_in)
        _, hash_alone = await at_once([known] * serial, 1, compare)
        _, one_by_one = await at_once(list(islice(cycle(names), serial)), 1, log_in)
    finally:
        passwords.close()
    return LogIns(
        hashes=in_all / hashing.seconds,
        at_once=in_all / logging_in.seconds,
        hash=hash_alone,
        one_by_one=one_by_one,
        hash_cpu_ms=hashing.cpu_seconds / in_all * 1000,
        api_cpu_ms=logging_in.cpu_seconds / in_all * 1000,
        beside_hash_cpu_ms=beside_hashes.cpu_seconds / in_all * 1000,
    )


async def _register(portal: Portal, count: int, most: int) -> Rate:
    async def register(filled: dict[str, str]) -> None:
        body = {"form": filled, "client_address": another_address()}
        await portal.post("/v1/registrations", body, expected=202)

    _, rate = await at_once([form() for _ in range(count)], most, register)
    return rate


async def _inactive(system: System, registration_id: str) -> str:
    """Lets a registration become inactive; returns the status's name."""
    world = system.world
    await world.desk.verify_identity(registration_id, EVIDENCE)
    for status in (Status.PASSWORD_EXPIRED, Status.INACTIVE):
        deadline = (await world.audit.snapshot(registration_id)).deadline
        if deadline is None:
            raise AssertionError(registration_id)
        await world.forward_to(registration_id, deadline + _PAST)
        await world.until(registration_id, status)
    return str(status).lower()


async def _refused(system: System, names: dict[str, str], times: int) -> dict[str, float]:
    """The median of a log-in with a wrong password, in milliseconds, by whose user name it is; they take turns."""
    taken: dict[str, list[float]] = {whose: [] for whose in names}
    for _ in range(min(times, _MOST_REFUSED)):
        for whose, name in names.items():
            began = perf_counter()
            try:
                await system.world.citizen.authenticate(name, "nem ez a jelszó", client_address=another_address())
            except WrongPassword:
                taken[whose].append((perf_counter() - began) * 1000)
    return {whose: median(times) for whose, times in taken.items()}
