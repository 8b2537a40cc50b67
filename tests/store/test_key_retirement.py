"""A key leaves by a migration without it, once nothing that is stored and no running process needs it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from registration.statuses import Purpose
from settings.settings import Settings
from settings.start_problems import CannotStart, StartProblem
from store.keys import CHECKPOINT, CODE, MASTER, KeyUse
from store.open_store import opened_store
from store.preparation import prepare_database
from store.rotation import KeyRotation
from store.seals import RowSeals
from tests.store.lives import NOW, Store
from tests.store.rings import (
    RINGS,
    RINGS_OF_MANY,
    ids,
    key,
    other,
    refused,
    settings,
    signed,
    sql,
    starts,
    unregistered,
    used,
)


@pytest.mark.parametrize("use", RINGS_OF_MANY, ids=lambda use: use.name)
async def test_a_key_that_nothing_needs_leaves_by_a_migration_without_it(url: str, use: KeyUse, tmp_path: Path) -> None:
    """Processes that still have it go on; none may use it; registered again it must be the same key."""
    old = ids(use)[0]
    without = settings(url, {use.field: f"new:{key('n')}"}, folder=tmp_path)
    both = settings(url, {use.field: f"new:{key('n')},{RINGS[use.field]}"})
    backwards = settings(url, {use.field: f"{RINGS[use.field]},new:{key('n')}"})
    await prepare_database(both, NOW)
    await refused(StartProblem.KEY_MISSING, use, min(ids(use)), without)
    if use is MASTER:
        await seal_key_rewrapped(both)
    await prepare_database(without, NOW)
    await starts(without)
    await starts(both)
    await refused(StartProblem.KEY_NOT_REGISTERED, use, old, backwards)
    changed = settings(url, {use.field: f"{old}:{key('x')},new:{key('n')}"})
    await refused(StartProblem.KEY_DIFFERS, use, old, changed, migrating=True)
    await prepare_database(backwards, NOW)
    await starts(backwards)


async def seal_key_rewrapped(process: Settings) -> None:
    """As `rotate-keys` does, under the first master key."""
    async with opened_store(process, "test") as opened:
        rotation = KeyRotation(opened.pool, opened.keys)
        for key_id in await rotation.counts():
            await rotation.rewrap_seal_key(key_id)


async def test_a_master_key_that_wraps_the_seal_key_is_needed_and_proven(url: str) -> None:
    """Nothing else is stored; a key in first place wraps nothing before `rotate-keys`."""
    turned = settings(url, {"master_keys": f"new:{key('n')},{RINGS['master_keys']}"})
    alone = settings(url, {"master_keys": f"new:{key('n')}"})
    await prepare_database(turned, NOW)
    await refused(StartProblem.KEY_NEEDED, MASTER, "2027", alone, migrating=True)
    await unregistered(url)
    await refused(StartProblem.KEY_NEEDED, MASTER, "2027", alone, migrating=True)
    await refused(StartProblem.KEY_OPENS_NOTHING, MASTER, "2027", settings(url, other(MASTER)), migrating=True)
    await prepare_database(turned, NOW)
    await seal_key_rewrapped(turned)
    await prepare_database(alone, NOW)
    async with opened_store(alone, "test") as opened:
        assert await RowSeals(opened.pool, opened.keys).key()


async def test_checkpoint_keys_stay_where_the_folder_is_not_known(url: str) -> None:
    """Documents that they have signed must stay verifiable, and without the folder those are unknown."""
    both = settings(url, {"checkpoint_keys": f"k2:{key('n')},{RINGS['checkpoint_keys']}"})
    await prepare_database(both, NOW)
    await prepare_database(settings(url, {"checkpoint_keys": f"k2:{key('n')}"}), NOW)
    await refused(StartProblem.KEY_MISSING, CHECKPOINT, "k1", settings(url, {"checkpoint_keys": f"k2:{key('n')}"}))


async def test_a_master_key_that_wraps_data_is_needed(url: str) -> None:
    await used(url)
    alone = settings(url, {"master_keys": f"2026:{key('m')}"})
    await refused(StartProblem.KEY_NEEDED, MASTER, "2027", alone, migrating=True)
    await refused(StartProblem.KEY_MISSING, MASTER, "2027", alone)


async def test_a_code_key_is_needed_as_long_as_a_code_lives_unless_it_is_given_up(url: str) -> None:
    """Compromised, a key is given up at once: its codes are wrong then, and clients request others."""
    (registration_id,) = await used(url)
    alone = settings(url, {"code_keys": f"2028:{key('n')}"})
    await refused(StartProblem.KEY_NEEDED, CODE, "2027", alone, migrating=True)
    await sql(url, "update codes set valid_until = $1", NOW - timedelta(seconds=1))
    await prepare_database(alone, NOW)
    await prepare_database(settings(url, {"code_keys": f"2028:{key('n')},{RINGS['code_keys']}"}), NOW)
    await sql(url, "update codes set valid_until = $1", NOW + timedelta(days=1))
    await refused(StartProblem.KEY_NEEDED, CODE, "2027", alone, migrating=True)
    for both in (f"2028:{key('n')},{RINGS['code_keys']}", RINGS["code_keys"]):
        with pytest.raises(CannotStart, match="UGYFELKAPU_CODE_KEYS: the key 2027 cannot be taken out of use while"):
            await prepare_database(settings(url, {"code_keys": both}), NOW, give_up={"2027"})
    with pytest.raises(CannotStart, match="does not know the key 2007"):
        await prepare_database(alone, NOW, give_up={"2027", "2007"})
    await prepare_database(alone, NOW, give_up={"2027"})
    async with opened_store(alone, "test") as store:
        reader = Store(store.pool, store.keys).reader
        assert await reader.matching_code(registration_id, Purpose.PASSWORD, "0000-0000-0000-0000") is None


async def test_a_checkpoint_key_is_needed_as_long_as_a_document_names_it(url: str, tmp_path: Path) -> None:
    signed(tmp_path, b"K" * 32)
    alone = settings(url, {"checkpoint_keys": f"k2:{key('n')}"}, folder=tmp_path)
    await refused(StartProblem.KEY_NEEDED, CHECKPOINT, "k1", alone, migrating=True)


async def test_a_key_that_a_running_process_works_with_is_not_retired(url: str) -> None:
    """A process that would go on sealing or signing with it is named, and must change first."""
    both = settings(url, {"code_keys": f"2028:{key('n')},{RINGS['code_keys']}"})
    await prepare_database(both, NOW)
    backwards = settings(url, {"code_keys": f"{RINGS['code_keys']},2028:{key('n')}"})
    async with opened_store(backwards, "worker"):
        alone = settings(url, {"code_keys": f"2028:{key('n')}"})
        await refused(StartProblem.KEY_IN_USE, CODE, "2027", alone, migrating=True)
    await prepare_database(alone, NOW)


async def test_giving_up_a_code_key_gives_up_no_other_key_of_the_same_id(url: str) -> None:
    """An old master key with that id still wraps data."""
    await used(url)
    alone = settings(url, {"code_keys": f"2028:{key('n')}", "master_keys": f"2026:{key('m')}"})
    with pytest.raises(CannotStart, match="UGYFELKAPU_MASTER_KEYS: without the key 2027"):
        await prepare_database(alone, NOW, give_up={"2027"})


async def test_a_process_that_starts_while_a_key_is_retired_never_works_with_it(url: str) -> None:
    """Either it is seen and the key stays, or it sees that the key was retired."""
    both = settings(url, {"code_keys": f"2028:{key('n')},{RINGS['code_keys']}"})
    backwards = settings(url, {"code_keys": f"{RINGS['code_keys']},2028:{key('n')}"})
    alone = settings(url, {"code_keys": f"2028:{key('n')}"})

    async def running(tried: asyncio.Event) -> bool:
        try:
            async with opened_store(backwards, "worker"):
                await tried.wait()
                return True
        except CannotStart:
            return False

    async def retiring(tried: asyncio.Event) -> bool:
        try:
            await prepare_database(alone, NOW)
        except CannotStart:
            return False
        finally:
            tried.set()
        return True

    for _ in range(5):
        await prepare_database(both, NOW)
        tried = asyncio.Event()
        assert not all(await asyncio.gather(running(tried), retiring(tried)))
