"""The Temporal server killed and restarted on its file while registrations wait and messages are under way."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

from registration.descriptions import PresentStatus
from registration.errors import Unavailable
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, form
from tests.chaos.doom import healthy_worker
from tests.support.installation import eventually, installation
from tests.support.reconciliation import passes
from tests.support.soundness import assert_sound

REDEEMING: Final = 20
OPENING: Final = 20
WAITING: Final = 10
UNDER_WAY: Final = 14
"""Of redemptions and openings; the others come while the server is down, and openings are accepted even then."""

KILLED_AFTER: Final = 5
"""Redemptions answered by then: the others are under way."""

AGE: Final = (
    "update registrations set submitted_at = submitted_at - interval '1 minute' where status = 'SUBMITTED'",
    "update credentials set submitted_at = submitted_at - interval '1 minute' where state = 'PENDING'",
)
"""Makes rows without an outcome older than what reconciliation leaves to those who still wait."""

LOST_SECONDS: Final = 140
"""A report that was lost: an attempt to record is given up after 30 s, one to send a letter after 2 minutes."""

GIVEN_UP_SECONDS: Final = 60
"""The gateway waits 20 s for an answer, then says that the outcome is not known yet."""


async def test_a_killed_temporal_server_loses_nothing_that_was_acknowledged() -> None:
    """What was answered is kept; reconciliation starts and sends the rest again; waiting callers go on waiting."""
    async with installation(temporal_dies=True) as (servers, world), healthy_worker(servers):
        registered = [await world.registered() for _ in range(WAITING + REDEEMING)]
        waiting, ready = registered[:WAITING], registered[WAITING:]
        fresh = [form() for _ in range(OPENING)]
        redemptions = [asyncio.create_task(_redeemed(world, filled, code)) for _, filled, code in ready[:UNDER_WAY]]
        openings = [asyncio.create_task(world.register(filled)) for filled in fresh[:UNDER_WAY]]
        await eventually(lambda: _answered(redemptions, KILLED_AFTER), within_seconds=60)
        answered = sum(task.done() for task in redemptions)
        await servers.temporal.kill()
        killed = time.monotonic()
        redemptions += [asyncio.create_task(_redeemed(world, filled, code)) for _, filled, code in ready[UNDER_WAY:]]
        openings += [asyncio.create_task(world.register(filled)) for filled in fresh[UNDER_WAY:]]
        async with asyncio.timeout(GIVEN_UP_SECONDS):
            answers: list[PresentStatus | None] = await asyncio.gather(*redemptions)
            ids: list[str] = await asyncio.gather(*openings)
        gave_up = time.monotonic() - killed
        assert answers[UNDER_WAY:] == [None] * (REDEEMING - UNDER_WAY)
        await servers.temporal.start()
        await _grow_old(world)
        await world.operations.reconcile()
        took = time.monotonic() - killed
        await eventually(lambda: _reconciled(world), within_seconds=60)
        for (registration_id, filled, _), answer in zip(ready, answers, strict=True):
            acknowledged = [answer] if answer else []
            seen = await assert_sound(
                world, registration_id, filled["email"], acknowledged=acknowledged, within_seconds=LOST_SECONDS
            )
            assert (seen.stored.status, len(seen.letters)) == (Status.TEMPORARY, 2)
            await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
        for known, filled in zip(ids, fresh, strict=True):
            registration_id = await world.engine.registration_id(filled["user_name"])
            assert known == registration_id
            seen = await assert_sound(world, registration_id, filled["email"], within_seconds=LOST_SECONDS)
            assert (seen.stored.status, len(seen.letters)) == (Status.AWAITING_ACTIVATION, 1)
        for registration_id, filled, _ in waiting:
            seen = await assert_sound(world, registration_id, filled["email"], within_seconds=LOST_SECONDS)
            assert (seen.stored.status, len(seen.letters)) == (Status.AWAITING_ACTIVATION, 1)
        print(  # noqa: T201  the measured figures
            f"{answered} redemptions answered before the kill; without an answer: {answers.count(None)} redemptions; "
            f"clients gave up after {gave_up:.1f} s, reconciled {took:.1f} s after the kill"
        )


async def _redeemed(world: World, filled: dict[str, Any], code: str) -> PresentStatus | None:
    """The answer, or `None` where the gateway said that it is not known yet."""
    try:
        return await world.citizen.redeem_code(filled["user_name"], code, PASSWORD, client_address=CLIENT_ADDRESS)
    except Unavailable:
        return None


async def _answered(tasks: Sequence[asyncio.Task[Any]], count: int) -> bool:
    return sum(task.done() for task in tasks) >= count


async def _reconciled(world: World) -> bool:
    """Whether what came while the server was down was taken up: by the pass asked for, or the schedule's own."""
    done = await passes(world)
    return len(done.started) >= OPENING - UNDER_WAY and len(done.sent) >= REDEEMING - UNDER_WAY


async def _grow_old(world: World) -> None:
    for query in AGE:
        await world.sql(query)
