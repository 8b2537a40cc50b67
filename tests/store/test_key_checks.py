"""Unequal keys never meet on one database: `migrate` registers them, every process compares its own."""

import hmac

import pytest

from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from store.keys import KEY_USES, MASTER, KeyUse, keys_of
from store.preparation import prepare_database
from tests.store.lives import NOW
from tests.store.rings import (
    RINGS,
    RINGS_OF_MANY,
    copied,
    ids,
    key,
    other,
    refused,
    settings,
    sql,
    starts,
    used,
)


async def test_equal_keys_start_as_often_as_one_likes(url: str) -> None:
    await starts(settings(url))
    await prepare_database(settings(url), NOW)
    await starts(settings(url))


async def test_what_is_stored_is_an_hmac_of_use_and_id_under_the_key(url: str) -> None:
    """Never a bare hash of a key, and different for each use and id, also where the bytes are the same."""
    rows = await sql(url, "select use, key_id, digest, retired from key_checks")
    assert {(row["use"], row["key_id"]): row["digest"] for row in rows} == {
        (use.name, key_id): hmac.digest(bytes_, f"key check|{use.name}|{key_id}".encode(), "sha256")
        for use, ring in keys_of(settings(url)).items()
        for key_id, bytes_ in ring.items()
    }
    assert len({use.check(key_id, b"k" * 32) for use in KEY_USES for key_id in ("1", "2")}) == 2 * len(KEY_USES)
    assert not any(row["retired"] for row in rows)


@pytest.mark.parametrize("use", KEY_USES, ids=lambda use: use.name)
async def test_another_key_under_the_same_id_is_refused_by_process_and_migration(url: str, use: KeyUse) -> None:
    before = await sql(url, "select * from key_checks order by use, key_id")
    await refused(StartProblem.KEY_DIFFERS, use, ids(use)[0], settings(url, other(use)))
    await refused(StartProblem.KEY_DIFFERS, use, ids(use)[0], settings(url, other(use)), migrating=True)
    assert await sql(url, "select * from key_checks order by use, key_id") == before


@pytest.mark.parametrize("use", RINGS_OF_MANY, ids=lambda use: use.name)
async def test_a_new_key_is_migrated_first_and_then_rolled_out(url: str, use: KeyUse) -> None:
    """And a process without it is refused from then on: it could not read what the others write."""
    with_new = settings(url, {use.field: f"{RINGS[use.field]},new:{key('n')}"})
    await refused(StartProblem.KEY_NOT_REGISTERED, use, "new", with_new)
    await prepare_database(with_new, NOW)
    await starts(with_new)
    await refused(StartProblem.KEY_MISSING, use, "new", settings(url))


async def test_a_process_without_a_setting_of_its_own_starts_and_retires_nothing(url: str) -> None:
    """A worker signs no assertions; a migration with a worker's settings leaves the keys of the API as they are."""
    worker = settings(url).model_copy(update={"assertion_keys": None, "checkpoint_keys": None, "staff_keys": None})
    await starts(worker)
    await prepare_database(worker, NOW)
    await starts(settings(url))


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        ("delete from key_checks", StartProblem.KEY_NOT_REGISTERED),
        ("delete from key_checks where use = 'index'", StartProblem.KEY_NOT_REGISTERED),
        ("update key_checks set digest = '\\x00' where use = 'master'", StartProblem.KEY_DIFFERS),
        (
            "update key_checks set digest = (select digest from key_checks where use = 'index') where use = 'code'",
            StartProblem.KEY_DIFFERS,
        ),
        ("insert into key_checks values ('code', '9999', '\\x00', false)", StartProblem.KEY_MISSING),
        ("update key_checks set retired = true", StartProblem.KEY_NOT_REGISTERED),
    ],
)
async def test_editing_the_table_stops_processes_and_makes_no_key_another(
    url: str, edit: str, problem: StartProblem
) -> None:
    await sql(url, edit)
    with pytest.raises(CannotStart) as found:
        await starts(settings(url))
    assert found.value.problem is problem
    for use in KEY_USES:
        with pytest.raises(CannotStart):
            await starts(settings(url, other(use)))


async def test_a_database_restored_to_before_a_key_was_added_asks_for_a_migration(
    server: PostgresServer, url: str
) -> None:
    """The ring is at least as new as the database (docs/settings.md); a ring that is older is refused."""
    await used(url)
    (row,) = await sql(url, "select current_database() as name")
    restored = await copied(server, row["name"])
    newer = settings(url, {"master_keys": f"new:{key('n')},{RINGS['master_keys']}"})
    await prepare_database(newer, NOW)
    again = settings(restored, {"master_keys": f"new:{key('n')},{RINGS['master_keys']}"})
    await refused(StartProblem.KEY_NOT_REGISTERED, MASTER, "new", again)
    await prepare_database(again, NOW)
    await starts(again)
    alone = settings(restored, {"master_keys": f"new:{key('n')}"})
    await refused(StartProblem.KEY_NEEDED, MASTER, "2027", alone, migrating=True)
