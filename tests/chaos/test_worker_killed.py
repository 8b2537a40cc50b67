"""A worker killed with SIGKILL before and after the effect of each activity; another one takes over."""

import asyncio
from datetime import timedelta
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import UpdateActivityOptionsRequest

from activities import names
from registration.messages import Actor, ActorKind, RedeemCode
from registration.statuses import Channel, Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, form
from starter.gateway.engine import new_request_id, now
from starter.gateway.forms import checked_form
from tests.chaos.doom import doomed_worker
from tests.chaos.moments import LIFE_MOMENTS, PASS_MOMENTS
from tests.support.installation import Installation, installation_on
from tests.support.servers import SharedServers
from tests.support.soundness import assert_sound
from worker import running_workers

OLD: Final = timedelta(minutes=1)
"""Older than what reconciliation leaves to those who still wait."""

RECOVERED_SECONDS: Final = 150
"""A lost attempt to record is given up after 30 s, a pass whose heartbeat stopped after 60 s."""

LOST_LETTER: Final = timedelta(seconds=20)
"""A lost attempt to send a letter is given up after 2 minutes; the test shortens that, as an operator could."""


async def test_a_worker_may_die_before_and_after_the_effect_of_each_activity(shared: SharedServers) -> None:
    """Every activity is tried again by the next worker, and a second time changes nothing.

    Two workers die, each while it holds a call at each moment of its plan: eight registrations in the middle of being
    recorded and written to (two letters accepted by the mail server, but not noted), and six passes of reconciliation
    around a row that was not started and a redemption that was not sent.
    """
    async with installation_on(shared) as (servers, world):
        async with running_workers(world.client, world.settings):
            redeemed, pending, _ = await world.registered()
        forms = [form() for _ in range(sum(LIFE_MOMENTS.values()))]
        opened = await _die_among_registrations(servers, world, forms)
        await _redeem_without_sending(world, redeemed)
        orphan = form()
        submitted = await world.engine.intake.submit(
            checked_form(orphan), Channel.ONLINE, Actor(ActorKind.CITIZEN, "applicant"), now() - OLD
        )
        passes = await _die_among_passes(servers, world)
        async with running_workers(world.client, world.settings):
            async with asyncio.timeout(RECOVERED_SECONDS):
                findings = await asyncio.gather(*passes)
            lives = [*zip(opened, forms, strict=True), (submitted.registration_id, orphan), (redeemed, pending)]
            for registration_id, filled in lives:
                await assert_sound(world, registration_id, filled["email"], within_seconds=RECOVERED_SECONDS)
            for registration_id in [*opened, submitted.registration_id]:
                assert (await world.audit.snapshot(registration_id)).status is Status.AWAITING_ACTIVATION
            repeated = [filled for filled in forms if len(world.letters(filled["email"])) == 2]
            assert len(repeated) == LIFE_MOMENTS["letter:handed over"]
            assert all(len(world.letters(filled["email"])) in {1, 2} for filled in [*forms, orphan])
            session = await world.citizen.authenticate(pending["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
            assert session.status is Status.TEMPORARY
            assert not any(found.disagreements for found in findings)


async def _redeem_without_sending(world: World, registration_id: str) -> None:
    """The rows of a gateway that dies before it sends the message."""
    message = RedeemCode(new_request_id(), Actor(ActorKind.CITIZEN, registration_id), Purpose.PASSWORD, 1)
    hashed = await world.engine.passwords.hash(PASSWORD)
    await world.engine.writer.add_credential(registration_id, message, hashed, now() - OLD)


async def _die_among_registrations(servers: Installation, world: World, forms: list[dict[str, Any]]) -> list[str]:
    async with doomed_worker(servers, LIFE_MOMENTS) as doomed:
        opened = await asyncio.gather(*(world.register(filled) for filled in forms))
        await doomed.died()
    for registration_id in opened:
        await _give_up_lost_letters_soon(world, registration_id)
    statuses = [(await world.audit.snapshot(registration_id)).status for registration_id in opened]
    assert statuses.count(Status.SUBMITTED) == LIFE_MOMENTS["record:before"]
    return opened


async def _die_among_passes(servers: Installation, world: World) -> list[asyncio.Task[Any]]:
    async with doomed_worker(servers, PASS_MOMENTS) as doomed:
        passes = [asyncio.create_task(world.operations.reconcile()) for _ in range(sum(PASS_MOMENTS.values()))]
        await doomed.died()
    return passes


async def _give_up_lost_letters_soon(world: World, registration_id: str) -> None:
    """What `temporal activity update-options --start-to-close-timeout` does."""
    handle = world.handle(registration_id)
    pending = (await handle.describe()).raw_description.pending_activities
    for activity in pending:
        if activity.activity_type.name == names.SEND_LETTER:
            await world.client.workflow_service.update_activity_options(
                UpdateActivityOptionsRequest(
                    namespace=world.client.namespace,
                    execution=WorkflowExecution(workflow_id=handle.id),
                    id=activity.activity_id,
                    activity_options=ActivityOptions(
                        start_to_close_timeout=Duration(seconds=int(LOST_LETTER.total_seconds()))
                    ),
                    update_mask=FieldMask(paths=["start_to_close_timeout"]),
                )
            )
