"""A clerk verifies the identity in the very moment in which the 30 days of a temporary registration end."""

import asyncio
from datetime import timedelta
from typing import Final

from registration.descriptions import PresentStatus
from registration.errors import NotAccepted
from registration.letters import LetterKind
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from tests.support.installation import installation_on
from tests.support.servers import SharedServers
from tests.support.verifying import found_of
from tests.workflows.lives import bring, quiet
from worker import running_workers

BEFORE: Final = timedelta(seconds=3)
"""Skipped up to here; the rest of the 30 days passes in real time."""

OFFSETS: Final = [number / 10 for number in range(-14, 4)]
"""Seconds from the deadline at which the clerk's act begins. It is decided some hundredths later, on a busy machine up
to a second."""


async def test_a_verification_at_the_very_deadline_makes_active_or_is_refused_and_never_both(
    shared: SharedServers,
) -> None:
    """The first decision counts; letters and record have that one only."""
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        await _each_is_one_or_the_other(world)


async def _each_is_one_or_the_other(world: World) -> None:
    lives = [await bring(world, Status.TEMPORARY) for _ in OFFSETS]
    outcomes = await asyncio.gather(*(_verify(world, one, at) for (one, _), at in zip(lives, OFFSETS, strict=True)))
    for (registration_id, _), outcome in zip(lives, outcomes, strict=True):
        verified = isinstance(outcome, PresentStatus)
        await world.until(registration_id, Status.ACTIVE if verified else Status.LAPSED)
        await quiet(world, registration_id)
        kinds = [event.kind for event in await world.audit.events(registration_id)]
        lapsed = [EventKind.TEMPORARY_LAPSED, EventKind.PERSONAL_DATA_ERASED]  # the last letter has left by now
        assert kinds[2:] == ([EventKind.IDENTITY_VERIFIED] if verified else lapsed)
        assert await found_of(world, registration_id) == []
        letters = {each.letter.kind for each in await world.audit.letters(registration_id)}
        assert (LetterKind.ACTIVE in letters, LetterKind.LAPSED in letters) == (verified, not verified)
        assert all(run.holds for run in await world.audit.replay(registration_id))


async def _verify(world: World, registration_id: str, offset: float) -> PresentStatus | NotAccepted:
    deadline = (await world.audit.describe(registration_id)).deadline
    assert deadline
    await world.forward_to(registration_id, deadline - BEFORE)
    left = deadline - await world.time(registration_id)
    await asyncio.sleep(left.total_seconds() + offset)
    try:
        return await world.desk.verify_identity(registration_id, EVIDENCE)
    except NotAccepted as refusal:
        return refusal
