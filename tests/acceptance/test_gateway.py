"""The gateway: log-in, rules for input, and what reconciliation heals or reports."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from registration import errors
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind, ChangePassword
from registration.names import RECONCILIATION_ID
from registration.statuses import Channel, Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, another_address, form
from starter.gateway import CitizenGateway, ReconciliationAnswer
from tests.workflows.lives import bring, quiet

LOG_IN = {
    Status.AWAITING_ACTIVATION: errors.WrongPassword,
    Status.TEMPORARY: None,
    Status.ACTIVE: None,
    Status.PASSWORD_EXPIRED: errors.RequestACode,
    Status.INACTIVE: errors.VisitABody,
    Status.AWAITING_REACTIVATION: errors.RedeemTheCode,
}


@pytest.mark.parametrize("status", LOG_IN)
async def test_each_status_answers_a_log_in_in_its_own_way_to_the_right_password_only(
    world: World, status: Status
) -> None:
    """S5, S9 and principle 10: a wrong password learns nothing of the status."""
    registration_id, filled = await bring(world, status)
    with pytest.raises(errors.WrongPassword):
        await world.citizen.authenticate(filled["user_name"], "nem ez a jelszó", client_address=CLIENT_ADDRESS)
    expected = LOG_IN[status]
    if expected is None:
        session = await world.citizen.authenticate(filled["user_name"].upper(), PASSWORD, client_address=CLIENT_ADDRESS)
        assert (session.registration_id, session.status) == (registration_id, status)
        assert session.deadline == (await world.audit.snapshot(registration_id)).deadline
        return
    with pytest.raises(expected) as refused:
        await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    assert type(refused.value) is expected


async def test_a_code_is_requested_with_a_pair_that_matches_character_for_character(world: World) -> None:
    """S8: not even the case may differ; what is at the ends is no part of either."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    name, email = filled["user_name"], filled["email"]
    events = await world.audit.events(registration_id)
    for wrong in [(name.upper(), email), (name, email.upper()), (name, f"x{email}"), ("senki.sincs", email)]:
        with pytest.raises(errors.WrongPair):
            await world.citizen.request_code(*wrong, client_address=another_address())
    assert await world.audit.events(registration_id) == events
    assert (await world.request_code(filled)).code_valid_until


@pytest.mark.parametrize(
    "password", ["rövid12", "x" * 129, "password1", "Password1", "{user_name}", "", None], ids=repr
)
async def test_a_password_that_breaks_a_rule_is_refused_and_the_code_stays_live(
    world: World, password: str | None
) -> None:
    registration_id, filled, code = await world.registered()
    chosen = filled["user_name"].upper() if password == "{user_name}" else password
    with pytest.raises(errors.InvalidInput) as refused:
        await world.redeem(filled, code, password=chosen)
    assert refused.value.facts["field"] == "password"
    assert len(await world.audit.events(registration_id)) == 1
    assert (await world.redeem(filled, code, password="ő" * 128)).status is Status.TEMPORARY


@pytest.mark.parametrize(
    "email",
    [
        "nincs-kukac.example.org",
        "a@b@example.org",
        "a b@example.org",
        '"a\r\nRCPT TO:<b@example.org>"@example.org',
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "Valaki <a@example.org>",
        '"idézett"@example.org',
        "a@[127.0.0.1]",
        "a@localhost",
        "a\u202eb@example.org",
        "a" * 65 + "@example.org",
        "",
        None,
    ],
    ids=repr,
)
async def test_a_hostile_e_mail_address_is_refused_and_never_repeated(world: World, email: str | None) -> None:
    filled = form(email=email)
    with pytest.raises(errors.InvalidInput) as refused:
        await world.register(filled)
    assert refused.value.facts["field"] == "email"
    assert not email or email not in str(refused.value)
    with pytest.raises(errors.NotFound):
        await world.audit.snapshot(filled["user_name"])


async def test_reconciliation_heals_what_a_crash_left_and_reports_what_disagrees(world: World) -> None:
    """Principle 8: a row without a workflow, a credential without an outcome, and a status somebody wrote by hand.

    The second look, a minute later in the pass's own time, still finds the disagreement; nothing repairs it.
    """
    crashed = form()
    today = datetime.now(UTC)
    submitted = await world.engine.intake.submit(
        RegistrationForm.parse(crashed, today=today.date()),
        Channel.ONLINE,
        Actor(ActorKind.CITIZEN, "applicant"),
        today - timedelta(minutes=2),
    )
    pending_id, pending_form = await bring(world, Status.TEMPORARY)
    message = ChangePassword(str(uuid4()), Actor(ActorKind.CITIZEN, pending_id))
    password_hash = await world.engine.passwords.hash("Elakadt jelszó 3")
    await world.engine.writer.add_credential(pending_id, message, password_hash, today - timedelta(minutes=2))
    hopeless_id, _, _ = await world.registered()
    hopeless = replace(message, request_id=str(uuid4()), actor=Actor(ActorKind.CITIZEN, hopeless_id))
    await world.engine.writer.add_credential(hopeless_id, hopeless, password_hash, today - timedelta(minutes=2))
    planted, _ = await bring(world, Status.TEMPORARY)
    await _write_status(world, planted, Status.ACTIVE)

    findings = await _pass(world)

    await world.until(submitted.registration_id, Status.AWAITING_ACTIVATION)
    code = await world.code(crashed["email"])
    assert (await world.redeem(crashed, code)).status is Status.TEMPORARY
    assert await CitizenGateway(world.engine).authenticate(
        pending_form["user_name"], "Elakadt jelszó 3", client_address=CLIENT_ADDRESS
    )
    assert await world.engine.reader.credential_state(hopeless.request_id) == "REFUSED"
    disagreements = {found.registration_id: (found.stored, found.running) for found in findings.disagreements}
    assert disagreements[planted] == ("ACTIVE", "TEMPORARY")
    assert submitted.registration_id not in disagreements
    assert pending_id not in disagreements
    assert (await world.audit.snapshot(planted)).status is Status.ACTIVE
    assert (await world.audit.describe(planted)).status is Status.TEMPORARY
    await _write_status(world, planted, Status.TEMPORARY)


async def _pass(world: World) -> ReconciliationAnswer:
    """A pass of reconciliation, its minute skipped; the schedule's own passes are named by dates."""
    skipper = TimeSkipper(world.client, config=TimeSkippingConfig(enabled=False))
    running = asyncio.ensure_future(world.operations.reconcile())
    query = f"ExecutionStatus = 'Running' and WorkflowId STARTS_WITH '{RECONCILIATION_ID}-0'"
    async with asyncio.timeout(SOON_SECONDS):
        while not (ids := [found.id async for found in world.client.list_workflows(query)]):  # noqa: ASYNC110  bounded
            await asyncio.sleep(0.05)
    await skipper.fast_forward(world.client.get_workflow_handle(ids[0]), timedelta(minutes=2))
    return await running


async def _write_status(world: World, registration_id: str, status: Status) -> None:
    await world.sql("update registrations set status = $2 where id = $1", registration_id, str(status))
    await quiet(world, registration_id)
