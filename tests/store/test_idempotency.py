"""Requests with an Idempotency-Key: begun once, answered once, taken over from a dead process, deleted after a day."""

import asyncio
from datetime import datetime, timedelta

import pytest_asyncio

from store.idempotency import IdempotencyStore
from store.rows import KnownRequest, StoredAnswer
from tests.store.lives import KEYS, NOW, Store, new_id

ANSWER = StoredAnswer(202, '{"id":"019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"}', "/v1/registrations/019a2f60")
OTHER = StoredAnswer(409, '{"type":"urn:ugyfelkapu:problem:user-name-taken"}')
LEASE = timedelta(seconds=30)


@pytest_asyncio.fixture
async def requests(store: Store) -> IdempotencyStore:
    return IdempotencyStore(store.pool, KEYS)


async def begun(
    requests: IdempotencyStore, key: str = "portal-1|a", body: str = "POST /\n{}", at: datetime = NOW
) -> str | None:
    return await requests.begin(key, body, new_id(), at, at - LEASE)


async def test_of_many_at_once_one_begins(requests: IdempotencyStore) -> None:
    answers = await asyncio.gather(*(begun(requests) for _ in range(50)))
    assert len([answer for answer in answers if answer]) == 1


async def test_whoever_died_is_taken_over_under_the_first_request_s_id(requests: IdempotencyStore) -> None:
    """So that what was done already is done once."""
    first = await begun(requests)
    assert first
    assert await begun(requests, at=NOW + LEASE) is None
    assert await begun(requests, at=NOW + LEASE + timedelta(seconds=1)) == first


async def test_a_request_that_was_given_up_may_go_on_at_once(requests: IdempotencyStore) -> None:
    first = await begun(requests)
    assert first
    await requests.release("portal-1|a", first)
    assert await begun(requests) == first


async def test_an_answer_stands_whoever_was_quicker(requests: IdempotencyStore) -> None:
    first = await begun(requests)
    assert first
    assert await requests.finish("portal-1|a", "POST /\n{}", first, ANSWER) == ANSWER
    assert await requests.finish("portal-1|a", "POST /\n{}", first, OTHER) == ANSWER
    assert await begun(requests, at=NOW + timedelta(hours=1)) is None
    assert await requests.find("portal-1|a", "POST /\n{}") == KnownRequest(same_content=True, answer=ANSWER)


async def test_another_content_under_the_same_key_is_told_apart_and_never_begins(requests: IdempotencyStore) -> None:
    assert await begun(requests)
    late = NOW + timedelta(hours=1)
    assert await begun(requests, body='POST /\n{"a": 1}', at=late) is None
    known = await requests.find("portal-1|a", 'POST /\n{"a": 1}')
    assert known == KnownRequest(same_content=False, answer=None)


async def test_callers_have_keys_of_their_own(requests: IdempotencyStore) -> None:
    assert await begun(requests, "portal-1|a")
    assert await begun(requests, "portal-2|a")
    assert await requests.find("portal-3|a", "POST /\n{}") is None


async def test_old_requests_are_forgotten_in_batches_the_oldest_first(requests: IdempotencyStore) -> None:
    for hours in range(5):
        assert await begun(requests, f"portal-1|{hours}", at=NOW + timedelta(hours=hours))
    assert await requests.forget(NOW + timedelta(hours=3), 2) == 2
    assert await requests.find("portal-1|1", "POST /\n{}") is None
    assert await requests.find("portal-1|2", "POST /\n{}")
    assert await requests.forget(NOW + timedelta(hours=3), 2) == 1
    assert await requests.forget(NOW + timedelta(hours=3), 2) == 0
    assert await requests.find("portal-1|3", "POST /\n{}")


async def test_neither_key_nor_content_is_readable_in_the_row(requests: IdempotencyStore, store: Store) -> None:
    await requests.begin("portal-1|kovacs", '{"password": "titok"}', new_id(), NOW, NOW)
    (row,) = await store.rows("select * from idempotency_keys")
    assert row["key"] == KEYS.blind("idempotency-key", "portal-1|kovacs")
    assert row["fingerprint"] == KEYS.blind("idempotency-fingerprint", '{"password": "titok"}')
    assert "titok" not in str(row)
    assert "kovacs" not in str(row)
