"""The daily checkpoint: what the schedule itself starts is written, signed, mailed, and proves what is on record."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Final

import pytest_asyncio

from registration.names import CHECKPOINT_ID
from starter.dev.installation import World
from store.keys import checkpoint_folder
from tests.support.archiving import has_run
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.workflows.lives import quiet
from worker import running_workers

AUDITORS: Final = ("first.auditor@example.org", "second.auditor@example.org")
MADE_SECONDS: Final = 60


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(shared: SharedServers) -> AsyncIterator[World]:
    async with installation_on(shared) as (_, found):
        settings = found.settings.model_copy(update={"auditors": ", ".join(AUDITORS)})
        async with running_workers(found.client, settings):
            yield found


async def test_what_the_schedule_starts_is_a_checkpoint_of_the_record_and_a_letter_to_each_auditor(
    world: World,
) -> None:
    """Each day one; the second is linked to the first and holds what has happened since."""
    folder, record = checkpoint_folder(world.settings), world.audit
    assert folder
    schedule = world.client.get_schedule_handle(CHECKPOINT_ID)
    spec = (await schedule.describe()).schedule.spec
    assert [interval.every for interval in spec.intervals] == [timedelta(days=1)]
    assert folder.numbers() == []
    for number in (1, 2):
        registration_id, _ = await world.active()
        await quiet(world, registration_id)
        await schedule.trigger()
        await eventually(partial(has_run, schedule, number), within_seconds=MADE_SECONDS)
        assert folder.numbers() == list(range(1, number + 1))
        document = await record.checkpoints.document(number)
        assert document
        proof = await record.checkpoints.proof(registration_id, with_events=True)
        assert (proof.document, len(proof.events or ())) == (document, 3)
        for auditor in AUDITORS:
            assert len(world.letters(auditor)) == number
            letter = world.letters(auditor)[-1]
            attached, heads = (part.get_payload(decode=True) for part in letter.iter_attachments())
            assert attached == folder.document(number).read_bytes()
            assert heads == folder.heads(number).read_bytes()
    first, second = folder.read(1), folder.read(2)
    assert (second.checkpoint.previous, second.checkpoint.leaves > first.checkpoint.leaves) == (first.digest, True)
    assert second.checkpoint.at > first.checkpoint.at
