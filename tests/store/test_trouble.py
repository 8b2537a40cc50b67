"""A PostgreSQL that is killed raises temporary failures only, and is reached by the same pool afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from registration.limits import Act, Limit, Subject
from registration.policy import Policy
from starter.dev.installation import private_folder
from starter.dev.postgres import PostgresServer
from store.attempts import Attempts
from store.database import DATABASE_FAILURES, opened_pool, passes
from store.migrate import migrate
from tests.store.lives import KEYS, NOW, Store, noted, recording
from tests.support.servers import postgres_server

WITHIN = 60
"""Seconds; a healthy answer takes milliseconds."""


@pytest.fixture
async def mortal() -> AsyncIterator[tuple[PostgresServer, Store]]:
    """A server of its own, which the test may kill."""
    with private_folder() as folder:
        async with postgres_server(folder) as server:
            url = await server.create_database("mortal")
            await migrate(url, KEYS)
            async with opened_pool(url, most=4) as pool:
                yield server, Store(pool, KEYS)


async def test_under_a_kill_every_call_ends_in_an_answer_or_in_connection_trouble(
    mortal: tuple[PostgresServer, Store],
) -> None:
    """What was acknowledged before is there afterwards; what was cut off is recorded by the repetition."""
    server, store = mortal
    await store.writer.adopt_policy(Policy(), NOW)
    states = [await store.opened() for _ in range(8)]
    entries = [recording(noted(state)) for state in states]
    waiting = store.pool.execute("select pg_sleep(60)")
    running = [asyncio.ensure_future(call) for call in (waiting, *(store.writer.record(each, NOW) for each in entries))]
    await asyncio.sleep(0)
    await server.kill()
    async with asyncio.timeout(WITHIN):
        outcomes = await asyncio.gather(*running, return_exceptions=True)
    assert _passing(outcomes[0])
    assert all(isinstance(outcome, Policy) or _passing(outcome) for outcome in outcomes[1:])
    with pytest.raises(DATABASE_FAILURES, check=passes):
        await store.reader.policy()
    await server.start()
    async with asyncio.timeout(WITHIN):
        for entry in entries:
            await until_recorded(store, entry)
    for state, entry in zip(states, entries, strict=True):
        assert (await store.events(state.registration_id))[-1] == entry.event


def _passing(outcome: object) -> bool:
    return isinstance(outcome, Exception) and passes(outcome)


async def until_recorded(store: Store, entry: object) -> None:
    """As the activity's retries: the pool may still hold a dead connection or two."""
    while True:
        try:
            await store.writer.record(entry, NOW)  # type: ignore[arg-type]  # the recordings of the test
        except DATABASE_FAILURES as failure:
            if not passes(failure):
                raise
            await asyncio.sleep(0.05)
        else:
            return


async def test_a_server_that_is_not_there_is_connection_trouble() -> None:
    with pytest.raises(DATABASE_FAILURES, check=passes):
        async with opened_pool("postgresql://postgres@127.0.0.1:1/nothing", most=1):
            raise AssertionError


async def test_counted_tries_survive_a_killed_server(mortal: tuple[PostgresServer, Store]) -> None:
    """Principle 7: making the database fail gives no ten more tries."""
    server, store = mortal
    limit = Limit(Act.LOG_IN, ("address",), 10, timedelta(minutes=5))
    attempts, here = Attempts(store.pool, KEYS), Subject("192.0.2.7")
    for _ in range(3):
        await attempts.count([limit], here, NOW)
    await server.kill()
    await server.start()
    async with asyncio.timeout(WITHIN):
        while True:
            with suppress(*DATABASE_FAILURES):
                ((_, window),) = await attempts.count([limit], here, NOW)
                break
    assert window.tries == 4
