"""Worker and Temporal server killed together around a redemption; the client tries again, or does not."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest
from temporalio.api.enums.v1 import PendingActivityState

from registration.errors import CodeNotLive, Unavailable, WrongPassword
from registration.messages import Actor, ActorKind, RedeemCode
from registration.record import EventKind
from registration.statuses import Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD
from starter.gateway.engine import new_request_id, now
from tests.chaos.doom import DoomedProcess, doomed_worker, healthy_worker
from tests.support.installation import eventually, installation
from tests.support.soundness import Observed, assert_sound

LAST_MOMENTS: Final = timedelta(seconds=12)
"""Of a code's life, in which it is redeemed; then its deadline passes while everything is down."""

RECOVERED_SECONDS: Final = 75
"""A lost attempt to record is given up after 30 s."""

PLAN: Final = {"record:spared": 6, "record:before": 2, "record:after": 2}
"""Six registrations are opened; two redemptions die decided, two recorded."""

OLD: Final = timedelta(minutes=1)
"""Older than what reconciliation leaves to those who still wait."""


class Life(NamedTuple):
    """A registration that awaits its activation."""

    id: str
    form: dict[str, Any]
    code: str


async def test_an_accepted_redemption_outlives_worker_and_server_and_its_deadline() -> None:
    """A redemption is valid once it is decided, recorded or not, tried again or not, even if the deadline passes.

    Six clients: two redemptions were decided but not recorded, two recorded but not reported, two only written down by
    their gateway, which died before it sent them. Of each two, one has its deadline pass during the outage, and its
    client does not try again. What was never decided is sent by reconciliation, and refused where its deadline has
    passed.
    """
    async with installation(temporal_dies=True) as (servers, world):
        async with doomed_worker(servers, PLAN, victims=(servers.temporal.pid,)) as doomed:
            lives = [Life(*await world.registered()) for _ in range(6)]
            decided, decided_late, recorded, recorded_late, unsent, unsent_late = lives
            late = (decided_late, recorded_late, unsent_late)
            deadlines = {life.id: await _nearly_over(world, life) for life in late}
            over = time.monotonic() + LAST_MOMENTS.total_seconds()
            await _redeem_and_die(doomed, world, (decided, decided_late), (recorded, recorded_late))
        await servers.temporal.kill()
        for life in (unsent, unsent_late):
            await _redeem_without_sending(world, life)
        retries = [asyncio.create_task(_tried_until_known(world, life)) for life in (decided, recorded)]
        await asyncio.sleep(max(0, over - time.monotonic()))
        await servers.temporal.start()
        back = time.monotonic()
        for life in late:
            assert await world.time(life.id) > deadlines[life.id]
        async with healthy_worker(servers):
            reconciling = asyncio.create_task(world.operations.reconcile())
            known = await asyncio.wait_for(asyncio.gather(*retries), RECOVERED_SECONDS)
            for life in (decided, decided_late, recorded, recorded_late, unsent):
                await _is_temporary(world, life)
            await _has_lapsed(world, unsent_late)
            reconciling.cancel()  # it takes a second look a minute later
            print(  # noqa: T201  the measured figures
                f"clients that tried again got: {known}; "
                f"all agreed {time.monotonic() - back:.0f} s after the server was back"
            )


async def _nearly_over(world: World, life: Life) -> datetime:
    """Lets the code's time pass but for its last moments, and returns its deadline."""
    await world.until(life.id, Status.AWAITING_ACTIVATION)
    deadline = (await world.audit.snapshot(life.id)).deadline
    assert deadline is not None
    await world.forward_to(life.id, deadline - LAST_MOMENTS)
    return deadline


async def _redeem_and_die(
    doomed: DoomedProcess, world: World, decided: Sequence[Life], recorded: Sequence[Life]
) -> None:
    """Redeems; the worker dies, and takes the server along, once all four are where the plan wants them."""
    portal = [asyncio.create_task(world.redeem(life.form, life.code)) for life in decided]
    await eventually(lambda: _all_held(world, decided), within_seconds=LAST_MOMENTS.total_seconds())
    assert doomed.is_alive()
    portal += [asyncio.create_task(world.redeem(life.form, life.code)) for life in recorded]
    await doomed.died()
    for client in portal:
        client.cancel()
    outcomes = await asyncio.gather(*portal, return_exceptions=True)
    assert all(isinstance(outcome, Unavailable | asyncio.CancelledError) for outcome in outcomes)
    for life in decided:
        assert (await world.audit.snapshot(life.id)).status is Status.AWAITING_ACTIVATION
    for life in recorded:
        assert (await world.audit.snapshot(life.id)).status is Status.TEMPORARY


async def _all_held(world: World, lives: Sequence[Life]) -> bool:
    """Whether each of them has decided: its recording has begun."""
    for life in lives:
        description = await world.handle(life.id).describe()
        states = [activity.state for activity in description.raw_description.pending_activities]
        if states != [PendingActivityState.PENDING_ACTIVITY_STATE_STARTED]:
            return False
    return True


async def _redeem_without_sending(world: World, life: Life) -> None:
    """The rows of a gateway that dies before it sends the message."""
    message = RedeemCode(new_request_id(), Actor(ActorKind.CITIZEN, life.id), Purpose.PASSWORD, 1)
    hashed = await world.engine.passwords.hash(PASSWORD)
    await world.engine.writer.add_credential(life.id, message, hashed, now() - OLD)


async def _tried_until_known(world: World, life: Life) -> str:
    """A client who types the code again until the portal knows: `accepted`, or that the code is used."""
    while True:
        try:
            await world.redeem(life.form, life.code)
        except Unavailable:
            continue
        except CodeNotLive:
            return "the code is not live"
        return "accepted"


async def _is_temporary(world: World, life: Life) -> Observed:
    """The redemption is recorded once, and its password logs the client in."""
    observed = await assert_sound(world, life.id, life.form["email"], within_seconds=RECOVERED_SECONDS)
    assert observed.stored.status is Status.TEMPORARY
    kinds = [event.kind for event in await world.audit.events(life.id)]
    assert kinds == [EventKind.REGISTRATION_OPENED, EventKind.CODE_REDEEMED]
    assert list(observed.credentials.values()).count("ADOPTED") == 1
    await world.citizen.authenticate(life.form["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    return observed


async def _has_lapsed(world: World, life: Life) -> None:
    """A redemption that was not decided in time is refused, and nothing of it remains."""
    observed = await assert_sound(world, life.id, life.form["email"], within_seconds=RECOVERED_SECONDS)
    assert observed.stored.status is Status.LAPSED
    assert list(observed.credentials.values()) == ["REFUSED"]
    with pytest.raises(WrongPassword):
        await world.citizen.authenticate(life.form["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
