"""The lifecycle in skipped time on the real server."""

from datetime import timedelta

from registration.statuses import Status
from tests.support.world import World


async def test_an_unredeemed_registration_lapses_exactly_30_days_after_it_was_opened(world: World) -> None:
    """S3: AWAITING_ACTIVATION ends by lapse after 30 days."""
    registration_id, _, _ = await world.registered()
    opened = await world.until(registration_id, Status.AWAITING_ACTIVATION)
    await world.forward(registration_id, timedelta(days=31))
    lapsed = await world.audit.snapshot(registration_id)
    assert opened.since is not None
    assert opened.deadline == opened.since + timedelta(days=30)
    assert lapsed.status is Status.LAPSED
    assert lapsed.since is not None
    assert lapsed.since - opened.deadline < timedelta(seconds=2)
