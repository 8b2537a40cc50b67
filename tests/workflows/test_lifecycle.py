"""The lifecycle in skipped time on the real server, with exact dates."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.descriptions import NextStep, Step
from registration.letters import LetterKind
from registration.policy import add_years
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, form
from tests.workflows.lives import MINUTE, MOMENTS, bring, quiet, to_deadline


@pytest.mark.parametrize("status", [Status.AWAITING_ACTIVATION, Status.TEMPORARY])
async def test_a_registration_lapses_exactly_30_days_after_it_entered_a_status_that_waits(
    world: World, status: Status
) -> None:
    """S3: AWAITING_ACTIVATION and TEMPORARY end by lapse after 30 days."""
    registration_id, _ = await bring(world, status)
    entered = await world.audit.describe(registration_id)
    assert entered.since is not None
    assert entered.deadline == entered.since + timedelta(days=30)
    await world.forward_to(registration_id, entered.deadline - MINUTE)
    assert (await world.audit.snapshot(registration_id)).status is status
    await world.forward(registration_id, 2 * MINUTE)
    lapsed = await world.audit.snapshot(registration_id)
    assert lapsed.status is Status.LAPSED
    assert lapsed.since is not None
    assert timedelta() <= lapsed.since - entered.deadline < timedelta(seconds=2)


async def test_an_active_life_expires_after_2_calendar_years_and_is_inactive_60_days_later(world: World) -> None:
    """S7 and S9, with the reminders 30, 7 and 1 days before, each within the 24 hours before its day."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    opened = await world.audit.events(registration_id)
    redeemed = next(event for event in opened if event.kind is EventKind.CODE_REDEEMED)
    before = len(world.letters(filled["email"]))
    active = await world.audit.describe(registration_id)
    assert active.deadline == active.password_valid_until == add_years(redeemed.at, 2)
    for days in (30, 7, 1):
        reminder = await world.audit.describe(registration_id)
        assert reminder.next_step == NextStep(Step.LETTER, LetterKind.PASSWORD_EXPIRING, days)
        assert reminder.next_step_at is not None
        assert active.deadline is not None
        ahead = active.deadline - reminder.next_step_at
        assert timedelta(days=days) <= ahead < timedelta(days=days + 1)
        await world.forward_to(registration_id, reminder.next_step_at + MINUTE)
        await quiet(world, registration_id)
        before += 1
        assert len(world.letters(filled["email"])) == before
    expired = await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    assert active.deadline is not None
    assert expired.deadline == active.deadline + timedelta(days=60)
    inactive = await to_deadline(world, registration_id, Status.INACTIVE)
    assert inactive.since is not None
    assert timedelta() <= inactive.since - expired.deadline < timedelta(seconds=2)
    assert inactive.deadline is None
    assert inactive.next_step == NextStep(Step.REACTIVATION)


async def test_a_reminder_goes_out_7_days_before_a_temporary_registration_lapses(world: World) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    before = len(world.letters(filled["email"]))
    temporary = await world.audit.describe(registration_id)
    assert temporary.deadline is not None
    assert temporary.next_step_at == temporary.deadline - timedelta(days=7)
    await world.forward_to(registration_id, temporary.next_step_at + MINUTE)
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == before + 1
    assert (await world.audit.describe(registration_id)).next_step == NextStep(Step.STATUS, status=Status.LAPSED)


async def test_a_password_set_on_29_february_is_valid_until_28_february_two_years_later(world: World) -> None:
    """S7: 2 calendar years; the year after next has no 29 February."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    active = await world.audit.describe(registration_id)
    leap_day = _next_leap_day(active.as_of + timedelta(days=2))
    assert active.deadline is not None
    if leap_day + timedelta(days=40) > active.deadline:
        await world.operations.extend_validity(registration_id, leap_day + timedelta(days=40))
        await quiet(world, registration_id)
    await world.forward_to(registration_id, leap_day)
    answer = await world.citizen.change_password(
        filled["user_name"], PASSWORD, "Szökőnapi jelszó 29", client_address=CLIENT_ADDRESS
    )
    assert answer.as_of - leap_day < MOMENTS
    assert answer.deadline == answer.password_valid_until
    changed = (await world.audit.events(registration_id))[-1].at
    assert answer.password_valid_until == changed.replace(year=leap_day.year + 2, day=28)
    expired = await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    assert expired.deadline == answer.password_valid_until + timedelta(days=60)


async def test_an_identity_verified_before_the_activation_leads_to_active_at_once(world: World) -> None:
    registration_id, filled, code = await world.registered()
    noted = await world.desk.verify_identity(registration_id, EVIDENCE)
    assert noted.status is Status.AWAITING_ACTIVATION
    assert (await world.redeem(filled, code)).status is Status.ACTIVE


async def test_a_registration_opened_in_person_is_active_once_its_code_is_redeemed(world: World) -> None:
    """S2: the clerk has seen the document; nothing is temporary."""
    filled = form(language="en")
    registration_id = (await world.desk.register(filled, EVIDENCE)).registration_id
    answer = await world.redeem(filled, await world.code(filled["email"]))
    assert answer.status is Status.ACTIVE
    opened = (await world.audit.events(registration_id))[0]
    assert opened.evidence is not None
    assert opened.identity_verified


def _next_leap_day(after: datetime) -> datetime:
    year = after.year
    while True:
        if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
            day = datetime(year, 2, 29, 12, tzinfo=UTC)
            if day > after:
                return day
        year += 1
