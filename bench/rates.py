"""Rates of the engine alone, which the peers are compared with, and of the whole gateway."""

from dataclasses import dataclass

from bench import load
from bench.load import Rate
from bench.system import System


@dataclass(frozen=True)
class EngineRates:
    """The rows exist, the passwords are hashed; `start_to_letter` is letters per second."""

    start: Rate
    start_to_letter: float
    redeem: Rate
    serial_redeem: Rate


@dataclass(frozen=True)
class Rates:
    """`engine` includes what the peers include; the others go through the gateway, as a portal does."""

    count: int
    at_once: int
    engine: EngineRates
    register: Rate
    register_to_letter: float
    redeem: Rate
    serial_redeem: Rate


async def measure_engine(system: System, count: int, most: int, serial: int) -> EngineRates:
    """`count` registrations `most` at once, then `serial` activations one by one."""
    started = await load.launch_written(system, count, most)
    await system.settled()
    redeem = await load.redeem_hashed(system, started, most)
    await system.settled()
    one = await load.launch_written(system, serial, most)
    await system.settled()
    serial_redeem = await load.redeem_hashed(system, one, 1)
    await system.settled()
    return EngineRates(started.calls, started.letters_per_second, redeem, serial_redeem)


async def measure_rates(system: System, count: int, most: int, serial: int) -> Rates:
    """The engine first, then the whole gateway."""
    engine = await measure_engine(system, count, most, serial)
    whole = await load.register(system, count, most)
    await system.settled()
    redeem = await load.redeem(system, whole, most)
    await system.settled()
    one = await load.register(system, serial, most)
    await system.settled()
    return Rates(
        count=count,
        at_once=most,
        engine=engine,
        register=whole.calls,
        register_to_letter=whole.letters_per_second,
        redeem=redeem,
        serial_redeem=await load.redeem(system, one, 1),
    )
