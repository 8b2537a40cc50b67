"""Guesses (principle 7): counted by account and address, in a window, whatever becomes of the try."""

from datetime import timedelta

import pytest

from store.rows import GuessWindow
from tests.store.lives import KEYS, NOW, Store

MINUTES = timedelta(minutes=5)


async def tried(
    store: Store, account: str = "a", address: str = "192.0.2.7", after: timedelta = timedelta()
) -> GuessWindow:
    now = NOW + after
    return await store.writer.count_guess("CODE", account, address, now, now - MINUTES)


async def test_tries_are_counted_by_account_and_by_address(store: Store) -> None:
    """A rightful client at another address is never locked out."""
    assert [(await tried(store)).tries for _ in range(3)] == [1, 2, 3]
    assert (await tried(store, address="192.0.2.8")).tries == 1
    assert (await tried(store, account="b")).tries == 1
    assert (await store.writer.count_guess("PASSWORD", "a", "192.0.2.7", NOW, NOW - MINUTES)).tries == 1


async def test_a_window_begins_with_its_first_try_and_is_not_moved_by_the_next(store: Store) -> None:
    await tried(store)
    within = await tried(store, after=MINUTES)
    beyond = await tried(store, after=MINUTES + timedelta(seconds=1))
    assert within == GuessWindow(2, NOW)
    assert beyond == GuessWindow(1, NOW + MINUTES + timedelta(seconds=1))


async def test_a_right_try_ends_the_count_of_its_address_only(store: Store) -> None:
    await tried(store)
    await tried(store, address="192.0.2.8")
    await store.writer.forget_guesses("CODE", "a", "192.0.2.7")
    assert (await tried(store)).tries == 1
    assert (await tried(store, address="192.0.2.8")).tries == 2


async def test_a_count_survives_the_rollback_of_its_caller(store: Store) -> None:
    """It is a transaction of its own: whoever breaks off after the try has still tried."""

    async def break_off() -> None:
        async with store.pool.acquire() as connection, connection.transaction():
            await connection.execute("delete from policies")
            await tried(store)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert await store.rows("select count(*) as policies from policies") == [{"policies": 1}]
    assert (await tried(store)).tries == 2


async def test_neither_account_nor_address_is_readable_in_the_row(store: Store) -> None:
    await tried(store)
    (row,) = await store.rows("select * from guesses")
    assert (row["account"], row["address"]) == (KEYS.blind("account", "a"), KEYS.blind("address", "192.0.2.7"))
    assert b"192.0.2.7" not in row["address"]
    assert KEYS.blind("account", "x") != KEYS.blind("address", "x")
