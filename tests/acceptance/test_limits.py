"""Limits (principle 7) through the gateway: an attacker is slowed down, the rightful client gets in."""

import asyncio
from collections import Counter

import pytest

from registration import errors, signature_errors
from registration.limits import LIMITS, Act
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, another_address, form
from starter.gateway import CitizenGateway, PortalGateway, open_engine
from starter.gateway.engine import new_request_id
from tests.support.counting import counted
from tests.support.guessing import WRONG, WRONG_CODE, wrong_passwords
from tests.workflows.lives import bring, quiet

ATTACKERS = 200
TRIES = 10
AT_ONCE = 16
CLIENT_SECONDS = 10
"""No one waits longer than this for a page; the queue before them is half a second on an idle machine."""
MOST_LETTERS = next(limit.tries for limit in LIMITS if limit.act is Act.CODE_LETTER)


pytestmark = pytest.mark.usefixtures("counts_of_its_own")


async def test_ten_wrong_passwords_slow_one_address_down_and_no_other(world: World) -> None:
    """Principle 7: the rightful client is never locked out, and a right password ends the count."""
    _, filled = await bring(world, Status.TEMPORARY)
    name, here = filled["user_name"], another_address()
    await wrong_passwords(world, name, here, 9)
    assert await world.citizen.authenticate(name, PASSWORD, client_address=here)
    await wrong_passwords(world, name, here, 10)
    with pytest.raises(errors.TooManyGuesses) as refused:
        await world.citizen.authenticate(name, PASSWORD, client_address=here)
    assert 0 < refused.value.seconds <= 300
    assert await world.citizen.authenticate(name, PASSWORD, client_address=another_address())


async def test_the_addresses_of_one_ipv6_subscriber_are_one(world: World) -> None:
    _, filled = await bring(world, Status.TEMPORARY)
    for number in range(10):
        await wrong_passwords(world, filled["user_name"], f"2001:db8:7:1::{number}", 1)
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address="2001:db8:7:1:ffff::1")
    assert await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address="2001:db8:7:2::1")


async def test_ten_wrong_codes_slow_one_address_down_and_never_void_the_code(world: World) -> None:
    registration_id, filled, code = await world.registered()
    for _ in range(10):
        with pytest.raises(errors.WrongCode):
            await world.redeem(filled, WRONG_CODE)
    with pytest.raises(errors.TooManyGuesses) as refused:
        await world.redeem(filled, code)
    assert 3000 < refused.value.seconds <= 3600
    answer = await world.citizen.redeem_code(filled["user_name"], code, PASSWORD, client_address=another_address())
    assert answer.status is Status.TEMPORARY
    assert len(await world.audit.events(registration_id)) == 2


async def test_a_right_redemption_opens_log_in_again_from_its_address(world: World) -> None:
    """As after 100 wrong passwords, which take 50 minutes: here their count is written by hand."""
    _, filled, code = await world.registered()
    name, here = filled["user_name"], another_address()
    await wrong_passwords(world, name, here, 1)
    await world.sql("update attempts set tries = 100 where limit_name = 'LOG_IN address+account 7776000s'")
    with pytest.raises(errors.RedeemFirst):
        await world.citizen.authenticate(name, PASSWORD, client_address=here)
    with pytest.raises(errors.RedeemFirst):
        await world.citizen.change_password(name, PASSWORD, "Egészen új jelszó", client_address=here)
    await world.citizen.redeem_code(name, code, PASSWORD, client_address=here)
    assert await world.citizen.authenticate(name, PASSWORD, client_address=here)


async def test_a_code_is_requested_once_a_minute_and_five_times_a_day_from_one_address(world: World) -> None:
    """A wrong pair counts too; from another address the client gets his letter at once."""
    _, filled = await bring(world, Status.TEMPORARY)
    name, email, here = filled["user_name"], filled["email"], another_address()
    with pytest.raises(errors.WrongPair):
        await world.citizen.request_code(name, "x@example.org", client_address=here)
    with pytest.raises(errors.TooManyGuesses) as refused:
        await world.citizen.request_code(name, email, client_address=here)
    assert 0 < refused.value.seconds <= 60
    assert (await world.request_code(filled)).code_valid_until


