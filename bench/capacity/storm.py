"""Rates: many register, activate, are verified and log in at once; then all their passwords expire at once."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from bench import load
from bench.capacity.figures import Load
from bench.capacity.processors import Stopwatch
from bench.system import System
from registration.policy import Policy
from registration.statuses import Status
from starter.dev.samples import EVIDENCE, PASSWORD, another_address
from temporal.pace import of_each
from worker import running_workers

_AFTER_REMINDERS: Final = timedelta(minutes=10)
"""Before the deadline: after the last reminder, and longer before than the worker takes to end."""

_BEFORE: Final = timedelta(seconds=3)
"""Skipped up to here: without a worker no time is skipped beyond a timer that has fired."""

_WITHIN_SECONDS: Final = 600
_LOOK_AGAIN_SECONDS: Final = 0.1


async def measure_storm(system: System, count: int, most: int) -> dict[str, Load]:
    """`system` has no worker. Acts and reminders are done `most` at once; all expiries wait when the worker starts."""
    world, loads = system.world, {}
    async with running_workers(world.client, world.settings):
        watch, before = Stopwatch(), system.post.count
        started = await load.register(system, count, most)
        loads["registration"] = await _with_letters(system, watch, before + count, count)
        watch, before = Stopwatch(), system.post.count
        await load.redeem(system, started, most)
        loads["activation"] = await _with_letters(system, watch, before + count, count)
        watch, before = Stopwatch(), system.post.count
        await of_each(started.ids, lambda one: world.desk.verify_identity(one, EVIDENCE), at_once=most)
        loads["verification"] = await _with_letters(system, watch, before + count, count)
        names = [filled["user_name"] for filled in started.forms]
        watch = Stopwatch()
        await of_each(names, lambda name: _log_in(system, name), at_once=most)
        loads["log-in"] = watch.load(count)
        deadlines = await of_each(started.ids, lambda one: _deadline(system, one), at_once=most)
        ends = dict(zip(started.ids, deadlines, strict=True))
        watch, before, reminders = Stopwatch(), system.post.count, count * len(Policy().password_reminder_days)
        await of_each(ends, lambda one: world.forward_to(one, ends[one] - _AFTER_REMINDERS), at_once=most)
        loads["reminder"] = await _with_letters(system, watch, before + reminders, reminders)
    await of_each(ends, lambda one: world.forward_to(one, ends[one] - _BEFORE), at_once=most)
    await _all_wait(system, started.ids)
    watch, before = Stopwatch(), system.post.count
    async with running_workers(world.client, world.settings):
        loads["expiry"] = await _with_letters(system, watch, before + count, count)
        await world.until(started.ids[-1], Status.PASSWORD_EXPIRED)
    return loads


async def _with_letters(system: System, watch: Stopwatch, letters: int, count: int) -> Load:
    """What `count` acts have taken once so many letters have come in all; then waits until nothing is under way."""
    await system.post.has(letters, _WITHIN_SECONDS)
    taken = watch.load(count)
    await system.settled()
    return taken


async def _log_in(system: System, name: str) -> None:
    await system.world.citizen.authenticate(name, PASSWORD, client_address=another_address())


async def _deadline(system: System, registration_id: str) -> datetime:
    deadline = (await system.world.audit.snapshot(registration_id)).deadline
    if deadline is None:
        raise AssertionError(registration_id)
    return deadline


async def _all_wait(system: System, ids: list[str]) -> None:
    """Until each timer has fired and its task waits for a worker."""
    async with asyncio.timeout(_WITHIN_SECONDS):
        for one in ids:
            while not await _waits(system, one):  # noqa: ASYNC110  a server sends no event
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def _waits(system: System, registration_id: str) -> bool:
    described = await system.world.handle(registration_id).describe()
    return described.raw_description.HasField("pending_workflow_task")
