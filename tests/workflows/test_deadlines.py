"""A minute before and a minute after each deadline, on the server."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from registration.errors import CodeNotLive, NotAccepted, WrongCode
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD
from tests.workflows.lives import MINUTE, bring, quiet

BEFORE, AFTER = -MINUTE, MINUTE


async def _beside_deadline(world: World, registration_id: str, distance: timedelta) -> None:
    deadline = (await world.audit.snapshot(registration_id)).deadline
    assert deadline is not None
    await world.forward_to(registration_id, deadline + distance)
    await quiet(world, registration_id)


async def test_an_activation_code_may_be_redeemed_a_minute_before_its_30_days_are_over(world: World) -> None:
    registration_id, filled, code = await world.registered()
    await _beside_deadline(world, registration_id, BEFORE)
    assert (await world.redeem(filled, code)).status is Status.TEMPORARY


async def test_an_activation_code_is_refused_a_minute_after_its_30_days(world: World) -> None:
    """The registration has lapsed and its user name is free."""
    registration_id, filled, code = await world.registered()
    await _beside_deadline(world, registration_id, AFTER)
    with pytest.raises(WrongCode):
        await world.redeem(filled, code)
    assert (await world.audit.snapshot(registration_id)).status is Status.LAPSED


async def test_an_identity_may_be_verified_a_minute_before_a_temporary_registration_lapses(world: World) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    await _beside_deadline(world, registration_id, BEFORE)
    assert (await world.desk.verify_identity(registration_id, EVIDENCE)).status is Status.ACTIVE


async def test_an_identity_is_refused_a_minute_after_a_temporary_registration_lapsed(world: World) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    await _beside_deadline(world, registration_id, AFTER)
    with pytest.raises(NotAccepted):
        await world.desk.verify_identity(registration_id, EVIDENCE)


async def _with_requested_code(world: World, status: Status) -> tuple[str, dict[str, str], str]:
    """A registration whose code of a forgotten password has arrived; in the grace period 2 days before its end."""
    registration_id, filled = await bring(world, status)
    if status is Status.PASSWORD_EXPIRED:
        await _beside_deadline(world, registration_id, -timedelta(days=2))
    letters = len(world.letters(filled["email"]))
    await world.request_code(filled)
    return registration_id, filled, await world.code(filled["email"], letters + 1)


async def test_a_code_may_be_redeemed_a_minute_before_the_grace_period_ends(world: World) -> None:
    registration_id, filled, code = await _with_requested_code(world, Status.PASSWORD_EXPIRED)
    await _beside_deadline(world, registration_id, BEFORE)
    assert (await world.redeem(filled, code)).status is Status.ACTIVE


async def test_a_code_is_refused_a_minute_after_the_grace_period_ended(world: World) -> None:
    registration_id, filled, code = await _with_requested_code(world, Status.PASSWORD_EXPIRED)
    await _beside_deadline(world, registration_id, AFTER)
    with pytest.raises(NotAccepted):
        await world.redeem(filled, code)
    assert (await world.audit.snapshot(registration_id)).status is Status.INACTIVE


@pytest.mark.parametrize(("distance", "redeemed"), [(BEFORE, True), (AFTER, False)])
async def test_a_reactivations_code_lives_exactly_30_days(world: World, distance: timedelta, redeemed: bool) -> None:
    """Unredeemed, the registration is inactive again, and a clerk may reactivate it again."""
    registration_id, filled = await bring(world, Status.AWAITING_REACTIVATION)
    code = await world.code(filled["email"], len(world.letters(filled["email"])))
    await _beside_deadline(world, registration_id, distance)
    if redeemed:
        assert (await world.redeem(filled, code)).status is Status.ACTIVE
        return
    with pytest.raises(NotAccepted):
        await world.redeem(filled, code)
    inactive = await world.audit.snapshot(registration_id)
    assert (inactive.status, inactive.because) == (Status.INACTIVE, EventKind.REACTIVATION_LAPSED)
    again = await world.desk.reactivate(registration_id, EVIDENCE)
    assert again.status is Status.AWAITING_REACTIVATION
    with pytest.raises(WrongCode):
        await world.redeem(filled, code)


@pytest.mark.parametrize(("distance", "redeemed"), [(BEFORE, True), (AFTER, False)])
async def test_a_forgotten_passwords_code_lives_exactly_5_days(
    world: World, distance: timedelta, redeemed: bool
) -> None:
    """No timer: its age is checked when it is redeemed, and a new request brings a new code."""
    registration_id, filled, code = await _with_requested_code(world, Status.ACTIVE)
    valid_until = (await world.audit.describe(registration_id)).code_valid_until
    assert valid_until is not None
    await world.forward_to(registration_id, valid_until + distance)
    if redeemed:
        assert (await world.redeem(filled, code)).status is Status.ACTIVE
        return
    with pytest.raises(CodeNotLive):
        await world.redeem(filled, code)
    letters = len(world.letters(filled["email"]))
    await world.request_code(filled)
    fresh = await world.code(filled["email"], letters + 1)
    assert fresh != code
    assert (await world.redeem(filled, fresh)).status is Status.ACTIVE


async def test_a_redemption_decided_before_the_deadline_stands_though_it_is_recorded_after_it(world: World) -> None:
    """PostgreSQL holds the recording up until the deadline has passed: the timer finds the deadline moved."""
    registration_id, filled, code = await world.registered()
    deadline = (await world.audit.snapshot(registration_id)).deadline
    assert deadline is not None
    await world.forward_to(registration_id, deadline - timedelta(seconds=2))
    connection = await asyncpg.connect(world.settings.database_url.get_secret_value())
    try:
        async with connection.transaction():
            await connection.execute("select 1 from registrations where id = $1 for no key update", registration_id)
            redemption = asyncio.ensure_future(world.redeem(filled, code))
            async with asyncio.timeout(SOON_SECONDS):
                while not await _timer_fired(world, registration_id):  # noqa: ASYNC110  there is no event for it
                    await asyncio.sleep(0.05)
    finally:
        await connection.close()
    answer = await redemption
    assert answer.status is Status.TEMPORARY
    assert answer.as_of > deadline
    await quiet(world, registration_id)
    assert (await world.audit.snapshot(registration_id)).status is Status.TEMPORARY
    assert await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)


async def _timer_fired(world: World, registration_id: str) -> bool:
    history = await world.handle(registration_id).fetch_history()
    return any(event.HasField("timer_fired_event_attributes") for event in history.events)
