"""What auditors and operators see in Temporal: search attributes, summaries, current details."""

import asyncio
from datetime import timedelta

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.converter import default as default_converter

from registration.names import workflow_id
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, form
from tests.workflows.lives import bring, quiet, to_deadline


async def test_search_attributes_follow_the_registration(world: World) -> None:
    registration_id = (await world.desk.register(filled := form(), EVIDENCE)).registration_id
    await world.redeem(filled, await world.code(filled["email"]))
    active = await world.until(registration_id, Status.ACTIVE)
    assert await _attributes(world, registration_id) == {
        "RegistrationStatus": "ACTIVE",
        "RegistrationChannel": "IN_PERSON",
        "RegistrationOffice": "1051",
        "DeadlineAt": active.deadline,
        "PasswordExpiresAt": active.deadline,
    }
    expired = await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    seen = await _attributes(world, registration_id)
    assert (seen["RegistrationStatus"], seen["DeadlineAt"]) == ("PASSWORD_EXPIRED", expired.deadline)
    await to_deadline(world, registration_id, Status.INACTIVE)
    assert "DeadlineAt" not in await _attributes(world, registration_id)


async def test_the_office_is_the_one_that_moved_the_registration_last(world: World) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    assert "RegistrationOffice" not in await _attributes(world, registration_id)
    await world.desk.verify_identity(registration_id, EVIDENCE)
    assert (await _attributes(world, registration_id))["RegistrationOffice"] == "1051"
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    assert (await _attributes(world, registration_id))["RegistrationOffice"] == "1051"


async def test_registrations_are_found_by_their_status(world: World) -> None:
    """Visibility lags behind by moments."""
    registration_id, _ = await bring(world, Status.TEMPORARY)
    query = f"RegistrationStatus = 'TEMPORARY' and WorkflowId = '{workflow_id(registration_id)}'"
    async with asyncio.timeout(SOON_SECONDS):
        while [found.id async for found in world.client.list_workflows(query)] != [workflow_id(registration_id)]:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.05)
    await world.desk.verify_identity(registration_id, EVIDENCE)
    async with asyncio.timeout(SOON_SECONDS):
        while [found.id async for found in world.client.list_workflows(query)]:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.05)


async def test_the_web_ui_tells_what_a_registration_is_and_does(world: World) -> None:
    """Static summary, a summary for each activity and timer, and current details."""
    registration_id, _ = await bring(world, Status.ACTIVE)
    await world.forward(registration_id, timedelta(days=1))
    handle = world.handle(registration_id)
    assert await (await handle.describe()).static_summary() == "ONLINE"
    summaries = []
    for event in (await handle.fetch_history()).events:
        scheduled = event.HasField("activity_task_scheduled_event_attributes")
        if scheduled or event.HasField("timer_started_event_attributes"):
            assert event.HasField("user_metadata")
            summaries += await default_converter().decode([event.user_metadata.summary])
    assert "1 REGISTRATION_OPENED → AWAITING_ACTIVATION" in summaries
    assert "1-code_password" in summaries
    assert "lapses unless its code is redeemed" in summaries
    assert "reminder: password expires" in summaries
    metadata: WorkflowMetadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    described = await world.audit.describe(registration_id)
    assert metadata.current_details.startswith("**ACTIVE** since ")
    assert described.head in metadata.current_details
    assert f"deadline: {described.deadline:%Y-%m-%d %H:%M} UTC" in metadata.current_details
    names = {update.name for update in metadata.definition.update_definitions}
    assert "reactivate_and_confirm" in names
    await quiet(world, registration_id)


async def _attributes(world: World, registration_id: str) -> dict[str, object]:
    described = await world.handle(registration_id).describe()
    own = {"RegistrationStatus", "RegistrationChannel", "RegistrationOffice", "DeadlineAt", "PasswordExpiresAt"}
    return {pair.key.name: pair.value for pair in described.typed_search_attributes if pair.key.name in own}
