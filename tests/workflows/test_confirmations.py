"""A client confirms a new address and the closing of its account with codes, in skipped time."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest

from registration.descriptions import PresentStatus
from registration.errors import CodeNotLive, NotAccepted, WrongCode, WrongPassword
from registration.messages import Actor, ActorKind, RedeemCode
from registration.record import EventKind
from registration.statuses import Purpose, Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, another_address
from tests.workflows.lives import MINUTE, bring, code_among, quiet

DAY: Final = timedelta(days=1)
CONFIRMED: Final = {EventKind.EMAIL_CHANGED, EventKind.REGISTRATION_CLOSED}
PURPOSES: Final = [Purpose.NEW_EMAIL, Purpose.CLOSURE]


async def confirm(world: World, filled: dict[str, Any], code: str, purpose: Purpose) -> PresentStatus:
    return await world.citizen.confirm(filled["user_name"], code, purpose, client_address=CLIENT_ADDRESS)


async def asked(
    world: World, registration_id: str, filled: dict[str, Any], purpose: Purpose
) -> tuple[PresentStatus, str]:
    """The answer to a client's request, and the code that it sent."""
    address = f"uj.{filled['email']}" if purpose is Purpose.NEW_EMAIL else filled["email"]
    before = len(world.letters(address))
    if purpose is Purpose.NEW_EMAIL:
        answer = await world.citizen.request_email_change(registration_id, address, client_address=another_address())
    else:
        answer = await world.citizen.request_closure(registration_id, client_address=another_address())
    return answer, await world.code(address, before + 1)


async def test_a_new_address_is_confirmed_and_both_addresses_hear_of_it(world: World) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    before = await world.audit.snapshot(registration_id)
    letters = len(world.letters(filled["email"]))
    answer, code = await asked(world, registration_id, filled, Purpose.NEW_EMAIL)
    assert answer.code_valid_until is not None
    assert timedelta() <= answer.as_of + 5 * DAY - answer.code_valid_until < MINUTE
    assert (await world.audit.snapshot(registration_id)).email_id == before.email_id
    assert len(world.letters(filled["email"])) == letters
    confirmed = await confirm(world, filled, code, Purpose.NEW_EMAIL)
    assert (confirmed.status, confirmed.deadline) == (before.status, before.deadline)
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == letters + 1
    assert len(world.letters(f"uj.{filled['email']}")) == 2
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds[-2:] == [EventKind.EMAIL_CHANGE_REQUESTED, EventKind.EMAIL_CHANGED]
    letters = len(world.letters(f"uj.{filled['email']}"))
    await world.citizen.request_code(filled["user_name"], f"uj.{filled['email']}", client_address=another_address())
    assert await world.code(f"uj.{filled['email']}", letters + 1)


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_a_confirmation_is_noted_on_its_code_and_one_that_no_gateway_sent_is_not(
    world: World, purpose: Purpose
) -> None:
    """So that a redemption that was sent to Temporal directly can be named."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    _, code = await asked(world, registration_id, filled, purpose)
    assert await noted(world, registration_id, purpose) == [None]
    if purpose is Purpose.NEW_EMAIL:
        live = (await world.audit.snapshot(registration_id)).code_for(purpose)
        assert live
        forged = RedeemCode("forged", Actor(ActorKind.CITIZEN, registration_id), purpose, live.sequence)
        await world.handle(registration_id).execute_update("redeem_code", forged)
        assert await noted(world, registration_id, purpose) == [None]
        _, code = await asked(world, registration_id, {"email": f"uj.{filled['email']}"}, purpose)
    await confirm(world, filled, code, purpose)
    events = await world.audit.events(registration_id)
    redeemed = [event.request_id for event in events if event.kind in CONFIRMED and event.request_id != "forged"]
    assert (await noted(world, registration_id, purpose))[-1:] == redeemed


async def noted(world: World, registration_id: str, purpose: Purpose) -> list[str | None]:
    """The requests that are noted on the codes of a purpose."""
    rows = await world.sql(
        "select confirmation_id from codes where registration_id = $1 and purpose = $2 order by sequence",
        registration_id,
        purpose,
    )
    return [row[0] and str(row[0]) for row in rows]


async def test_a_confirmed_closure_ends_the_life_and_erases_the_personal_data(world: World) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    _, code = await asked(world, registration_id, filled, Purpose.CLOSURE)
    assert (await confirm(world, filled, code, Purpose.CLOSURE)).status is Status.CLOSED
    with pytest.raises(WrongPassword):
        await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)
    assert await world.engine.reader.person(registration_id) is None
    with pytest.raises(WrongCode):
        await confirm(world, filled, code, Purpose.CLOSURE)
    with pytest.raises(NotAccepted):
        await world.citizen.request_closure(registration_id, client_address=another_address())


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_a_confirmation_code_lives_exactly_5_days(world: World, purpose: Purpose) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    answer, late = await asked(world, registration_id, filled, purpose)
    assert answer.code_valid_until is not None
    await world.forward_to(registration_id, answer.code_valid_until + MINUTE)
    with pytest.raises(CodeNotLive):
        await confirm(world, filled, late, purpose)
    answer, code = await asked(world, registration_id, filled, purpose)
    assert answer.code_valid_until is not None
    await world.forward_to(registration_id, answer.code_valid_until - MINUTE)
    with pytest.raises(WrongCode):
        await confirm(world, filled, late, purpose)
    assert await confirm(world, filled, code, purpose)


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_a_confirmation_is_void_once_a_clerk_has_changed_the_address(world: World, purpose: Purpose) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    _, code = await asked(world, registration_id, filled, purpose)
    await world.desk.change_email(registration_id, f"friss.{filled['email']}", EVIDENCE)
    with pytest.raises(CodeNotLive):
        await confirm(world, filled, code, purpose)


async def test_a_new_address_confirmed_again_after_a_lost_answer_gets_the_same_answer(world: World) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    _, code = await asked(world, registration_id, filled, Purpose.NEW_EMAIL)
    answer = await confirm(world, filled, code, Purpose.NEW_EMAIL)
    await quiet(world, registration_id)
    events = await world.audit.events(registration_id)
    assert await confirm(world, filled, code, Purpose.NEW_EMAIL) == answer
    assert await world.audit.events(registration_id) == events


async def test_of_10_confirmations_of_one_closure_at_once_each_gets_the_same_answer(world: World) -> None:
    """One message under one id: all that find the user name in time get the same answer."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    _, code = await asked(world, registration_id, filled, Purpose.CLOSURE)
    outcomes = await asyncio.gather(
        *(confirm(world, filled, code, Purpose.CLOSURE) for _ in range(10)), return_exceptions=True
    )
    answers = [outcome for outcome in outcomes if isinstance(outcome, PresentStatus)]
    assert answers
    assert [answer == answers[0] for answer in answers] == [True] * len(answers)
    assert {type(outcome) for outcome in outcomes} <= {PresentStatus, WrongCode, NotAccepted}
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds.count(EventKind.REGISTRATION_CLOSED) == 1


