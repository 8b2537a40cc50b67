"""Every message in every open status: accepted by the table of docs/architecture.md, or refused without a trace."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from registration import messages as m
from registration.descriptions import PresentStatus
from registration.errors import (
    AlreadyReactivated,
    AlreadyVerified,
    CodeNotLive,
    EvidenceMissing,
    NotAccepted,
    NotAllowed,
    WrongCode,
)
from registration.messages import Actor, ActorKind
from registration.record import EventKind
from registration.statuses import OPEN_STATUSES, Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, form
from starter.gateway import CitizenGateway, open_engine
from tests.support.sound_messages import SEEN
from tests.workflows.lives import MOMENTS, bring, code_among, quiet, refusal
from tests.workflows.messages import CITIZEN, CLERK, MESSAGES

WITHOUT_EVIDENCE: Final = {"redeem_code", "request_code", "change_password", "send_again", "correct_email"}

S = Status
REFUSED_IN: Final = {  # by hand, from the table in docs/architecture.md
    S.AWAITING_ACTIVATION: {"change_password", "reactivate_and_confirm"},
    S.TEMPORARY: {"correct_email", "reactivate_and_confirm"},
    S.ACTIVE: {"correct_email", "verify_identity", "reactivate_and_confirm"},
    S.PASSWORD_EXPIRED: {"correct_email", "change_password", "verify_identity", "reactivate_and_confirm"},
    S.INACTIVE: {"correct_email", "redeem_code", "request_code", "change_password", "verify_identity"},
    S.AWAITING_REACTIVATION: {"correct_email", "change_password", "verify_identity", "reactivate_and_confirm"},
}


@pytest.mark.parametrize("status", OPEN_STATUSES)
async def test_a_message_that_a_status_does_not_accept_is_refused_by_the_validator_and_writes_nothing(
    world: World, status: Status
) -> None:
    """The typed error names the status, the message and what is possible instead; the history does not grow."""
    registration_id, _ = await bring(world, status)
    length = await quiet(world, registration_id)
    events = await world.audit.events(registration_id)
    for name in sorted(REFUSED_IN[status]):
        error = await refusal(world, registration_id, name, MESSAGES[name])
        facts = error.details[0]
        if (status, name) == (Status.AWAITING_REACTIVATION, "reactivate_and_confirm"):
            assert error.type == AlreadyReactivated.__name__
            assert facts["clerk"] == "clerk-7"
            continue
        if (status, name) == (Status.ACTIVE, "verify_identity"):
            assert error.type == AlreadyVerified.__name__
            assert facts["clerk"] == "clerk-7"
            continue
        assert error.type == NotAccepted.__name__
        assert facts["status"] == status
        assert facts["message"] == name.removesuffix("_and_confirm")
        assert _possible(status, MESSAGES[name].actor) in facts["instead"]
    for name in sorted(MESSAGES.keys() - REFUSED_IN[status] - WITHOUT_EVIDENCE):
        without_evidence = type(MESSAGES[name])(**{**vars(MESSAGES[name]), "evidence": None})
        error = await refusal(world, registration_id, name, without_evidence)
        assert error.type == EvidenceMissing.__name__
    for name in sorted(MESSAGES):
        auditor = type(MESSAGES[name])(**{**vars(MESSAGES[name]), "actor": Actor(ActorKind.AUDITOR, "auditor-1")})
        error = await refusal(world, registration_id, name, auditor)
        assert error.type == NotAllowed.__name__
    assert await quiet(world, registration_id) == length
    assert await world.audit.events(registration_id) == events


def _possible(status: Status, actor: Actor) -> str:
    """What this kind of actor can do instead: a client who is inactive can only go to a registration body (S9)."""
    if actor.kind is ActorKind.CLERK:
        return "disclose"
    return "visit_registration_body" if status is Status.INACTIVE else "close"


@pytest.mark.parametrize("status", OPEN_STATUSES)
async def test_messages_that_every_status_accepts_change_what_they_say_and_no_more(
    world: World, status: Status
) -> None:
    """disclose, change_email and, but for INACTIVE, request_code move no status and no deadline; close is final."""
    registration_id, filled = await bring(world, status)
    before = await world.audit.snapshot(registration_id)
    disclosed = await world.desk.disclose(registration_id, EVIDENCE)
    assert (disclosed.user_name, disclosed.email) == (filled["user_name"], filled["email"])
    fresh = f"uj.{filled['email']}"
    changed = await world.desk.change_email(registration_id, fresh, EVIDENCE)
    assert (changed.status, changed.deadline) == (before.status, before.deadline)
    assert (changed.code_valid_until is not None) is status.awaits_code
    if status is Status.INACTIVE:
        with pytest.raises(NotAccepted):
            await world.citizen.request_code(filled["user_name"], fresh, client_address=CLIENT_ADDRESS)
    else:
        requested = await world.citizen.request_code(filled["user_name"], fresh, client_address=CLIENT_ADDRESS)
        assert (requested.status, requested.deadline) == (before.status, before.deadline)
        assert requested.code_valid_until is not None
        ends = [requested.as_of + timedelta(days=5)] + [before.deadline] * (before.deadline is not None)
        if status.awaits_code:
            assert requested.code_valid_until == before.deadline
        else:
            assert abs(requested.code_valid_until - min(e for e in ends if e)) < MOMENTS
    after = await world.audit.snapshot(registration_id)
    assert (after.status, after.since, after.deadline) == (before.status, before.since, before.deadline)
    closed = await world.desk.close(registration_id, EVIDENCE)
    assert (closed.status, closed.deadline, closed.code_valid_until) == (Status.CLOSED, None, None)
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert EventKind.DATA_DISCLOSED in kinds
    assert EventKind.EMAIL_CHANGED in kinds
    with pytest.raises(NotAccepted):
        await world.desk.disclose(registration_id, EVIDENCE)


@pytest.mark.parametrize("status", [Status.TEMPORARY, Status.ACTIVE])
async def test_a_changed_password_starts_a_new_validity_of_the_chosen_length(world: World, status: Status) -> None:
    """S7; a temporary registration's 30 days do not move."""
    registration_id, filled = await bring(world, status)
    before = await world.audit.describe(registration_id)
    answer = await world.citizen.change_password(
        filled["user_name"], PASSWORD, "Más jelszó 222", client_address=CLIENT_ADDRESS, validity_days=90
    )
    at = (await world.audit.events(registration_id))[-1].at
    assert answer.status is status
    assert answer.password_valid_until == at + timedelta(days=90)
    assert answer.deadline == (before.deadline if status is Status.TEMPORARY else answer.password_valid_until)


