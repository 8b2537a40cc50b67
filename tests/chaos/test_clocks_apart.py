"""A gateway whose clock is a day off, as that of a machine that wakes up: deadlines are the workflow's."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Final

import pytest

from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, PASSWORD, another_address
from starter.gateway import engine
from tests.support.soundness import assert_sound
from tests.support.verifying import found_of
from tests.workflows.lives import quiet

DAY: Final = timedelta(days=1)
ACTIVATION: Final = timedelta(days=30)
SLACK: Final = timedelta(minutes=5)


@pytest.mark.parametrize("off", [DAY, -DAY], ids=["ahead", "behind"])
async def test_a_gateway_whose_clock_is_a_day_off_moves_no_deadline_and_leaves_a_whole_record(
    world: World, monkeypatch: pytest.MonkeyPatch, off: timedelta
) -> None:
    """A process refuses to start so; one that is surprised by it goes on, with an alarm."""
    monkeypatch.setattr(engine, "datetime", SimpleNamespace(now=lambda zone: datetime.now(zone) + off))
    began = datetime.now(UTC)
    registration_id, filled, code = await world.registered()
    description = await world.audit.describe(registration_id)
    assert description.deadline
    assert abs(description.deadline - (began + ACTIVATION)) < SLACK
    answer = await world.redeem(filled, code)
    assert answer.status is Status.TEMPORARY
    assert await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=another_address())
    assert (await world.desk.verify_identity(registration_id, EVIDENCE)).status is Status.ACTIVE
    monkeypatch.undo()
    await quiet(world, registration_id)
    await assert_sound(world, registration_id, filled["email"], acknowledged=[answer])
    assert await found_of(world, registration_id) == []
