"""`ugyfelkapu migrate` brings an installation's schedule to what this version needs, and leaves the operator's will."""

from datetime import timedelta

from temporalio.client import ScheduleIntervalSpec, ScheduleUpdate, ScheduleUpdateInput

from registration.names import RECONCILIATION_ID
from registration.reconciliation import PASS_EVERY
from starter.gateway.preparation import prepare
from tests.support.installation import eventually, installation
from tests.support.world import SOON_SECONDS


async def test_a_schedule_of_an_older_version_is_updated_and_stays_paused() -> None:
    async with installation() as (_, world):
        schedule = world.client.get_schedule_handle(RECONCILIATION_ID)

        def older(known: ScheduleUpdateInput) -> ScheduleUpdate:
            """Both at once: the server takes a pause beside an update on in any order."""
            found = known.description.schedule
            found.spec.intervals = [ScheduleIntervalSpec(every=timedelta(minutes=5))]
            found.state.paused, found.state.note = True, "the operator's reason"
            return ScheduleUpdate(found)

        async def every(duration: timedelta) -> bool:
            spec = (await schedule.describe()).schedule.spec
            return [interval.every for interval in spec.intervals] == [duration]

        await schedule.update(older)
        await eventually(lambda: every(timedelta(minutes=5)), within_seconds=SOON_SECONDS)
        await prepare(world.settings, world.client)
        await eventually(lambda: every(PASS_EVERY), within_seconds=SOON_SECONDS)
        state = (await schedule.describe()).schedule.state
        assert (state.paused, state.note) == (True, "the operator's reason")
