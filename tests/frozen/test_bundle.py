"""An installation of version 1.0, as its servers left it, is opened by this version: nothing of it is lost or differs.

It was made by `make_bundle.py` and is opened on real servers, prepared as an upgrade prepares it. The tests pass on any
day, for what a later day changes is one of these:

- Deadlines. Each registration has a clock of its own, the server's plus what was skipped. No deadline of the standing
  ones passes for a century. Those that are due are brought behind their deadlines, unless these have passed by
  themselves. To show both today, the tests run twice: as it was left, and with each clock ten years later.
- Schedules are paused, so none catches up on its own. The tests do what they do: reconcile, archive, make a checkpoint;
  one at the beginning, which continues that of version 1.0, for verification names a last checkpoint that is days old.
- Retention. Temporal removes finished runs 90 days after their end. All of them are in the archive, one of them there
  alone: wherever a run is found, the same is read.
- Temporal's scanner forgets queues that were idle for two days. It is off (docs/upgrades.md): letters wait in them.
- The process's clock counts guesses, and the ages of rows that nothing has taken up: they are old enough on any day.

They have also passed with the clocks of all processes ten years ahead (the kernel's vDSO patched in each, by hand).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

import pytest
import pytest_asyncio

from registration.errors import NotAccepted, NotFound
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.postgres import PostgresServer
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD
from starter.dev.time_skipping import TimeNotSkipped
from tests.frozen.bundle import Kept, Manifest, opened
from tests.support.archiving import archive_pass
from tests.support.verifying import found, found_of

MANIFEST: Final = Manifest.of_bundle()
DECADE: Final = timedelta(days=3650)
ENDS: Final = {
    Status.AWAITING_ACTIVATION: Status.LAPSED,
    Status.TEMPORARY: Status.LAPSED,
    Status.ACTIVE: Status.PASSWORD_EXPIRED,
    Status.PASSWORD_EXPIRED: Status.INACTIVE,
    Status.AWAITING_REACTIVATION: Status.INACTIVE,
}
"""Where each status leads when nothing is done; the grace that an expiry begins is the bundle's last policy's."""

FINISHED_WITHIN_SECONDS: Final = 60
"""A row is left to whoever wrote it for 30 seconds, and a letter's next try may be 16 seconds away."""


