"""Rates and latencies under load: registrations started to letter received, activations at once, one by one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Final, TypeVar

from bench.system import System
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind, RedeemCode
from registration.state import State
from registration.statuses import Channel, Purpose
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, form
from starter.gateway.engine import new_request_id
from store.rows import state_of
from temporal.registrations import launch, send

_WITHIN_SECONDS: Final = 180
"""A thousand letters take a tenth of this on a small machine; beyond it something is broken."""

Item = TypeVar("Item")
Result = TypeVar("Result")

_APPLICANT: Final = Actor(ActorKind.CITIZEN, "applicant")


@dataclass(frozen=True)
class Rate:
    """Operations per second, and the latency of one in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class StartedLoad:
    """Registrations that were started, and what it took."""

    calls: Rate
    letters_per_second: float
    """From the first call to the last letter received."""
    ids: list[str]
    forms: list[dict[str, Any]]


async def at_once(
    items: Sequence[Item], most: int, act: Callable[[Item], Awaitable[Result]]
) -> tuple[list[Result], Rate]:
    """Acts on all items, at most `most` at once."""
    places, taken = asyncio.Semaphore(most), []

    async def one(item: Item) -> Result:
        async with places:
            began = perf_counter()
            result = await act(item)
            taken.append((perf_counter() - began) * 1000)
            return result

    began = perf_counter()
    async with asyncio.timeout(_WITHIN_SECONDS):
        results = await asyncio.gather(*(one(item) for item in items))
    return results, rate_of(taken, perf_counter() - began)


def rate_of(taken: list[float], seconds: float) -> Rate:
    """Of what took so many milliseconds each, and so many seconds in all."""
    taken = sorted(taken)
    return Rate(len(taken) / seconds, taken[len(taken) // 2], taken[int(len(taken) * 0.99)])


async def register(system: System, count: int, most: int) -> StartedLoad:
    """Through the citizen's gateway: check the form, seal and write it, start the workflow."""
    forms = [form() for _ in range(count)]
    return await _started(system, forms, most, forms, system.world.register)


async def launch_written(system: System, count: int, most: int) -> StartedLoad:
    """Only what the peers do too: the rows exist already, the workflows are started."""
    forms, states = await _rows(system, count, most)

    async def start(state: State) -> str:
        await launch(system.world.client, state)
        return state.registration_id

    return await _started(system, states, most, forms, start)


async def letters_one_by_one(system: System, count: int) -> tuple[StartedLoad, Rate]:
    """As `launch_written`, but each is started once the letter before has come; from start to letter."""
    forms, states = await _rows(system, count, 1)

    async def start(state: State) -> str:
        before = system.post.count
        await launch(system.world.client, state)
        await system.post.has(before + 1, _WITHIN_SECONDS)
        return state.registration_id

    ids, rate = await at_once(states, 1, start)
    return StartedLoad(rate, rate.per_second, ids, forms), rate


async def _started(
    system: System,
    items: Sequence[Item],
    most: int,
    forms: list[dict[str, Any]],
    start: Callable[[Item], Awaitable[str]],
) -> StartedLoad:
    before, began = system.post.count, perf_counter()
    ids, calls = await at_once(items, most, start)
    await system.post.has(before + len(items), _WITHIN_SECONDS)
    return StartedLoad(calls, len(items) / (perf_counter() - began), ids, forms)


async def _rows(system: System, count: int, most: int) -> tuple[list[dict[str, Any]], list[State]]:
    forms = [form() for _ in range(count)]
    states, _ = await at_once(forms, most, lambda filled: _written(system, filled))
    return forms, states


async def _written(system: System, filled: dict[str, Any]) -> State:
    engine, now = system.world.engine, datetime.now(UTC)
    checked = RegistrationForm.parse(filled, today=now.date())
    submitted = await engine.intake.submit(checked, Channel.ONLINE, _APPLICANT, now)
    return state_of(submitted, await engine.reader.policy())


async def redeem(system: System, started: StartedLoad, most: int) -> Rate:
    """Through the citizen's gateway: count the guess, check the code's bits, hash the password, send the update."""
    codes = [(filled["user_name"], system.post.code(filled["email"])) for filled in started.forms]
    citizen = system.world.citizen
    _, rate = await at_once(
        codes, most, lambda pair: citizen.redeem_code(*pair, PASSWORD, client_address=CLIENT_ADDRESS)
    )
    return rate


async def redeem_hashed(system: System, started: StartedLoad, most: int) -> Rate:
    """The engine's own part, as the peers: the credentials are hashed and pending, the updates are sent."""
    engine = system.world.engine
    password_hash = await engine.passwords.hash(PASSWORD)

    async def pending(registration_id: str) -> tuple[str, RedeemCode]:
        citizen = Actor(ActorKind.CITIZEN, registration_id)
        message = RedeemCode(new_request_id(), citizen, Purpose.PASSWORD, 1)
        await engine.writer.add_credential(registration_id, message, password_hash, datetime.now(UTC))
        return registration_id, message

    messages, _ = await at_once(started.ids, most, pending)
    _, rate = await at_once(messages, most, lambda pair: send(engine.client, *pair))
    return rate
