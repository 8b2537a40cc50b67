"""Which failures of PostgreSQL pass by themselves, which are repeated at once, and that every wait has its bound."""

import asyncio
import time
from datetime import timedelta

import asyncpg
import pytest

from registration.limits import Act, Limit, Subject
from starter.dev.postgres import PostgresServer
from store.attempts import Attempts
from store.database import DATABASE_FAILURES, opened_pool, passes, retried
from tests.store.lives import KEYS, NOW, Store, another_pool

PASSING = (
    *("08000", "08003", "08006", "08P01", "25006", "25P03", "25P04", "28000", "28P01", "3D000"),
    *("40000", "40001", "40002", "40003", "40P01", "53000", "53100", "53200", "53300", "53400"),
    *("55000", "55006", "55P02", "55P03", "57000", "57014", "57P01", "57P02", "57P03", "57P05"),
    *("58000", "58030", "58P01", "F0000", "F0001", "XX000", "XX001", "XX002", "XX999"),
)
OURS = ("22001", "22003", "22P05", "23505", "23514", "25P02", "42501", "42601", "42703", "42P01", "0A000", "P0001")

_MUCH_TOO_LONG_SECONDS = 30
_HOLD = Limit(Act.LOG_IN, ("address",), 10, timedelta(minutes=5))


async def raises(store: Store, state: str) -> None:
    """Has the server fail with a SQLSTATE."""
    await store.pool.execute(f"do $$ begin raise sqlstate '{state}' using message = 'forced'; end $$")


@pytest.mark.parametrize("state", PASSING)
async def test_what_lies_with_the_server_passes(store: Store, state: str) -> None:
    with pytest.raises(DATABASE_FAILURES, check=passes):
        await raises(store, state)


@pytest.mark.parametrize("state", OURS)
async def test_what_lies_with_the_statement_does_not_pass(store: Store, state: str) -> None:
    with pytest.raises(DATABASE_FAILURES, check=lambda failure: not passes(failure)):
        await raises(store, state)


async def test_a_value_that_does_not_fit_does_not_pass(store: Store) -> None:
    """The driver finds it, and calls it an error of its interface, as a lost connection."""
    with pytest.raises(DATABASE_FAILURES, check=lambda failure: not passes(failure)):
        await store.pool.execute("select $1::smallint", 1_000_000)


@pytest.mark.parametrize(("state", "attempts"), [("40001", 3), ("40P01", 3), ("55P03", 1), ("XX000", 1)])
async def test_what_was_rolled_back_for_anothers_sake_is_repeated_twice(
    store: Store, state: str, attempts: int
) -> None:
    """A sequence counts, because no rollback takes it back. The statement's connection serves the next one."""
    await store.pool.execute("create sequence tried")
    with pytest.raises(asyncpg.PostgresError) as failure:
        await store.pool.execute(f"do $$ begin perform nextval('tried'); raise sqlstate '{state}'; end $$")
    assert failure.value.sqlstate == state
    assert await store.pool.fetchval("select last_value from tried") == attempts


async def test_what_succeeds_the_second_time_is_answered(store: Store) -> None:
    await store.pool.execute("create sequence tried")
    await store.pool.execute(
        "create function late() returns int language plpgsql as $$ begin "
        "if nextval('tried') < 3 then raise sqlstate '40P01'; end if; return 7; end $$"
    )
    assert await store.pool.fetchval("select late()") == 7


async def test_in_a_transaction_only_the_whole_is_repeated(store: Store) -> None:
    await store.pool.execute("create sequence tried; create table written (number int)")

    @retried
    async def write() -> None:
        async with store.pool.acquire() as connection, connection.transaction():
            number = await connection.fetchval("select nextval('tried')")
            await connection.execute("insert into written values ($1)", number)
            if number < 3:
                await connection.execute("do $$ begin raise sqlstate '40001'; end $$")

    await write()
    assert [row["number"] for row in await store.pool.fetch("select number from written")] == [3]


async def test_a_transaction_that_a_migration_came_between_is_repeated(store: Store) -> None:
    """The driver keeps prepared statements, whose columns have changed; within a transaction it cannot ask anew."""
    await store.pool.execute("create table changing (number int)")
    await store.pool.execute("insert into changing values (7)")

    @retried
    async def read() -> int:
        async with store.pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow("select * from changing")
            assert row
            return int(row["number"])

    assert await asyncio.gather(*(read() for _ in range(4))) == [7] * 4
    await store.pool.execute("alter table changing add column more text")
    assert await read() == 7


async def test_two_that_wait_for_each_other_both_succeed(store: Store) -> None:
    """A real deadlock: PostgreSQL rolls one of them back."""
    await store.pool.execute("create table pairs (id int primary key, touched int)")
    await store.pool.execute("insert into pairs values (1, 0), (2, 0)")
    holding = {1: asyncio.Event(), 2: asyncio.Event()}

    @retried
    async def touch(first: int, second: int) -> None:
        async with store.pool.acquire() as connection, connection.transaction():
            await connection.execute("set local deadlock_timeout = '100ms'")
            await connection.execute("update pairs set touched = touched + 1 where id = $1", first)
            holding[first].set()
            await holding[second].wait()
            await connection.execute("update pairs set touched = touched + 1 where id = $1", second)

    await asyncio.gather(touch(1, 2), touch(2, 1))
    assert [row["touched"] for row in await store.pool.fetch("select touched from pairs")] == [2, 2]


async def test_a_locked_table_keeps_no_caller_for_longer_than_its_bound(server: PostgresServer, store: Store) -> None:
    """Ten tries hold the pool's four connections and queue for more; a look at another table is answered or refused."""
    attempts = Attempts(store.pool, KEYS)
    async with another_pool(server, store) as other, other.acquire() as holder, holder.transaction():
        await holder.execute("lock table attempts in access exclusive mode")
        started = time.monotonic()
        tries = [
            asyncio.create_task(attempts.count([_HOLD], Subject(f"192.0.2.{number}"), NOW)) for number in range(10)
        ]
        await asyncio.sleep(0.1)
        look = asyncio.create_task(store.reader.policy())
        outcomes = await asyncio.gather(*tries, look, return_exceptions=True)
        assert time.monotonic() - started < _MUCH_TOO_LONG_SECONDS
    assert all(isinstance(outcome, Exception) and passes(outcome) for outcome in outcomes[:-1])
    assert await store.reader.policy()


async def test_without_a_free_connection_the_wait_has_a_bound(migrated: str) -> None:
    async with opened_pool(migrated, most=1) as pool, pool.acquire():
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await pool.fetchval("select 1")
        assert time.monotonic() - started < _MUCH_TOO_LONG_SECONDS
