"""Letters that do not arrive, the end of a life, and a policy that changes: on worlds of their own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from registration.budapest import BUDAPEST
from registration.errors import NotAccepted, NotFound
from registration.letters import LetterFailure, LetterOutcome
from registration.policy import Policy
from registration.record import EventKind, fold
from registration.statuses import Status
from starter.dev.inbox import Inbox
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, form
from tests.support.servers import SharedServers
from tests.workflows.lives import MINUTE, MOMENTS, bring, choosy_world, code_among, quiet, refusal
from tests.workflows.messages import MESSAGES


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def choosy(shared: SharedServers) -> AsyncIterator[tuple[World, Inbox]]:
    async with choosy_world(shared) as world_and_inbox:
        yield world_and_inbox


async def test_a_refused_letter_is_on_record_and_in_describe_and_is_not_tried_again(
    choosy: tuple[World, Inbox],
) -> None:
    """Principle 11; the reason is neutral though the server quoted the address."""
    world, _ = choosy
    filled = form(email="refused.for.good@example.org")
    registration_id = await world.register(filled)
    await world.until(registration_id, Status.AWAITING_ACTIVATION)
    await _noted(world, registration_id, 1)
    described = await world.audit.describe(registration_id)
    assert [(letter.letter_id, letter.failure, letter.smtp_reply) for letter in described.undelivered_letters] == [
        ("1-code_password", LetterFailure.REFUSED, 550)
    ]
    (noted,) = await world.audit.letters(registration_id)
    assert (noted.outcome, noted.failure, noted.smtp_reply) == (LetterOutcome.UNDELIVERED, LetterFailure.REFUSED, 550)
    await world.desk.change_email(registration_id, fresh := f"jo.{filled['user_name']}@example.org", EVIDENCE)
    await quiet(world, registration_id)
    await world.redeem(filled, code_among(world.letters(fresh)))
    assert (await world.audit.snapshot(registration_id)).status is Status.TEMPORARY


async def test_a_letter_that_no_server_takes_until_its_deadline_is_undelivered(choosy: tuple[World, Inbox]) -> None:
    """A forgotten password's code: tried each hour for its 5 days."""
    world, inbox = choosy
    registration_id, filled = await bring(world, Status.TEMPORARY)
    inbox.stop()
    try:
        await world.request_code(filled)
        await world.forward(registration_id, timedelta(days=5) + MINUTE)
        await _noted(world, registration_id, 1)
        letters = (await world.audit.describe(registration_id)).undelivered_letters
        assert [letter.failure for letter in letters] == [LetterFailure.DEADLINE_PASSED]
        assert letters[0].letter_id.endswith("code_password")
    finally:
        inbox.start()


async def test_a_closed_registration_is_erased_once_its_last_letter_is_out_and_its_user_name_is_free(
    choosy: tuple[World, Inbox],
) -> None:
    """The record stays and is whole; it holds no personal data."""
    world, _ = choosy
    registration_id, filled = await bring(world, Status.ACTIVE)
    before = len(world.letters(filled["email"]))
    await world.desk.close(registration_id, EVIDENCE)
    await world.letter(filled["email"], before + 1)
    assert await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS) == Status.CLOSED
    events = await world.audit.events(registration_id)
    assert [event.kind for event in events[-2:]] == [EventKind.REGISTRATION_CLOSED, EventKind.PERSONAL_DATA_ERASED]
    assert events[-1].at - events[-2].at < timedelta(hours=72)
    assert await world.audit.snapshot(registration_id) == fold(events)
    assert await world.engine.reader.person(registration_id) is None
    assert await world.engine.reader.password(registration_id) is None
    with pytest.raises(NotFound):
        await world.audit.snapshot(filled["user_name"])
    with pytest.raises(NotAccepted):
        await world.desk.close(registration_id, EVIDENCE)
    again = await world.register(filled)
    assert again != registration_id
    await world.until(again, Status.AWAITING_ACTIVATION)


