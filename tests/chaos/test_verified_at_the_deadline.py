"""A clerk verifies the identity in the very moment in which the 30 days of a temporary registration end."""

import asyncio
from datetime import timedelta
from typing import Final

from registration.errors import NotAccepted
from registration.letters import LetterKind
from registration.messages import Answer
from registration.record import EventKind
from registration.statuses import Status
from starter.gateway import RecordGateway
from tests.support.world import EVIDENCE, World, whole_world
from tests.workflows.lives import bring, quiet

BEFORE: Final = timedelta(seconds=3)
"""Skipped up to here; the rest of the 30 days passes in real time."""

OFFSETS: Final = [number / 10 for number in range(-14, 4)]
"""Seconds from the deadline at which the clerk's act begins. It is decided some hundredths later, on a busy machine up
to a second."""


async def test_a_verification_at_the_very_deadline_makes_active_or_is_refused_and_never_both() -> None:
    """Whichever is decided first stands; letters and record tell of that one only."""
    async with whole_world() as world:
        await _each_is_one_or_the_other(world)


async def _each_is_one_or_the_other(world: World) -> None:
    lives = [await bring(world, Status.TEMPORARY) for _ in OFFSETS]
    outcomes = await asyncio.gather(*(_verify(world, one, at) for (one, _), at in zip(lives, OFFSETS, strict=True)))
    for (registration_id, _), outcome in zip(lives, outcomes, strict=True):
        verified = isinstance(outcome, Answer)
        await world.until(registration_id, Status.ACTIVE if verified else Status.LAPSED)
        await quiet(world, registration_id)
        kinds = [event.kind for event in await world.audit.events(registration_id)]
        lapsed = [EventKind.TEMPORARY_LAPSED, EventKind.PERSONAL_DATA_ERASED]  # the last letter has left by now
        assert kinds[2:] == ([EventKind.IDENTITY_VERIFIED] if verified else lapsed)
        assert (await RecordGateway(world.engine).verify(registration_id))[1] == []
        letters = {each.letter.kind for each in await world.audit.letters(registration_id)}
        assert (LetterKind.ACTIVE in letters, LetterKind.LAPSED in letters) == (verified, not verified)
        assert all(run.holds for run in await world.audit.replay(registration_id))


async def _verify(world: World, registration_id: str, offset: float) -> Answer | NotAccepted:
    deadline = (await world.audit.describe(registration_id)).deadline
    assert deadline
    await world.forward_to(registration_id, deadline - BEFORE)
    left = deadline - await world.time(registration_id)
    await asyncio.sleep(left.total_seconds() + offset)
    try:
        return await world.desk.verify_identity(registration_id, EVIDENCE)
    except NotAccepted as refusal:
        return refusal
