"""Messages that many send to one registration at once."""

import asyncio
from typing import Final

import pytest

from registration.dependencies import Dependency
from registration.descriptions import PresentStatus
from registration.errors import AlreadyReactivated, Unavailable
from registration.statuses import Status
from starter.dev.samples import EVIDENCE
from temporal import keyed_turns
from tests.support.installation import installation_on
from tests.support.servers import SharedServers
from tests.workflows.lives import bring, quiet
from worker import running_workers

TEMPORAL_TAKES: Final = 10
"""Unanswered updates of one workflow; what refuses the next one makes it lose their task."""


async def test_without_a_worker_two_wait_for_it_in_temporal_and_all_others_here(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with installation_on(shared) as (_, world):
        async with running_workers(world.client, world.settings):
            registration_id, _ = await bring(world, Status.INACTIVE)
            await quiet(world, registration_id)
        monkeypatch.setattr(keyed_turns, "_WITHIN_SECONDS", 1)
        acts = {
            asyncio.create_task(world.desk.reactivate(registration_id, EVIDENCE)) for _ in range(TEMPORAL_TAKES + 2)
        }
        waiting = acts
        while len(waiting) > 2:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert {_unavailable(act) for act in acts - waiting} == {Dependency.WORKER}
        async with running_workers(world.client, world.settings):
            answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(answer) for answer in answers} == {PresentStatus, AlreadyReactivated}


def _unavailable(act: asyncio.Task[PresentStatus]) -> Dependency | None:
    trouble = act.exception()
    assert isinstance(trouble, Unavailable)
    return trouble.dependency