async def test_a_closed_registration_whose_last_letter_is_stuck_is_erased_after_72_hours(
    choosy: tuple[World, Inbox],
) -> None:
    """Until then it refuses every message with a typed error, and every signal with an event.

    The last attempts are an hour apart: the letter is given up when the next would come too late.
    """
    world, inbox = choosy
    registration_id, _ = await bring(world, Status.ACTIVE)
    inbox.stop()
    try:
        await world.desk.close(registration_id, EVIDENCE)
        closed = await world.until(registration_id, Status.CLOSED)
        assert closed.since is not None
        for name, message in MESSAGES.items():
            error = await refusal(world, registration_id, name, message)
            assert (error.type, error.details[0]["status"]) == ("NotAccepted", "CLOSED")
        await world.desk.signal_reactivate(registration_id, EVIDENCE)
        await world.forward(registration_id, timedelta(hours=70))
        assert await world.engine.reader.person(registration_id) is not None
        await world.forward(registration_id, timedelta(hours=3))
        assert await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS) == Status.CLOSED
    finally:
        inbox.start()
    events = await world.audit.events(registration_id)
    kinds = [event.kind for event in events]
    assert EventKind.SIGNAL_REFUSED in kinds
    assert kinds[-2:] == [EventKind.LETTER_UNDELIVERED, EventKind.PERSONAL_DATA_ERASED]
    assert timedelta(hours=71) - MINUTE <= events[-1].at - closed.since < timedelta(hours=72) + 2 * MINUTE
    assert await world.engine.reader.person(registration_id) is None
    assert await world.audit.snapshot(registration_id) == fold(events)


async def test_a_changed_policy_applies_from_a_registrations_next_status(shared: SharedServers) -> None:
    """An announced deadline stays; the status after has the new period, and its letter has the new date."""
    async with choosy_world(shared) as (world, _):
        waiting, waiting_form, waiting_code = await world.registered()
        grace, _ = await bring(world, Status.ACTIVE)
        announced = await world.audit.describe(waiting)
        policy = replace(Policy(), version=2, activation_days=10, temporary_days=45, grace_days=90, reactivation_days=7)
        await world.operations.adopt_policy(policy)
        kept = await world.desk.disclose(waiting, EVIDENCE)
        assert kept.registration_id == waiting
        assert (await world.audit.snapshot(waiting)).deadline == announced.deadline
        await world.redeem(waiting_form, waiting_code)
        temporary = await world.until(waiting, Status.TEMPORARY)
        assert temporary.since is not None
        assert temporary.deadline == temporary.since + timedelta(days=45)
        assert temporary.deadline is not None
        letter = await world.letter(waiting_form["email"], 2)
        body = letter.get_body(("plain",))
        assert body is not None
        assert f"{temporary.deadline.astimezone(BUDAPEST).day}." in body.get_content()
        await world.operations.adopt_policy(replace(policy, version=3))
        verified = await world.desk.verify_identity(waiting, EVIDENCE)
        assert verified.status is Status.ACTIVE
        assert verified.deadline == verified.password_valid_until
        active = await world.audit.describe(grace)
        assert active.deadline is not None
        await world.forward_to(grace, active.deadline + MINUTE)
        expired = await world.until(grace, Status.PASSWORD_EXPIRED)
        assert expired.deadline is not None
        assert abs(expired.deadline - active.deadline - timedelta(days=90)) < MOMENTS
        await world.forward_to(grace, expired.deadline + MINUTE)
        await world.until(grace, Status.INACTIVE)
        answer = await world.desk.reactivate(grace, EVIDENCE)
        assert answer.deadline == answer.code_valid_until
        events = await world.audit.events(grace)
        reactivated = next(event for event in events if event.kind is EventKind.REACTIVATED)
        assert answer.deadline == reactivated.at + timedelta(days=7)
        assert EventKind.POLICY_APPLIED in [event.kind for event in events]
        assert await world.audit.snapshot(grace) == fold(events)
        fresh, fresh_form, _ = await world.registered()
        opened = await world.audit.snapshot(fresh)
        assert opened.since is not None
        assert opened.deadline == opened.since + timedelta(days=10)
        requested = await world.request_code(fresh_form)
        assert requested.code_valid_until == opened.deadline


async def _noted(world: World, registration_id: str, letters: int) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while len((await world.audit.describe(registration_id)).undelivered_letters) < letters:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.05)
    await quiet(world, registration_id)
