"""A message bus gone wild sends thousands of signals to one registration."""

import asyncio
from typing import Final

from registration.record import EventKind
from registration.statuses import Status
from starter.gateway import RecordGateway
from tests.support.installation import eventually
from tests.support.world import EVIDENCE, World, whole_world
from tests.workflows.lives import bring, quiet
from workflows.ledger import MOST_SIGNALS

SIGNALS: Final = 3_000
"""Sent faster than they can be recorded: so many in one workflow task were taken for a deadlock."""

AT_ONCE: Final = 50
ENDS_WITHIN_SECONDS: Final = 200
"""A minute on two free cores."""


async def test_thousands_of_signals_leave_so_many_events_and_the_registration_goes_on_in_a_new_run() -> None:
    """The run decides as many as it may, notes once that there were more, and continues as new."""
    async with whole_world() as world:
        registration_id, _ = await bring(world, Status.TEMPORARY)
        before = len(await world.audit.events(registration_id))
        places = asyncio.Semaphore(AT_ONCE)

        async def send() -> None:
            async with places:
                await world.handle(registration_id).signal("promote")

        await asyncio.gather(*(send() for _ in range(SIGNALS)))
        await eventually(lambda: _has_another_run(world, registration_id), within_seconds=ENDS_WITHIN_SECONDS)
        await eventually(lambda: _answers(world, registration_id), within_seconds=ENDS_WITHIN_SECONDS)
        events = (await world.audit.events(registration_id))[before:]
        assert {event.kind for event in events} == {EventKind.SIGNAL_REFUSED}
        assert [event.refusal for event in events[: MOST_SIGNALS + 1]] == ["Unreadable"] * MOST_SIGNALS + [
            "TooManySignals"
        ]
        assert (await world.desk.verify_identity(registration_id, EVIDENCE)).status is Status.ACTIVE
        await quiet(world, registration_id)
        assert (await RecordGateway(world.engine).verify(registration_id))[1] == []


async def _has_another_run(world: World, registration_id: str) -> bool:
    info = (await world.handle(registration_id).describe()).raw_description.workflow_execution_info
    return bool(info.first_run_id != info.execution.run_id)


async def _answers(world: World, registration_id: str) -> bool:
    described = (await world.handle(registration_id).describe()).raw_description
    return not described.pending_activities and not described.HasField("pending_workflow_task")
