"""The five rates, measured in one go."""

from dataclasses import dataclass

from bench import load
from bench.load import Rate
from bench.system import System


@dataclass(frozen=True)
class Rates:
    """`engine_…` includes what the floor includes; the others go through the gateway, as a portal does."""

    count: int
    at_once: int
    register: Rate
    register_to_letter: float
    engine_start: Rate
    engine_start_to_letter: float
    redeem: Rate
    engine_redeem: Rate
    serial_redeem: Rate
    engine_serial_redeem: Rate


async def measure_rates(system: System, count: int, most: int, serial: int) -> Rates:
    """The engine first, with `count` registrations `most` at once, then the whole gateway, then `serial` one by one."""
    engine = await load.launch_written(system, count, most)
    await system.settled()
    engine_redeem = await load.redeem_hashed(system, engine, most)
    await system.settled()
    engine_one = await load.launch_written(system, serial, most)
    await system.settled()
    engine_serial = await load.redeem_hashed(system, engine_one, 1)
    await system.settled()
    whole = await load.register(system, count, most)
    await system.settled()
    redeem = await load.redeem(system, whole, most)
    await system.settled()
    one = await load.register(system, serial, most)
    await system.settled()
    return Rates(
        count=count,
        at_once=most,
        register=whole.calls,
        register_to_letter=whole.letters_per_second,
        engine_start=engine.calls,
        engine_start_to_letter=engine.letters_per_second,
        redeem=redeem,
        engine_redeem=engine_redeem,
        serial_redeem=await load.redeem(system, one, 1),
        engine_serial_redeem=engine_serial,
    )