async def test_a_mailbox_cannot_be_filled_from_many_addresses_and_the_client_has_the_code_all_the_same(
    world: World,
) -> None:
    """Beyond the day's letters the answer is the same, and a redemption begins their count anew."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    before = len(world.letters(filled["email"]))
    answers = [await world.request_code(filled) for _ in range(MOST_LETTERS)]
    await world.letter(filled["email"], before + MOST_LETTERS)
    events = await world.audit.events(registration_id)
    answers += [await world.request_code(filled) for _ in range(3)]
    assert len({answer.code_valid_until for answer in answers}) == 1
    assert len({answer.status for answer in answers}) == 1
    assert await world.audit.events(registration_id) == events
    await world.redeem(filled, await world.code(filled["email"], before + MOST_LETTERS))
    assert (await world.request_code(filled)).code_valid_until
    assert len(await world.audit.events(registration_id)) == len(events) + 2


async def test_beyond_the_days_letters_there_is_still_one_where_no_code_lives(world: World) -> None:
    """No client is kept out: the code that the letters carried has been replaced by none."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    await world.request_code(filled)
    await world.sql("update attempts set tries = 10 where limit_name like 'CODE_LETTER %'")
    events = await world.audit.events(registration_id)
    await world.sql("update codes set live = false where registration_id = $1", registration_id)
    assert (await world.request_code(filled)).code_valid_until
    assert len(await world.audit.events(registration_id)) == len(events) + 1


async def test_one_mailbox_gets_ten_registrations_a_day_from_wherever_they_come(world: World) -> None:
    email = form()["email"]
    for _ in range(10):
        await world.register(form(email=email))
    with pytest.raises(errors.TooManyGuesses) as refused:
        await world.register(form(email=email.upper()))
    assert refused.value.seconds > 3600


async def test_registrations_are_counted_by_address_and_by_portal(world: World) -> None:
    portal, here = PortalGateway(world.engine, "portal-1"), another_address()
    await portal.register(form(), client_address=here)
    await world.sql("update attempts set tries = 60 where limit_name = 'REGISTRATION address 3600s'")
    with pytest.raises(errors.TooManyGuesses):
        await portal.register(form(), client_address=here)
    await world.sql("update attempts set tries = 36000 where limit_name = 'REGISTRATION portal 3600s'")
    with pytest.raises(errors.TooManyGuesses):
        await portal.register(form(), client_address=another_address())
    assert await PortalGateway(world.engine, "portal-2").register(form(), client_address=another_address())


async def test_unreadable_documents_count_as_registrations_of_their_sender(world: World) -> None:
    """Taking a PDF apart needs a process and up to 3 s of it: no one may have that done without end."""
    here = another_address()
    with pytest.raises(signature_errors.SignatureUnreadable):
        await world.portal.register_signed(b"%PDF-", None, client_address=here)
    await world.sql("update attempts set tries = 60 where limit_name = 'REGISTRATION address 3600s'")
    with pytest.raises(errors.TooManyGuesses):
        await world.portal.register_signed(b"%PDF-", None, client_address=here)