async def test_a_code_confirms_nothing_but_what_it_was_sent_for(world: World) -> None:
    """Three codes are live at once; each is refused for the other purposes, and works for its own."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    _, email_code = await asked(world, registration_id, filled, Purpose.NEW_EMAIL)
    _, closure_code = await asked(world, registration_id, filled, Purpose.CLOSURE)
    letters = len(world.letters(filled["email"]))
    await world.request_code(filled)
    password_code = await world.code(filled["email"], letters + 1)
    assert len((await world.audit.snapshot(registration_id)).codes) == 3
    for code, purpose in ((email_code, Purpose.CLOSURE), (password_code, Purpose.NEW_EMAIL)):
        with pytest.raises(WrongCode):
            await confirm(world, filled, code, purpose)
    with pytest.raises(WrongCode):
        await world.redeem(filled, closure_code)
    await world.redeem(filled, password_code)
    with pytest.raises(CodeNotLive):
        await confirm(world, filled, closure_code, Purpose.CLOSURE)


async def test_while_a_code_is_awaited_a_confirmed_address_gets_a_fresh_one(world: World) -> None:
    registration_id, filled = await bring(world, Status.AWAITING_ACTIVATION)
    old = await world.code(filled["email"])
    _, code = await asked(world, registration_id, filled, Purpose.NEW_EMAIL)
    await confirm(world, filled, code, Purpose.NEW_EMAIL)
    await quiet(world, registration_id)
    fresh = code_among(world.letters(f"uj.{filled['email']}")[1:])
    with pytest.raises(WrongCode):
        await world.redeem(filled, old)
    assert (await world.redeem(filled, fresh)).status is Status.TEMPORARY
