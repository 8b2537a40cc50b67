"""What an auditor waits for where Temporal's histories are looked at too."""

from dataclasses import dataclass
from time import perf_counter
from typing import Final

from bench import load
from bench.load import Rate
from bench.system import System

_TIMELINES: Final = 100


@dataclass(frozen=True)
class AuditRates:
    """Registrations with two events each, all of which were found whole."""

    registrations: int
    verified_per_second: float
    timeline: Rate


async def measure_audit(system: System, count: int, most: int) -> AuditRates:
    """Registers and redeems, then verifies everything and opens timelines. Raises `AssertionError` on a finding."""
    started = await load.register(system, count, most)
    await system.settled()
    await load.redeem(system, started, most)
    await system.settled()
    began = perf_counter()
    verification = system.world.audit.verification.everything(lambda _: None)
    if found := [finding async for finding in verification.findings]:
        raise AssertionError(found[:10])
    seconds = perf_counter() - began
    _, timeline = await load.at_once(started.ids[:_TIMELINES], 1, system.world.audit.timeline)
    return AuditRates(count, verification.report.histories / seconds, timeline)