async def test_a_new_address_and_the_closing_are_asked_for_once_a_minute_from_one_address(world: World) -> None:
    """A repetition under the same request id is the same request, and is not counted again."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    citizen, here, request_id = world.citizen, another_address(), new_request_id()
    fresh = f"uj.{filled['email']}"
    for _ in range(2):
        await citizen.request_closure(registration_id, client_address=here, request_id=request_id)
        await citizen.request_email_change(registration_id, fresh, client_address=here, request_id=request_id)
    with pytest.raises(errors.TooManyGuesses):
        await citizen.request_closure(registration_id, client_address=here)
    with pytest.raises(errors.TooManyGuesses):
        await citizen.request_email_change(registration_id, fresh, client_address=here)
    assert await citizen.request_closure(registration_id, client_address=another_address())


async def test_a_user_name_is_free_taken_or_impossible_and_asking_is_limited(world: World) -> None:
    filled, here = form(), another_address()
    assert await world.portal.user_name_is_free(filled["user_name"], client_address=here)
    await world.register(filled)
    assert not await world.portal.user_name_is_free(filled["user_name"].upper(), client_address=here)
    with pytest.raises(errors.InvalidInput):
        await world.portal.user_name_is_free("a-b", client_address=here)
    for _ in range(58):
        await world.portal.user_name_is_free(filled["user_name"], client_address=here)
    with pytest.raises(errors.TooManyGuesses):
        await world.portal.user_name_is_free(filled["user_name"], client_address=here)


async def test_of_parallel_changes_with_the_same_present_password_one_wins(world: World) -> None:
    """In one process and in another: the present password must still be there when the new one is written."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    async with open_engine(world.settings, world.client) as second:
        citizens = [world.citizen, CitizenGateway(second)]
        passwords = [f"Párhuzamos jelszó {number}" for number in range(6)]
        outcomes = await asyncio.gather(
            *(
                citizens[number % 2].change_password(
                    filled["user_name"], PASSWORD, password, client_address=another_address()
                )
                for number, password in enumerate(passwords)
            ),
            return_exceptions=True,
        )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PresentStatus"] + ["WrongPassword"] * 5
    winner = next(index for index, outcome in enumerate(outcomes) if not isinstance(outcome, BaseException))
    assert await world.citizen.authenticate(filled["user_name"], passwords[winner], client_address=CLIENT_ADDRESS)
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds.count(EventKind.PASSWORD_CHANGED) == 1


async def test_two_thousand_wrong_codes_and_passwords_leave_no_event_and_keep_nobody_out(world: World) -> None:
    """From 200 addresses a hundred get an answer, and no more hashes are made for it.

    The client gets in while it goes on, through the same process and the same queue of hashes as the attackers.
    """
    registration_id, filled = await bring(world, Status.TEMPORARY)
    name, refusals = filled["user_name"], Counter[type[BaseException]]()
    events, length = await world.audit.events(registration_id), await quiet(world, registration_id)
    slots = asyncio.Semaphore(AT_ONCE)
    async with counted(world, connections=4) as counting:

        async def attack(address: str) -> None:
            async with slots:
                for _ in range(TRIES):
                    with pytest.raises((errors.WrongCode, errors.TooManyGuesses)) as refused:
                        await counting.citizen.redeem_code(name, WRONG_CODE, PASSWORD, client_address=address)
                    refusals[refused.type] += 1
                    with pytest.raises((errors.WrongPassword, errors.TooManyGuesses)) as refused:
                        await counting.citizen.authenticate(name, WRONG, client_address=address)
                    refusals[refused.type] += 1

        attacks = asyncio.gather(*(attack(another_address()) for _ in range(ATTACKERS)))
        let_in = 0
        while not attacks.done():
            async with asyncio.timeout(CLIENT_SECONDS):
                assert await counting.citizen.authenticate(name, PASSWORD, client_address=CLIENT_ADDRESS)
            let_in += 1
            await asyncio.wait([attacks], timeout=0.5)
        await attacks
        hashes = counting.look().hashes
    assert refusals[errors.WrongPassword] == refusals[errors.WrongCode] == 100
    assert refusals.total() == 2 * ATTACKERS * TRIES
    assert 100 + let_in <= hashes <= 100 + let_in + AT_ONCE
    assert let_in > 3
    assert await world.audit.events(registration_id) == events
    assert await quiet(world, registration_id) == length
