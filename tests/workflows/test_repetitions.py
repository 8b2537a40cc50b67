"""An act that is done already is refused as such, and leaves no second event."""

import asyncio
from datetime import timedelta

import pytest

from registration.descriptions import PresentStatus
from registration.errors import AlreadyVerified, InvalidInput, time_fact
from registration.input_rules import InputRule
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, another_address
from starter.gateway import DeskGateway
from starter.gateway.engine import new_request_id
from tests.support.verifying import found_of
from tests.workflows.lives import bring, quiet


async def verifications(world: World, registration_id: str) -> int:
    """How many events say that the identity was verified."""
    events = await world.audit.events(registration_id)
    return [event.kind for event in events].count(EventKind.IDENTITY_VERIFIED)


@pytest.mark.parametrize("status", [Status.AWAITING_ACTIVATION, Status.TEMPORARY])
async def test_an_identity_is_verified_once_and_the_second_clerk_is_told_by_whom_and_when(
    world: World, status: Status
) -> None:
    """The first answer names the time; the same request gets the same answer again."""
    registration_id, _ = await bring(world, status)
    request_id = new_request_id()
    answer = await world.desk.verify_identity(registration_id, EVIDENCE, request_id=request_id)
    at = (await world.audit.events(registration_id))[-1].at
    assert answer.identity_verified_at == at
    other = DeskGateway(world.engine, "clerk-8", "1052")
    for _ in range(2):
        with pytest.raises(AlreadyVerified) as refused:
            await other.verify_identity(registration_id, EVIDENCE)
        assert refused.value.facts == {"clerk": "clerk-7", "office": "1051", "at": time_fact(at)}
    assert await world.desk.verify_identity(registration_id, EVIDENCE, request_id=request_id) == answer
    assert await verifications(world, registration_id) == 1
    await quiet(world, registration_id)
    assert await found_of(world, registration_id) == []
    assert all(run.holds for run in await world.audit.replay(registration_id))


async def test_of_two_clerks_who_verify_at_once_one_is_told_of_the_other(world: World) -> None:
    """Both pass the validator while the first decision is being recorded."""
    for status in (Status.AWAITING_ACTIVATION, Status.TEMPORARY) * 5:
        registration_id, _ = await bring(world, status)
        desks = [DeskGateway(world.engine, "clerk-7", "1051"), DeskGateway(world.engine, "clerk-8", "1052")]
        outcomes = await asyncio.gather(
            *(desk.verify_identity(registration_id, EVIDENCE) for desk in desks), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {PresentStatus, AlreadyVerified}
        assert await verifications(world, registration_id) == 1


async def test_the_present_address_is_no_new_one(world: World) -> None:
    """Neither at the desk nor for the client; a request that is repeated gets its answer again."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    before = await world.audit.events(registration_id)
    letters = len(world.letters(filled["email"]))
    for change in (
        world.desk.change_email(registration_id, filled["email"], EVIDENCE),
        world.citizen.request_email_change(registration_id, filled["email"], client_address=CLIENT_ADDRESS),
    ):
        with pytest.raises(InvalidInput) as refused:
            await change
        assert refused.value.facts == {"field": "email", "rule": InputRule.PRESENT_ADDRESS}
    assert await world.audit.events(registration_id) == before
    fresh, request_id = f"friss.{filled['email']}", new_request_id()
    answers = [await world.desk.change_email(registration_id, fresh, EVIDENCE, request_id=request_id) for _ in range(2)]
    assert answers[0] == answers[1]
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == letters + 1


async def test_the_twin_of_the_present_address_is_no_new_one(world: World) -> None:
    """The domain in Unicode and in A-labels is one domain; a local part in another case stays another address."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    name = filled["email"].partition("@")[0]
    in_unicode, in_ascii = f"{name}@őrség.hu", f"{name}@xn--rsg-cma13c.hu"
    for present, twins in (
        (in_unicode, (in_ascii, in_ascii.replace("xn--", "XN--"))),
        (in_ascii, (in_unicode, in_ascii)),
    ):
        await world.desk.change_email(registration_id, present, EVIDENCE)
        await quiet(world, registration_id)
        before = await world.audit.events(registration_id)
        for twin in twins:
            for change in (
                world.desk.change_email(registration_id, twin, EVIDENCE),
                world.citizen.request_email_change(registration_id, twin, client_address=another_address()),
            ):
                with pytest.raises(InvalidInput) as refused:
                    await change
                assert refused.value.facts == {"field": "email", "rule": InputRule.PRESENT_ADDRESS}
        assert await world.audit.events(registration_id) == before
        await world.desk.change_email(registration_id, f"other.{present}", EVIDENCE)
    await world.desk.change_email(registration_id, f"OTHER.{in_ascii}", EVIDENCE)
    assert (await world.audit.events(registration_id))[-1].kind is EventKind.EMAIL_CHANGED


async def test_reactivated_with_the_twin_of_the_present_address_the_address_stays(world: World) -> None:
    registration_id, filled = await bring(world, Status.INACTIVE)
    name = filled["email"].partition("@")[0]
    await world.desk.change_email(registration_id, f"{name}@őrség.hu", EVIDENCE)
    await world.desk.change_email_and_reactivate(registration_id, f"{name}@xn--rsg-cma13c.hu", EVIDENCE)
    before, last = (await world.audit.events(registration_id))[-2:]
    assert (before.kind, last.kind) == (EventKind.EMAIL_CHANGED, EventKind.REACTIVATED)
    assert last.email_id == before.email_id


async def test_an_extension_to_the_present_end_is_refused_and_moves_nothing(world: World) -> None:
    registration_id, _ = await bring(world, Status.ACTIVE)
    until = (await world.audit.describe(registration_id)).password_valid_until
    assert until
    for moment in (until, until - timedelta(days=1), until.replace(tzinfo=None)):
        await world.operations.extend_validity(registration_id, moment)
    await quiet(world, registration_id)
    events = (await world.audit.events(registration_id))[-3:]
    assert {(event.kind, event.refusal) for event in events} == {(EventKind.SIGNAL_REFUSED, InvalidInput.__name__)}
    assert {event.password_valid_until for event in events} == {until}
