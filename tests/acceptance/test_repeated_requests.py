"""A caller that lost an answer asks again under the same request id: nothing more changes, the answer is the same."""

import asyncio
from uuid import uuid4

import pytest

from registration.errors import InvalidInput, NotFound, UserNameTaken, WrongCode, WrongPassword
from registration.record import EventKind
from registration.statuses import Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, another_address, form
from starter.gateway.engine import new_request_id
from tests.workflows.lives import bring, quiet

NEXT_PASSWORD = "Még titkosabb 2"


async def test_a_registration_sent_twice_under_one_id_is_one_registration(world: World) -> None:
    filled, request_id = form(), new_request_id()
    assert await world.register(filled, request_id=request_id) == request_id
    await world.code(filled["email"])
    assert await world.register(filled, request_id=request_id) == request_id
    other = form()
    assert await world.register(other, request_id=request_id) == request_id
    await quiet(world, request_id)
    assert len(world.letters(filled["email"])) == 1
    with pytest.raises(NotFound):
        await world.audit.snapshot(other["user_name"])
    with pytest.raises(UserNameTaken):
        await world.register(filled, request_id=new_request_id())


async def test_a_registration_that_has_lapsed_does_not_begin_again(world: World) -> None:
    filled, request_id = form(), new_request_id()
    await world.register(filled, request_id=request_id)
    await world.code(filled["email"])
    deadline = (await world.audit.snapshot(request_id)).deadline
    assert deadline
    await world.forward_to(request_id, deadline)
    await world.until(request_id, Status.LAPSED)
    assert await world.register(filled, request_id=request_id) == request_id
    assert (await world.audit.snapshot(request_id)).status is Status.LAPSED


async def test_a_redemption_repeated_at_once_and_later_is_one_redemption(world: World) -> None:
    registration_id, filled, code = await world.registered()
    request_id = str(uuid4())
    answers = await asyncio.gather(*(world.redeem(filled, code, request_id=request_id) for _ in range(5)))
    later = await world.redeem(filled, code, request_id=request_id)
    assert [answer == later for answer in answers] == [True] * 5
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds.count(EventKind.CODE_REDEEMED) == 1
    with pytest.raises(WrongCode):
        await world.redeem(filled, "0000-0000-0000-0000", request_id=request_id)


async def test_a_change_of_password_is_repeated_with_what_proved_it_or_with_the_new_password(world: World) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    request_id = str(uuid4())

    async def change(present: str, password: str) -> object:
        return await world.citizen.change_password(
            filled["user_name"], present, password, client_address=CLIENT_ADDRESS, request_id=request_id
        )

    answer = await change(PASSWORD, NEXT_PASSWORD)
    assert await change(PASSWORD, NEXT_PASSWORD) == answer
    with pytest.raises(WrongPassword):
        await change(PASSWORD, "Harmadik titok 3")
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds.count(EventKind.PASSWORD_CHANGED) == 1
    assert await world.citizen.authenticate(filled["user_name"], NEXT_PASSWORD, client_address=CLIENT_ADDRESS)


async def test_a_refused_redemption_may_succeed_under_its_id_once_it_is_allowed(world: World) -> None:
    """What was refused left no hash behind: the repetition brings it again."""
    _, filled, code = await world.registered()
    request_id = str(uuid4())
    with pytest.raises(InvalidInput, match="validity_days"):
        await world.redeem(filled, code, validity_days=1, request_id=request_id)
    assert (await world.redeem(filled, code, validity_days=100, request_id=request_id)).status is Status.TEMPORARY
    assert await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)


async def test_requests_repeated_under_their_id_send_one_letter(world: World) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    name, address, fresh = filled["user_name"], filled["email"], f"uj.{filled['email']}"
    before = len(world.letters(address))
    ids = [str(uuid4()) for _ in range(3)]
    for _ in range(2):
        await world.citizen.request_code(name, address, client_address=CLIENT_ADDRESS, request_id=ids[0])
        await world.citizen.request_closure(registration_id, client_address=CLIENT_ADDRESS, request_id=ids[1])
        await world.citizen.request_email_change(
            registration_id, fresh, client_address=CLIENT_ADDRESS, request_id=ids[2]
        )
    await quiet(world, registration_id)
    assert (len(world.letters(address)), len(world.letters(fresh))) == (before + 2, 1)


async def test_another_registrations_request_id_is_refused(world: World) -> None:
    _, one, code = await world.registered()
    _, other, other_code = await world.registered()
    request_id = str(uuid4())
    await world.redeem(one, code, request_id=request_id)
    with pytest.raises(InvalidInput, match="request_id: was used for another registration"):
        await world.redeem(other, other_code, request_id=request_id)
    assert (await world.redeem(other, other_code)).status is Status.TEMPORARY


@pytest.mark.parametrize("request_id", ["", "once", "{0198A4D2-0000-7000-8000-000000000000}"])
async def test_a_request_id_is_a_uuid(world: World, request_id: str) -> None:
    with pytest.raises(InvalidInput, match="request_id: must be a UUID"):
        await world.register(form(), request_id=request_id)
    with pytest.raises(InvalidInput, match="request_id: must be a UUID"):
        await world.citizen.request_closure(str(uuid4()), client_address=CLIENT_ADDRESS, request_id=request_id)


async def test_a_request_for_nobody_is_told_so(world: World) -> None:
    unknown = str(uuid4())
    with pytest.raises(NotFound):
        await world.citizen.request_closure(unknown, client_address=another_address())
    with pytest.raises(NotFound):
        await world.citizen.request_email_change(unknown, "uj@example.org", client_address=another_address())


async def test_asking_for_an_address_that_another_registration_has_tells_nothing_of_it(world: World) -> None:
    """The answer is that of any other address, and so is the letter's."""
    _, neighbour = await bring(world, Status.TEMPORARY)
    registration_id, filled = await bring(world, Status.TEMPORARY)
    before = len(world.letters(neighbour["email"]))
    taken = await world.citizen.request_email_change(
        registration_id, neighbour["email"], client_address=another_address()
    )
    code = await world.code(neighbour["email"], before + 1)
    answer = await world.citizen.confirm(filled["user_name"], code, Purpose.NEW_EMAIL, client_address=CLIENT_ADDRESS)
    assert (taken.status, answer.status) == (Status.TEMPORARY, Status.TEMPORARY)


async def test_wrong_confirmation_codes_are_counted_with_the_other_codes(world: World) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    before = len(world.letters(filled["email"]))
    await world.citizen.request_closure(registration_id, client_address=another_address())
    code = await world.code(filled["email"], before + 1)
    for _ in range(9):
        with pytest.raises(WrongCode):
            await world.citizen.confirm(
                filled["user_name"], "0000-0000-0000-0000", Purpose.CLOSURE, client_address="203.0.113.20"
            )
    with pytest.raises(InvalidInput, match="purpose: must be one of NEW_EMAIL, CLOSURE"):
        await world.citizen.confirm(filled["user_name"], code, Purpose.PASSWORD, client_address="203.0.113.20")
    answer = await world.citizen.confirm(filled["user_name"], code, Purpose.CLOSURE, client_address="203.0.113.20")
    assert answer.status is Status.CLOSED
