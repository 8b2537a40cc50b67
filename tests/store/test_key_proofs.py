"""Before a key is registered it opens what is stored under its id, as far as anything is."""

from pathlib import Path

import pytest

from settings.start_problems import CannotStart, StartProblem
from store.keys import CHECKPOINT, INDEX, MASTER, KeyUse
from store.open_store import opened_store
from store.preparation import prepare_database
from tests.store.lives import NOW, Store
from tests.store.rings import ids, key, other, refused, settings, signed, sql, starts, unregistered, used


@pytest.mark.parametrize("use", [MASTER, INDEX, CHECKPOINT], ids=lambda use: use.name)
async def test_before_it_is_registered_a_key_opens_what_is_stored(url: str, use: KeyUse, tmp_path: Path) -> None:
    """As at the first migration to this version, or after the table was emptied."""
    await used(url)
    signed(tmp_path, b"K" * 32)
    await unregistered(url)
    wrong = settings(url, other(use), folder=tmp_path)
    await refused(StartProblem.KEY_OPENS_NOTHING, use, ids(use)[0], wrong, migrating=True)
    assert await sql(url, "select * from key_checks") == []
    await prepare_database(settings(url, folder=tmp_path), NOW)
    await starts(settings(url))


async def test_a_damaged_row_does_not_keep_the_right_key_out(url: str) -> None:
    first, _ = await used(url, 2)
    await sql(url, "update data_keys set wrapped = '\\x00' where registration_id = $1", first)
    await sql(url, "update registrations set user_name_index = '\\x00' where id = $1", first)
    await unregistered(url)
    await prepare_database(settings(url), NOW)
    await starts(settings(url))


async def test_a_key_of_stored_data_that_the_ring_lacks_is_named_at_the_first_migration(url: str) -> None:
    await used(url)
    await unregistered(url)
    alone = settings(url, {"master_keys": f"2026:{key('m')}"})
    await refused(StartProblem.KEY_NEEDED, MASTER, "2027", alone, migrating=True)


async def test_an_erased_registration_keeps_no_key_out(url: str) -> None:
    """Nothing is left that the keys could open."""
    (registration_id,) = await used(url)
    await sql(url, "delete from data_keys")
    await sql(url, "delete from persons where registration_id = $1", registration_id)
    await unregistered(url)
    await prepare_database(settings(url), NOW)


async def test_with_search_keys_each_key_is_proven_by_what_it_made_itself(url: str) -> None:
    """The index key only where it is one of them: they may have made every index that is stored."""
    await used(url)
    await unregistered(url)
    wrong, right, fresh = (f"s{letter}:{key(letter)}" for letter in "xIn")
    ring = {"search_keys": wrong, "index_key": key("x")}
    await refused(StartProblem.KEY_OPENS_NOTHING, INDEX, INDEX.name, settings(url, ring), migrating=True)
    with pytest.raises(CannotStart, match=r"UGYFELKAPU_SEARCH_KEYS: the key [0-9a-f]{16} does not open"):
        await prepare_database(settings(url, {"search_keys": fresh}), NOW)
    assert await sql(url, "select * from key_checks") == []
    await prepare_database(settings(url, {"search_keys": f"{fresh},{right}"}), NOW)
    await starts(settings(url, {"search_keys": f"{fresh},{right}"}))


async def test_an_index_key_that_made_no_stored_index_is_taken_as_given(url: str) -> None:
    """After `reindex` the search key has made all of them."""
    await unregistered(url)
    searched = {"search_keys": f"new:{key('n')}"}
    await prepare_database(settings(url, searched), NOW)
    async with opened_store(settings(url, searched), "test") as opened:
        await Store(opened.pool, opened.keys).submitted()
    await unregistered(url)
    both = {"search_keys": f"new:{key('n')},old:{key('I')}"}
    await prepare_database(settings(url, both), NOW)
    await starts(settings(url, both))
