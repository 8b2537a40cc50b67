"""`ugyfelkapu migrate` brings an installation's schedule to what this version needs, and leaves the operator's will."""

from datetime import timedelta

from temporalio.client import ScheduleIntervalSpec, ScheduleUpdate, ScheduleUpdateInput

from registration.names import RECONCILIATION_ID
from registration.reconciliation import PASS_EVERY
from starter.gateway.preparation import prepare
from tests.support.installation import installation


async def test_a_schedule_of_an_older_version_is_updated_and_stays_paused() -> None:
    async with installation() as (_, world):
        schedule = world.client.get_schedule_handle(RECONCILIATION_ID)

        def older(known: ScheduleUpdateInput) -> ScheduleUpdate:
            known.description.schedule.spec.intervals = [ScheduleIntervalSpec(every=timedelta(minutes=5))]
            return ScheduleUpdate(known.description.schedule)

        await schedule.update(older)
        await schedule.pause(note="the operator's reason")
        await prepare(world.settings, world.client)
        found = (await schedule.describe()).schedule
        assert [interval.every for interval in found.spec.intervals] == [PASS_EVERY]
        assert (found.state.paused, found.state.note) == (True, "the operator's reason")
