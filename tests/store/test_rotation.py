"""Data keys under another master key, while registrations come and go; what they seal stays as it is."""

import asyncio
from dataclasses import replace

import pytest

from registration.codes import CodeSeed, derive
from registration.errors import Unavailable
from registration.statuses import Channel, Purpose
from store import rotation
from store.database import queries
from store.intake import Intake
from store.reader import Reader
from store.rotation import KeyRotation
from store.sealing import KeyRing, WrappedKey
from tests.store.lives import CITIZEN, KEYS, NOW, Store, form

SEAL_KEY = 1
"""The key of the seals of rows is wrapped as data keys are."""

OLD, NEW, OTHER = {"old": b"o" * 32}, {"new": b"n" * 32}, {"other": b"x" * 32}


def ring(*master_keys: dict[str, bytes]) -> KeyRing:
    return replace(KEYS, master_keys={kid: key for each in master_keys for kid, key in each.items()})


async def submitted(store: Store, keys: KeyRing, count: int = 1) -> list[str]:
    await KeyRotation(store.pool, replace(keys, master_keys={**keys.master_keys, **KEYS.master_keys})).rewrap_seal_key(
        "2027"
    )
    intake = Intake(store.pool, keys)
    return [(await intake.submit(form(), Channel.ONLINE, CITIZEN, NOW)).registration_id for _ in range(count)]


async def rotated(store: Store, keys: KeyRing) -> int:
    """One pass over all keys, as the gateway makes it; how many it re-wrapped."""
    made, rewrapped = KeyRotation(store.pool, keys), 0
    for master_key_id in filter(made.opens, await made.counts()):
        rewrapped, after = rewrapped + await made.rewrap_seal_key(master_key_id), None
        while (batch := await made.rewrap(master_key_id, after)).last:
            rewrapped, after = rewrapped + batch.rewrapped, batch.last
    return rewrapped


async def test_afterwards_the_old_key_may_leave_the_ring(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every person is read with the new ring alone; before, and in the midst of it, with the ring of both."""
    monkeypatch.setattr(rotation, "_BATCH", 3)
    ids = await submitted(store, ring(OLD), 8)
    both = ring(NEW, OLD)
    first = await KeyRotation(store.pool, both).rewrap("old", None)
    assert (first.looked_at, first.rewrapped) == (3, 3)
    for registration_id in ids:
        assert await Reader(store.pool, both).person(registration_id)
        assert await Reader(store.pool, ring(OLD, NEW)).person(registration_id)
    assert await KeyRotation(store.pool, both).counts() == {"old": 5 + SEAL_KEY}
    assert await rotated(store, both) == 5 + SEAL_KEY
    assert await KeyRotation(store.pool, both).counts() == {}
    assert await rotated(store, both) == 0
    for registration_id in ids:
        assert await Reader(store.pool, ring(NEW)).person(registration_id)
        with pytest.raises(Unavailable):
            await Reader(store.pool, ring(OLD)).person(registration_id)


async def test_a_key_that_is_destroyed_in_the_midst_does_not_come_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the read and the write of a batch one is erased, and another one re-wrapped by another process."""
    erased, contested, plain = sorted(await submitted(store, ring(OLD), 3))
    both = ring(NEW, OLD)
    replace_keys = queries.replace_wrapped_keys

    async def late(*arguments: object, **row: object) -> object:
        await store.pool.execute("delete from data_keys where registration_id = $1", erased)
        rewrapped = ring(OTHER, OLD).rewrap(await wrapped(store, contested), contested)
        await store.pool.execute(
            "update data_keys set master_key_id = 'other', wrapped = $2 where registration_id = $1",
            contested,
            rewrapped.wrapped,
        )
        return await replace_keys(*arguments, **row)

    monkeypatch.setattr(queries, "replace_wrapped_keys", late)
    batch = await KeyRotation(store.pool, both).rewrap("old", None)
    assert (batch.looked_at, batch.rewrapped) == (3, 1)
    assert await store.rows("select master_key_id from data_keys order by 1") == [
        {"master_key_id": "new"},
        {"master_key_id": "other"},
    ]
    assert await Reader(store.pool, ring(NEW)).person(plain)
    assert await Reader(store.pool, ring(OTHER)).person(contested)


async def test_two_rotations_at_once_and_registrations_that_come_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost; what a process with the old ring writes meanwhile is left for the next pass, and counted."""
    monkeypatch.setattr(rotation, "_BATCH", 5)
    both = ring(NEW, OLD)
    ids = await submitted(store, ring(OLD), 40)
    once, twice, late = await asyncio.gather(
        rotated(store, both), rotated(store, both), submitted(store, ring(OLD, NEW), 9)
    )
    assert once + twice >= 40
    remaining = await KeyRotation(store.pool, both).counts()
    assert sum(remaining.values()) <= 9
    assert await rotated(store, both) == sum(remaining.values())
    for registration_id in [*ids, *late]:
        assert await Reader(store.pool, ring(NEW)).person(registration_id)


async def test_keys_of_a_master_key_that_the_ring_lacks_stay_and_are_counted(store: Store) -> None:
    await submitted(store, ring(OTHER), 2)
    await submitted(store, ring(OLD, OTHER), 3)
    both = ring(NEW, OLD)
    assert await rotated(store, both) == 3
    assert await KeyRotation(store.pool, both).counts() == {"other": 2 + SEAL_KEY}


async def test_a_code_whose_key_has_left_the_ring_is_a_wrong_code(store: Store) -> None:
    """The last code of a registration may be years old, and its key retired long ago."""
    registration_id = (await store.opened()).registration_id
    row = await store.pool.fetchrow("select * from codes where registration_id = $1", registration_id)
    assert row
    seed = CodeSeed(registration_id, Purpose.PASSWORD, row["sequence"], row["key_id"], row["nonce"])
    code = derive(seed, KEYS.code_keys[seed.kid])
    assert await store.reader.matching_code(registration_id, Purpose.PASSWORD, code) == 1
    left = replace(KEYS, code_keys={"2031": b"c" * 32}, retired_code_keys=frozenset({seed.kid}))
    assert await Reader(store.pool, left).matching_code(registration_id, Purpose.PASSWORD, code) is None


async def test_a_code_whose_key_this_process_lacks_is_not_called_wrong(store: Store) -> None:
    """As long as the key was not retired, other processes make codes with it: the client is not blamed."""
    registration_id = (await store.opened()).registration_id
    lacking = Reader(store.pool, replace(KEYS, code_keys={"2031": b"c" * 32}))
    with pytest.raises(Unavailable) as refused:
        await lacking.matching_code(registration_id, Purpose.PASSWORD, "0000-0000-0000-0000")
    assert refused.value.facts == {"dependency": "KEY", "setting": "UGYFELKAPU_CODE_KEYS", "key": "2027"}


async def wrapped(store: Store, registration_id: str) -> WrappedKey:
    row = await store.pool.fetchrow("select * from data_keys where registration_id = $1", registration_id)
    assert row
    return WrappedKey(row["master_key_id"], row["wrapped"])
