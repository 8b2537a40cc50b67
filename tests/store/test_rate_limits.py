"""Rate limits (principle 7): the gateway's clock, every limit of an act, and when a try is refused."""

import asyncio
from datetime import datetime, timedelta
from typing import Final, Literal

import pytest
from argon2 import PasswordHasher

from registration.errors import RedeemFirst, TooManyGuesses
from registration.limits import Act, Limit, Subject
from starter.dev.postgres import PostgresServer
from starter.gateway.passwords import Passwords
from starter.gateway.rate_limits import RateLimits
from store.attempts import Attempts
from tests.store.lives import KEYS, NOW, Store, another_pool

MINUTES: Final = timedelta(minutes=5)
SECOND: Final = timedelta(seconds=1)
HERE: Final = Subject("192.0.2.7", account="a")
ELSEWHERE: Final = Subject("192.0.2.8", account="a")


class Clock:
    """A gateway's clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now


class CountingHasher(PasswordHasher):
    """Counts how often a password was compared with a hash."""

    comparisons = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  argon2's name
        """As argon2's."""
        self.comparisons += 1
        return super().verify(hash, password)


async def test_of_fifty_parallel_wrong_passwords_from_one_address_exactly_ten_reach_the_hash(
    server: PostgresServer, store: Store
) -> None:
    """Issue 3: right across several API processes, which here are two pools."""
    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords = Passwords(2)
    passwords._hasher = hasher
    known = hasher.hash("a right one")
    async with another_pool(server, store) as other:
        processes = [RateLimits(Attempts(pool, KEYS), Clock()) for pool in (store.pool, other)]

        async def log_in(number: int) -> bool:
            await processes[number % 2].count(Act.LOG_IN, HERE)
            return (await passwords.verify("a wrong one", known)).is_right

        outcomes = await asyncio.gather(*(log_in(number) for number in range(50)), return_exceptions=True)
    passwords.close()
    assert outcomes.count(False) == hasher.comparisons == 10
    assert sum(isinstance(outcome, TooManyGuesses) for outcome in outcomes) == 40


async def test_what_one_address_tries_too_often_does_not_count_against_the_portal_that_others_share(
    store: Store,
) -> None:
    limits = RateLimits(Attempts(store.pool, KEYS), Clock())
    for act, tries in ((Act.REGISTRATION, 60), (Act.NAME_CHECK, 60)):
        sender = Subject("192.0.2.7", portal="portal-1")
        outcomes = await asyncio.gather(*(limits.count(act, sender) for _ in range(tries + 20)), return_exceptions=True)
        assert outcomes.count(None) == tries
        (row,) = await store.rows("select tries from attempts where limit_name like $1", f"{act} portal%")
        assert row["tries"] == tries


async def test_a_hundred_wrong_passwords_in_a_row_wait_for_a_redemption_from_that_address(store: Store) -> None:
    """Ten in each five minutes, and never a right one; from another address the client gets in all the while."""
    clock = Clock()
    limits = RateLimits(Attempts(store.pool, KEYS), clock)
    for _ in range(10):
        for _ in range(10):
            await limits.count(Act.LOG_IN, HERE)
        clock.now += MINUTES
    with pytest.raises(RedeemFirst):
        await limits.count(Act.LOG_IN, HERE)
    clock.now += timedelta(days=1)
    with pytest.raises(RedeemFirst):
        await limits.count(Act.LOG_IN, HERE)
    await limits.count(Act.REDEMPTION, HERE)
    await limits.count(Act.LOG_IN, ELSEWHERE)
    owner = (await store.redeemed()).registration_id
    await limits.forgive(ELSEWHERE, Act.LOG_IN, Act.REDEMPTION, registration_id=owner)
    with pytest.raises(RedeemFirst):
        await limits.count(Act.LOG_IN, HERE)
    await limits.forgive(HERE, Act.LOG_IN, Act.REDEMPTION, registration_id=owner)
    await limits.count(Act.LOG_IN, HERE)


async def test_failures_are_looked_at_before_a_try_and_counted_after_it(server: PostgresServer, store: Store) -> None:
    """The failures of an address, which successes neither add to nor end; right across two processes."""
    clock, address = Clock(), Subject("192.0.2.7")
    owner = (await store.redeemed()).registration_id
    async with another_pool(server, store) as other:
        here, there = (RateLimits(Attempts(pool, KEYS), clock) for pool in (store.pool, other))
        for _ in range(50):
            for process in (here, there):
                await process.check(Act.WRONG_PASSWORD, address)
                await process.count(Act.WRONG_PASSWORD, address)
            await here.forgive(HERE, Act.LOG_IN, Act.REDEMPTION, registration_id=owner)
        clock.now += SECOND
        for process in (here, there):
            with pytest.raises(TooManyGuesses) as refused:
                await process.check(Act.WRONG_PASSWORD, address)
            assert refused.value.seconds == 3599
            with pytest.raises(TooManyGuesses):
                await process.count(Act.WRONG_PASSWORD, address)
            await process.check(Act.WRONG_PASSWORD, Subject("192.0.2.8"))
            await process.check(Act.WRONG_CODE, address)
        clock.now = NOW + timedelta(hours=1)
        await there.check(Act.WRONG_PASSWORD, address)
        await there.count(Act.WRONG_PASSWORD, address)
        await here.check(Act.WRONG_PASSWORD, address)


async def test_a_try_that_is_given_back_is_one_less_in_each_window_of_its_subject(store: Store) -> None:
    """The others stay counted, and so do those of other subjects; a window that has ended gives nothing back."""
    clock = Clock()
    refused: list[Limit] = []
    limits = RateLimits(Attempts(store.pool, KEYS), clock, refused.append)
    subject, other = Subject(account="a", clerk="clerk-1"), Subject(account="b", clerk="clerk-2")
    for _ in range(5):
        await limits.count(Act.COMPARISON, subject)
        await limits.count(Act.COMPARISON, other)
    await limits.give_back(Act.COMPARISON, subject)
    rows = await store.rows("select tries from attempts order by tries")
    assert [row["tries"] for row in rows] == [4, 4, 4, 5, 5, 5]
    await limits.count(Act.COMPARISON, subject)
    for full in (subject, other):
        with pytest.raises(TooManyGuesses):
            await limits.count(Act.COMPARISON, full)
    assert [limit.by for limit in refused] == [("clerk", "account")] * 2
    clock.now += timedelta(days=2)
    await limits.give_back(Act.COMPARISON, subject)
    rows = await store.rows("select tries from attempts order by tries")
    assert [row["tries"] for row in rows] == [6] * 6


async def test_a_right_password_ends_the_row_of_failures(store: Store) -> None:
    clock = Clock()
    limits = RateLimits(Attempts(store.pool, KEYS), clock)
    owner = (await store.redeemed()).registration_id
    for _ in range(30):
        for _ in range(9):
            await limits.count(Act.LOG_IN, HERE)
        await limits.forgive(HERE, Act.LOG_IN, registration_id=owner)
        clock.now += SECOND
