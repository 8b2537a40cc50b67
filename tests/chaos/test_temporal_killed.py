"""The Temporal server killed and restarted on its file while registrations wait and messages are under way."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

import pytest

from registration.descriptions import PresentStatus
from registration.errors import Unavailable
from registration.names import RECONCILIATION_ID
from registration.reconciliation import Findings
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, form
from tests.chaos.doom import healthy_worker
from tests.support.installation import eventually, installation
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


@pytest.mark.timeout(240)
async def test_a_killed_temporal_server_loses_nothing_that_was_acknowledged() -> None:
    """What was answered is kept; reconciliation starts and sends the rest again; waiting callers go on waiting."""
    async with installation(temporal_dies=True) as (servers, world), healthy_worker(servers):
        registered = [await world.registered() for _ in range(WAITING + REDEEMING)]
        waiting, ready = registered[:WAITING], registered[WAITING:]
        fresh = [form() for _ in range(OPENING)]
        redemptions = [asyncio.create_task(_redeemed(world, filled, code)) for _, filled, code in ready[:UNDER_WAY]]
        openings = [asyncio.create_task(world.register(filled)) for filled in fresh[:UNDER_WAY]]
        await eventually(lambda: _answered(redemptions, KILLED_AFTER), within_seconds=30)
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
        findings = await world.operations.reconcile()
        took = time.monotonic() - killed
        assert len(findings.started) >= OPENING - UNDER_WAY
        await eventually(lambda: _sent_again(world, REDEEMING - UNDER_WAY), within_seconds=30)
        for (registration_id, filled, _), answer in zip(ready, answers, strict=True):
            acknowledged = [answer] if answer else []
            seen = await assert_sound(
                world, registration_id, filled["email"], acknowledged=acknowledged, within_seconds=LOST_SECONDS
            )
            assert (seen.stored.status, len(seen.letters)) == (Status.TEMPORARY, 2)
            await world.portal.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
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
            f"started again {len(findings.started)}, sent again "
            f"{len(findings.sent)}; clients gave up after {gave_up:.1f} s, reconciled {took:.1f} s after the kill"
        )


async def _redeemed(world: World, filled: dict[str, Any], code: str) -> PresentStatus | None:
    """The answer, or `None` where the gateway said that it is not known yet."""
    try:
        answer: PresentStatus = await world.redeem(filled, code)
    except Unavailable:
        return None
    return answer


async def _answered(tasks: Sequence[asyncio.Task[Any]], count: int) -> bool:
    return sum(task.done() for task in tasks) >= count


async def _sent_again(world: World, number: int) -> bool:
    """Whether reconciliation has sent so many: the pass that was asked for, or the schedule's own just before it."""
    query = f"ExecutionStatus = 'Completed' and WorkflowId STARTS_WITH '{RECONCILIATION_ID}'"
    passes = [(found.id, found.run_id) async for found in world.client.list_workflows(query)]
    handles = [world.client.get_workflow_handle(one, run_id=run, result_type=Findings) for one, run in passes]
    return len({credential for handle in handles for credential in (await handle.result()).sent}) >= number


async def _grow_old(world: World) -> None:
    for query in AGE:
        await world.sql(query)
