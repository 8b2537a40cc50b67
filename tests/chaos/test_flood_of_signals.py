"""A faulty message bus sends thousands of signals to one registration."""

from typing import Final

import pytest

from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from temporal.pace import of_each
from tests.chaos.doom import healthy_worker
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.verifying import found_of
from tests.workflows.lives import bring, quiet
from workflows.ledger import MOST_SIGNALS

SIGNALS: Final = 3_000
"""Sent faster than they can be recorded: so many in one workflow task were taken for a deadlock."""

AT_ONCE: Final = 50
ENDS_WITHIN_SECONDS: Final = 600
"""A minute on two free cores."""


@pytest.mark.timeout(2 * ENDS_WITHIN_SECONDS + 300)
async def test_thousands_of_signals_leave_so_many_events_and_the_registration_goes_on_in_a_new_run(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run decides as many as it may, notes once that there were more, and continues as new.

    Its worker is a process of its own that keeps to the SDK's two seconds for a workflow task.
    """
    monkeypatch.delenv("TEMPORAL_DEBUG")
    async with installation_on(shared) as (servers, world), healthy_worker(servers):
        registration_id, _ = await bring(world, Status.TEMPORARY)
        before = len(await world.audit.events(registration_id))
        handle = world.handle(registration_id)
        await of_each(range(SIGNALS), lambda _: handle.signal("promote"), at_once=AT_ONCE)
        await eventually(lambda: _has_another_run(world, registration_id), within_seconds=ENDS_WITHIN_SECONDS)
        await eventually(lambda: _answers(world, registration_id), within_seconds=ENDS_WITHIN_SECONDS)
        events = (await world.audit.events(registration_id))[before:]
        assert {event.kind for event in events} == {EventKind.SIGNAL_REFUSED}
        assert [event.refusal for event in events[: MOST_SIGNALS + 1]] == ["Unreadable"] * MOST_SIGNALS + [
            "TooManySignals"
        ]
        assert (await world.desk.verify_identity(registration_id, EVIDENCE)).status is Status.ACTIVE
        await quiet(world, registration_id)
        assert await found_of(world, registration_id) == []


async def _has_another_run(world: World, registration_id: str) -> bool:
    info = (await world.handle(registration_id).describe()).raw_description.workflow_execution_info
    return bool(info.first_run_id != info.execution.run_id)


async def _answers(world: World, registration_id: str) -> bool:
    described = (await world.handle(registration_id).describe()).raw_description
    return not described.pending_activities and not described.HasField("pending_workflow_task")