async def test_an_extension_moves_the_expiry_beyond_2_years_and_makes_an_expired_password_valid_again(
    world: World,
) -> None:
    """ACTIVE and PASSWORD_EXPIRED accept `extend_validity`."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    far = datetime(datetime.now(UTC).year + 5, 1, 1, tzinfo=UTC)
    await world.operations.extend_validity(registration_id, far)
    await quiet(world, registration_id)
    extended = await world.audit.describe(registration_id)
    assert (extended.status, extended.deadline, extended.password_valid_until) == (Status.ACTIVE, far, far)
    await world.forward_to(registration_id, far + timedelta(days=1))
    await world.until(registration_id, Status.PASSWORD_EXPIRED)
    await world.operations.extend_validity(registration_id, far + timedelta(days=100))
    again = await world.until(registration_id, Status.ACTIVE)
    assert again.deadline == far + timedelta(days=100)
    session = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    assert session.status is Status.ACTIVE


async def test_a_refused_signal_leaves_an_event_that_names_the_refusal(world: World) -> None:
    """Principle 12, for both signals; the status stays."""
    registration_id, _ = await bring(world, Status.TEMPORARY)
    await world.desk.signal_reactivate(registration_id, EVIDENCE, request_id="bus-1")
    await world.operations.extend_validity(registration_id, datetime(2050, 1, 1, tzinfo=UTC))
    await quiet(world, registration_id)
    refused = [e for e in await world.audit.events(registration_id) if e.kind is EventKind.SIGNAL_REFUSED]
    assert [event.refusal for event in refused] == ["NotAccepted", "NotAccepted"]
    assert refused[0].request_id == "bus-1"
    assert [event.actor.id for event in refused] == ["clerk-7", "operator-1"]
    assert {event.status for event in refused} == {Status.TEMPORARY}
    await world.desk.signal_reactivate(registration_id, EVIDENCE, request_id="bus-1")
    await quiet(world, registration_id)
    assert len(await world.audit.events(registration_id)) == refused[-1].sequence


async def test_signals_that_nobody_can_read_leave_events_and_block_nothing(world: World) -> None:
    """The SDK drops what it cannot decode; over a missing argument it would fail every task of the workflow."""
    registration_id, _ = await bring(world, Status.INACTIVE)
    before = len(await world.audit.events(registration_id))
    unreadable: list[tuple[str, list[object]]] = [
        ("reactivate", []),
        ("reactivate", [MESSAGES["reactivate_and_confirm"]] * 2),
        ("reactivate", [{"request_id": 7}]),
        ("reactivate", [None]),
        ("extend_validity", [b"\xff"]),
        ("promote", [CLERK]),
    ]
    for name, arguments in unreadable:
        await world.handle(registration_id).signal(name, args=arguments)
    await world.desk.reactivate(registration_id, EVIDENCE)
    *refused, reactivated = (await world.audit.events(registration_id))[before:]
    assert len(refused) == len(unreadable)
    assert {(e.kind, e.refusal, e.actor) for e in refused} == {(EventKind.SIGNAL_REFUSED, "Unreadable", m.SYSTEM)}
    assert reactivated.kind is EventKind.REACTIVATED


async def test_a_repeated_request_id_changes_nothing_and_gets_the_same_answer(world: World) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    first = await world.desk.verify_identity(registration_id, EVIDENCE, request_id="once")
    events = await world.audit.events(registration_id)
    handle = world.handle(registration_id)
    other_update = m.VerifyIdentity("once", CLERK, SEEN)
    again = await handle.execute_update("verify_identity", other_update, id="another-id", result_type=m.Answer)
    repeated = await world.desk.verify_identity(registration_id, EVIDENCE, request_id="once")
    assert repeated == first == PresentStatus.of(again)
    assert await world.audit.events(registration_id) == events


async def test_of_50_redemptions_of_one_code_at_once_exactly_one_succeeds(world: World) -> None:
    """Through two processes' gateways, each from an address of its own; the winner's password logs in."""
    registration_id, filled, code = await world.registered()
    async with open_engine(world.settings, world.client) as second:
        citizens = [world.citizen, CitizenGateway(second)]
        outcomes = await asyncio.gather(
            *(
                citizens[number % 2].redeem_code(
                    filled["user_name"], code, f"Jelszavam {number:03}", client_address=f"198.51.100.{number}"
                )
                for number in range(50)
            ),
            return_exceptions=True,
        )
    winners = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, PresentStatus)]
    assert len(winners) == 1
    assert {type(outcome) for outcome in outcomes} == {PresentStatus, CodeNotLive}
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds.count(EventKind.CODE_REDEEMED) == 1
    password = f"Jelszavam {winners[0]:03}"
    assert await world.citizen.authenticate(filled["user_name"], password, client_address=CLIENT_ADDRESS)


async def test_updates_that_pass_the_validator_together_are_decided_alone(world: World) -> None:
    """Eight redemptions without the gateway: all are accepted before the first is recorded, one is granted."""
    registration_id, _, _ = await world.registered()
    handle = world.handle(registration_id)
    redemptions = [m.RedeemCode(str(uuid4()), CITIZEN, Purpose.PASSWORD, 1) for _ in range(8)]
    outcomes = await asyncio.gather(
        *(handle.execute_update("redeem_code", message, result_type=m.Answer) for message in redemptions),
        return_exceptions=True,
    )
    granted = [outcome for outcome in outcomes if isinstance(outcome, m.Answer)]
    refused = [outcome.cause for outcome in outcomes if isinstance(outcome, WorkflowUpdateFailedError)]
    assert len(granted) == 1
    assert [cause.type for cause in refused if isinstance(cause, ApplicationError)] == ["CodeNotLive"] * 7


async def test_an_address_changed_by_a_clerk_voids_the_code_and_tells_both_addresses(world: World) -> None:
    """The old code is void, a new one goes to the new address, and the old and the new address are informed."""
    filled = form()
    registration_id = await world.register(filled)
    old_code = await world.code(filled["email"])
    fresh = f"friss.{filled['email']}"
    await world.desk.change_email(registration_id, fresh, EVIDENCE)
    await quiet(world, registration_id)
    notices, code_letter = len(world.letters(filled["email"])), code_among(world.letters(fresh))
    assert notices == 2
    assert len(world.letters(fresh)) == 2
    assert code_letter != old_code
    with pytest.raises(WrongCode):
        await world.redeem(filled, old_code)
    assert (await world.redeem(filled, code_letter)).status is Status.TEMPORARY
