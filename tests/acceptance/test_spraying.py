"""Password spraying: one address tries account after account, so that no account's own limit is ever reached."""

import asyncio
from dataclasses import replace

import pytest

from registration import errors
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import PASSWORD, another_address
from starter.gateway import CitizenGateway, open_engine
from starter.gateway.passwords import PasswordCheck, Passwords
from tests.support.guessing import WRONG_CODE, wrong_passwords
from tests.workflows.lives import bring

pytestmark = pytest.mark.usefixtures("counts_of_its_own")


class LateIfRight(Passwords):
    """Knows a right password, and uses it only when the test says."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.was_right, self.tells = asyncio.Event(), asyncio.Event()

    async def verify(self, password: str, password_hash: str | None) -> PasswordCheck:
        """As ever, but late."""
        verdict = await super().verify(password, password_hash)
        if verdict.is_right:
            self.was_right.set()
            await self.tells.wait()
        return verdict


async def test_a_hundred_wrong_passwords_over_all_accounts_slow_their_address_and_no_other(
    world: World,
) -> None:
    """No attacker tries one password on account after account; what is right is not counted, and forgives nothing."""
    _, filled = await bring(world, Status.TEMPORARY)
    name, here, there = filled["user_name"], another_address(), another_address()
    async with open_engine(world.settings, world.client) as second:
        citizens = [world.citizen, CitizenGateway(second)]

        async def spray(number: int) -> None:
            with pytest.raises(errors.WrongPassword):
                await citizens[number % 2].authenticate(f"senki.{number}", PASSWORD, client_address=here)

        for _ in range(5):
            for citizen in citizens:
                assert await citizen.authenticate(name, PASSWORD, client_address=here)
            await asyncio.gather(*(spray(number) for number in range(20)))
        for citizen in citizens:
            with pytest.raises(errors.TooManyGuesses) as refused:
                await citizen.authenticate(name, PASSWORD, client_address=here)
            assert 3000 < refused.value.seconds <= 3600
            with pytest.raises(errors.TooManyGuesses):
                await citizen.change_password(name, PASSWORD, "Egészen új jelszó", client_address=here)
            assert await citizen.authenticate(name, PASSWORD, client_address=there)


async def test_a_right_guess_that_was_under_way_is_not_told_once_a_hundred_were_wrong(world: World) -> None:
    """A thousand guesses at once are all let in before the first is known to be wrong."""
    _, filled = await bring(world, Status.TEMPORARY)
    here, passwords = another_address(), LateIfRight(2)
    citizen = CitizenGateway(replace(world.engine, passwords=passwords))
    right = asyncio.create_task(citizen.authenticate(filled["user_name"], PASSWORD, client_address=here))
    await passwords.was_right.wait()
    for number in range(100):
        with pytest.raises(errors.WrongPassword):
            await citizen.authenticate(f"senki.{number}", PASSWORD, client_address=here)
    passwords.tells.set()
    with pytest.raises(errors.TooManyGuesses):
        await right
    passwords.close()


async def test_more_than_a_hundred_right_log_ins_of_one_address_are_all_let_in(world: World) -> None:
    """A school, an office, a provider's NAT: only failures count."""
    _, filled = await bring(world, Status.TEMPORARY)
    _, other = await bring(world, Status.TEMPORARY)
    here, names = another_address(), [filled["user_name"], other["user_name"]]
    await wrong_passwords(world, names[0], here, 5)
    for _ in range(15):
        sessions = await asyncio.gather(
            *(world.citizen.authenticate(name, PASSWORD, client_address=here) for name in names * 4)
        )
        assert all(sessions)


async def test_a_hundred_wrong_codes_over_all_accounts_slow_their_address_and_no_other(world: World) -> None:
    """Passwords and codes are counted apart: who mistyped codes may still log in."""
    _, waiting, code = await world.registered()
    _, filled = await bring(world, Status.TEMPORARY)
    here = another_address()
    for number in range(100):
        with pytest.raises(errors.WrongCode):
            await world.citizen.redeem_code(f"senki.{number}", WRONG_CODE, PASSWORD, client_address=here)
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.redeem_code(waiting["user_name"], code, PASSWORD, client_address=here)
    assert await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=here)
    await world.citizen.redeem_code(waiting["user_name"], code, PASSWORD, client_address=another_address())
