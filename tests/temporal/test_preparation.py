"""`ugyfelkapu migrate` brings an installation's schedule to what this version needs, and leaves the operator's will."""

from datetime import timedelta
from typing import cast

import pytest
from temporalio.client import ScheduleActionStartWorkflow, ScheduleIntervalSpec, ScheduleUpdate, ScheduleUpdateInput
from temporalio.service import RPCError

from registration.names import ARCHIVE_ID, CHECKPOINT_ID, CHECKPOINTS_QUEUE, RECONCILIATION_ID
from registration.reconciliation import PASS_EVERY, PASSES_FOR
from starter.dev.installation import SOON_SECONDS
from starter.gateway.preparation import prepare
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers


async def test_a_schedule_of_an_older_version_is_updated_and_stays_paused(shared: SharedServers) -> None:
    async with installation_on(shared) as (_, world):
        schedule = world.client.get_schedule_handle(RECONCILIATION_ID)

        def older(known: ScheduleUpdateInput) -> ScheduleUpdate:
            """Both at once: the server takes a pause beside an update on in any order."""
            found = known.description.schedule
            found.spec.intervals = [ScheduleIntervalSpec(every=timedelta(minutes=5))]
            cast("ScheduleActionStartWorkflow", found.action).run_timeout = None
            found.state.paused, found.state.note = True, "the operator's reason"
            return ScheduleUpdate(found)

        async def every(duration: timedelta) -> bool:
            spec = (await schedule.describe()).schedule.spec
            return [interval.every for interval in spec.intervals] == [duration]

        async def at_most(duration: timedelta) -> bool:
            return (
                cast("ScheduleActionStartWorkflow", (await schedule.describe()).schedule.action).run_timeout == duration
            )

        await schedule.update(older)
        await eventually(lambda: every(timedelta(minutes=5)), within_seconds=SOON_SECONDS)
        await prepare(world.settings, world.client)
        await eventually(lambda: every(PASS_EVERY), within_seconds=SOON_SECONDS)
        assert await at_most(2 * PASSES_FOR)
        state = (await schedule.describe()).schedule.state
        assert (state.paused, state.note) == (True, "the operator's reason")


async def test_there_is_a_daily_checkpoint_where_a_folder_is_set_and_none_where_none_is(shared: SharedServers) -> None:
    async with installation_on(shared) as (_, world):
        schedule = world.client.get_schedule_handle(CHECKPOINT_ID)
        found = (await schedule.describe()).schedule
        assert [interval.every for interval in found.spec.intervals] == [timedelta(days=1)]
        assert isinstance(found.action, ScheduleActionStartWorkflow)
        assert found.action.task_queue == CHECKPOINTS_QUEUE
        await schedule.delete()
        await prepare(world.settings.model_copy(update={"checkpoint_folder": None}), world.client)
        with pytest.raises(RPCError, match="not found"):
            await schedule.describe()


async def test_an_outage_is_made_up_for_by_one_start_of_each_schedule(shared: SharedServers) -> None:
    """A pass does what those before it would have done; a daily checkpoint may be a day late, not skipped."""
    async with installation_on(shared) as (_, world):
        windows = {
            schedule_id: (await world.client.get_schedule_handle(schedule_id).describe()).schedule.policy.catchup_window
            for schedule_id in (RECONCILIATION_ID, CHECKPOINT_ID, ARCHIVE_ID)
        }
    assert windows == {
        RECONCILIATION_ID: timedelta(minutes=1),
        CHECKPOINT_ID: timedelta(days=1),
        ARCHIVE_ID: timedelta(hours=1),
    }


async def test_a_schedule_that_would_make_up_for_a_year_is_updated(shared: SharedServers) -> None:
    async with installation_on(shared) as (_, world):
        schedule = world.client.get_schedule_handle(ARCHIVE_ID)

        def older(known: ScheduleUpdateInput) -> ScheduleUpdate:
            found = known.description.schedule
            found.policy.catchup_window = timedelta(days=365)
            return ScheduleUpdate(found)

        async def made_up_for(duration: timedelta) -> bool:
            return (await schedule.describe()).schedule.policy.catchup_window == duration

        await schedule.update(older)
        await eventually(lambda: made_up_for(timedelta(days=365)), within_seconds=SOON_SECONDS)
        await prepare(world.settings, world.client)
        await eventually(lambda: made_up_for(timedelta(hours=1)), within_seconds=SOON_SECONDS)
