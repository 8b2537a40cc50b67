"""The same acts with the servers further away: loopback hides round trips."""

import os
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

import asyncpg

from bench import load
from bench.load import Rate, at_once
from bench.system import System, running_system
from starter.dev.samples import PASSWORD, another_address

DELAYS_MS: Final = (0.0, 1.0, 5.0)
"""In each direction. 0 goes through the same process as the others, so that its own cost is in all."""

_CLIENTS: Final = 20
_PINGS: Final = 200


@dataclass(frozen=True)
class MeasuredAct:
    """So many per second at once; one after the other, the median in milliseconds."""

    per_second: float
    p50_ms: float


@dataclass(frozen=True)
class AtDistance:
    """`delay_ms` is asked for in each direction; `round_trip_ms` is measured, of `select 1`; `load` is before."""

    load: float
    delay_ms: float
    round_trip_ms: float
    acts: dict[str, MeasuredAct]

    def round_trips(self, act: str, near: "AtDistance") -> float:
        """How many an act waits for, one after the other: what the distance adds to it, by what it adds to one."""
        added = self.acts[act].p50_ms - near.acts[act].p50_ms
        return added / (self.round_trip_ms - near.round_trip_ms)


async def measure_scale(count: int, most: int, serial: int) -> list[AtDistance]:
    """The nearest first; each distance has servers of its own."""
    found = []
    for delay_ms in DELAYS_MS:
        before = os.getloadavg()[0]
        async with running_system(delay_ms=delay_ms) as system:
            round_trip = await _round_trip(system)
            found.append(AtDistance(before, delay_ms, round_trip, await _acts(system, count, most, serial)))
    return found


async def _acts(system: System, count: int, most: int, serial: int) -> dict[str, MeasuredAct]:
    started = await load.launch_written(system, count, most)
    await system.settled()
    redeemed = await load.redeem_hashed(system, started, most)
    await system.settled()
    one, letters = await load.letters_one_by_one(system, serial)
    await system.settled()
    redeemed_one = await load.redeem_hashed(system, one, 1)
    await system.settled()
    names = [filled["user_name"] for filled in started.forms[:_CLIENTS]]
    log_ins = await _log_ins(system, names, count, most)
    log_ins_one = await _log_ins(system, names, serial, 1)
    return {
        "start → letter": MeasuredAct(started.letters_per_second, letters.p50_ms),
        "activation": MeasuredAct(redeemed.per_second, redeemed_one.p50_ms),
        "log-in": MeasuredAct(log_ins.per_second, log_ins_one.p50_ms),
    }


async def _log_ins(system: System, names: list[str], count: int, most: int) -> Rate:
    async def log_in(name: str) -> None:
        await system.world.citizen.authenticate(name, PASSWORD, client_address=another_address())

    _, rate = await at_once(list(islice(cycle(names), count)), most, log_in)
    return rate


async def _round_trip(system: System) -> float:
    connection = await asyncpg.connect(system.world.addresses.database)
    try:
        _, rate = await at_once(range(_PINGS), 1, lambda _: connection.fetchval("select 1"))
    finally:
        await connection.close()
    return rate.p50_ms
