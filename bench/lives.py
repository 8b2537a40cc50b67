"""Two lives, leg by leg, in skipped time: what each leg costs in history."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from bench.costs import Cost, cost_of
from bench.system import System
from registration.names import workflow_id
from registration.statuses import Status
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, form

_QUIET_WITHIN_SECONDS: Final = 30
_LOOK_AGAIN_SECONDS: Final = 0.05
_MOMENT: Final = timedelta(seconds=2)
"""Past a deadline, so that its timer has fired."""

_RUNS_APART_SECONDS: Final = 1.2
"""Runs of skipped time must be this far apart in real time (measured)."""


@dataclass
class Legs:
    """The legs of one life, in their order."""

    system: System
    registration_id: str = ""
    costs: dict[str, Cost] = field(default_factory=dict)
    _seen: int = 0

    async def leg(self, name: str, act: Callable[[], Awaitable[object]], letters: int) -> None:
        """Acts, waits until the letters have come and nothing is under way, and notes what was added to the history."""
        before = self.system.post.count
        await act()
        await self.system.post.has(before + letters, _QUIET_WITHIN_SECONDS)
        new = (await self._quiet())[self._seen :]
        self._seen += len(new)
        at_end = next((i for i, event in enumerate(new) if event.event_type == _CONTINUED), None)
        if at_end is not None:
            self.costs["continue-as-new"] = cost_of(new[at_end:])
            new = new[:at_end]
        self.costs = {**self.costs, name: cost_of(new)}
        if at_end is not None:
            self.costs["continue-as-new"] = self.costs.pop("continue-as-new")
            await asyncio.sleep(_RUNS_APART_SECONDS)

    async def forward(self, moment: datetime) -> None:
        """Lets the registration's time pass until a moment."""
        await self.system.world.forward_to(self.registration_id, moment)

    async def _quiet(self) -> list[HistoryEvent]:
        """The history of all runs, once no task and no activity is pending."""
        async with asyncio.timeout(_QUIET_WITHIN_SECONDS):
            while True:
                before = await self._history()
                handle = self.system.world.handle(self.registration_id)
                described = (await handle.describe()).raw_description
                busy = described.pending_activities or described.HasField("pending_workflow_task")
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                history = await self._history()
                if not busy and len(history) == len(before):
                    return history

    async def _history(self) -> list[HistoryEvent]:
        client = self.system.world.client
        events: list[HistoryEvent] = []
        handle = client.get_workflow_handle(workflow_id(self.registration_id))
        run = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
        while run:
            history = await client.get_workflow_handle(handle.id, run_id=run).fetch_history()
            events += history.events
            last = history.events[-1]
            run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return events


_CONTINUED: Final = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW


async def in_person(system: System) -> dict[str, Cost]:
    """Submission to ACTIVE at a registration body: the leg with an aim."""
    legs, filled = Legs(system), form()

    async def submit() -> None:
        legs.registration_id = (await system.world.desk.register(filled, EVIDENCE)).registration_id

    await legs.leg("in person: submission → code letter", submit, 1)
    await legs.leg("in person: redemption → ACTIVE, letter", lambda: _redeem(system, filled), 1)
    return legs.costs


async def online(system: System) -> dict[str, Cost]:
    """The whole life: redeemed, verified, reminded, expired, inactive, reactivated, renewed, closed, erased."""
    legs, filled, world = Legs(system), form(), system.world

    async def submit() -> None:
        legs.registration_id = await world.register(filled)

    async def deadline() -> datetime:
        snapshot = await world.audit.snapshot(legs.registration_id)
        if snapshot.deadline is None:
            raise ValueError(snapshot.status)
        return snapshot.deadline

    async def pass_deadline() -> None:
        await legs.forward(await deadline() + _MOMENT)

    async def remind() -> None:
        await legs.forward(await deadline() - timedelta(days=1) + _MOMENT)

    await legs.leg("submission → code letter", submit, 1)
    await legs.leg("redemption → TEMPORARY, letter", lambda: _redeem(system, filled), 1)
    await legs.leg(
        "identity verified → ACTIVE, letter", lambda: world.desk.verify_identity(legs.registration_id, EVIDENCE), 1
    )
    await legs.leg("3 reminders", remind, 3)
    await legs.leg("password expires, letter", pass_deadline, 1)
    await legs.leg("60 days later INACTIVE, letter", pass_deadline, 1)
    await legs.leg(
        "signal: reactivated, code letter", lambda: world.desk.signal_reactivate(legs.registration_id, EVIDENCE), 1
    )
    await legs.leg("redemption → ACTIVE, letter", lambda: _redeem(system, filled), 1)
    await world.until(legs.registration_id, Status.ACTIVE)
    await legs.leg(
        "closed by a clerk, letter, erased, ended", lambda: world.desk.close(legs.registration_id, EVIDENCE), 1
    )
    return legs.costs


async def _redeem(system: System, filled: dict[str, Any]) -> None:
    code = system.post.code(filled["email"])
    await system.world.citizen.redeem_code(filled["user_name"], code, PASSWORD, client_address=CLIENT_ADDRESS)