@pytest_asyncio.fixture(
    scope="module", loop_scope="session", params=[timedelta(), DECADE], ids=["as it was left", "ten years later"]
)
async def world(postgres: PostgresServer, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with opened(postgres) as world:
        if request.param:
            await asyncio.gather(*(forward(world, registration_id) for registration_id in everybody()))
        made = await world.audit.checkpoints.make()
        assert (made.number, made.contradicted) == (2, 0)
        yield world


def everybody() -> list[str]:
    """All that the bundle names."""
    kept = [*MANIFEST.standing.values(), *MANIFEST.halfway.values()]
    return [*(each.registration_id for each in kept), *MANIFEST.due.values(), *MANIFEST.lived.values()]


async def forward(world: World, registration_id: str) -> None:
    """Ten years pass for a registration, unless its life has ended or has not begun."""
    try:
        await world.forward(registration_id, DECADE)
    except TimeNotSkipped:
        assert (await world.audit.snapshot(registration_id)).status in {Status.SUBMITTED, Status.LAPSED, Status.CLOSED}


async def test_it_is_whole(world: World) -> None:
    verification = world.audit.verification.everything(lambda _: None)
    assert [finding async for finding in verification.findings] == []
    report = verification.report
    assert report.registrations >= len(everybody())
    assert report.events >= MANIFEST.events
    assert report.checkpoint == 2


async def _redeemed(world: World, kept: Kept) -> Any:  # noqa: ANN401  as the gateway's
    """With the code of the letter that version 1.0 has sent."""
    assert kept.code
    return await world.redeem(asdict(kept), kept.code)


async def _renewed(world: World, kept: Kept) -> Any:  # noqa: ANN401  as the gateway's
    await world.request_code(asdict(kept))
    return await world.redeem(asdict(kept), await world.code(kept.email))


async def _changed(world: World, kept: Kept) -> Any:  # noqa: ANN401  as the gateway's
    """With the password that version 1.0 has hashed."""
    return await world.citizen.change_password(kept.user_name, PASSWORD, f"{PASSWORD} 2", client_address=CLIENT_ADDRESS)


async def _verified(world: World, kept: Kept) -> Any:  # noqa: ANN401  as the gateway's
    return await world.desk.verify_identity(kept.registration_id, EVIDENCE)


async def _reactivated(world: World, kept: Kept) -> Any:  # noqa: ANN401  as the gateway's
    return await world.desk.reactivate(kept.registration_id, EVIDENCE)


MESSAGES: Final[dict[Status, tuple[Callable[[World, Kept], Awaitable[Any]], Status]]] = {
    Status.AWAITING_ACTIVATION: (_redeemed, Status.TEMPORARY),
    Status.TEMPORARY: (_verified, Status.ACTIVE),
    Status.ACTIVE: (_changed, Status.ACTIVE),
    Status.PASSWORD_EXPIRED: (_renewed, Status.ACTIVE),
    Status.INACTIVE: (_reactivated, Status.AWAITING_REACTIVATION),
    Status.AWAITING_REACTIVATION: (_redeemed, Status.ACTIVE),
}
"""What is sent in each open status, and the status afterwards."""


@pytest.mark.parametrize("status", list(MESSAGES))
async def test_a_registration_in_each_status_takes_a_message(world: World, status: Status) -> None:
    kept, (send, after) = MANIFEST.standing[status], MESSAGES[status]
    before = await world.audit.snapshot(kept.registration_id)
    assert before.status is status
    assert (await send(world, kept)).status is after
    await world.until(kept.registration_id, after)
    assert (await world.audit.snapshot(kept.registration_id)).sequence > before.sequence
    assert await found_of(world, kept.registration_id) == []


@pytest.mark.parametrize("life", ["lapsed", "closed"])
async def test_a_life_that_has_ended_takes_none(world: World, life: str) -> None:
    with pytest.raises((NotAccepted, NotFound)):
        await world.desk.disclose(MANIFEST.lived[life], EVIDENCE)
    assert await found_of(world, MANIFEST.lived[life]) == []


async def test_what_was_left_halfway_is_finished(world: World) -> None:
    """The letter goes out with the code that version 1.0 has made; reconciliation starts and sends the rest."""
    letter, redemption, opening = (MANIFEST.halfway[missing] for missing in ("letter", "redemption", "opening"))
    await world.operations.reconcile()
    for kept in (letter, opening):
        code = await world.code(kept.email, within_seconds=FINISHED_WITHIN_SECONDS)
        assert (await world.redeem(asdict(kept), code)).status is Status.TEMPORARY
    await world.until(redemption.registration_id, Status.TEMPORARY, within_seconds=FINISHED_WITHIN_SECONDS)
    for kept in (letter, redemption, opening):
        assert await found_of(world, kept.registration_id) == []


@pytest.mark.parametrize("status", list(MANIFEST.due))
async def test_what_is_due_ends_as_it_would_have(world: World, status: Status) -> None:
    registration_id = MANIFEST.due[status]
    await forward(world, registration_id)
    await world.until(registration_id, ENDS[status])
    assert await found_of(world, registration_id) == []


@pytest.mark.parametrize("life", list(MANIFEST.lived))
async def test_every_recorded_life_follows_from_this_version(world: World, life: str) -> None:
    outcomes = await world.audit.replay(MANIFEST.lived[life])
    assert outcomes
    assert [outcome for outcome in outcomes if not outcome.holds] == []


async def test_it_is_whole_afterwards(world: World) -> None:
    """With the archive and the checkpoint that follow: they continue those of version 1.0."""
    await archive_pass(world)
    assert (await world.audit.checkpoints.make()).contradicted == 0
    assert await found(world) == []
