"""Unequal keys never meet on one database: `migrate` registers them, every process compares its own."""

import asyncio
import base64
import hmac
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg
import pytest
import pytest_asyncio

from registration.checkpoint import Checkpoint
from registration.policy import Policy
from registration.statuses import Purpose
from starter.dev.postgres import PostgresServer
from store.checkpoints import CheckpointFolder
from store.keys import CHECKPOINT, CODE, INDEX, KEY_USES, MASTER, KeyUse, keys_of
from store.opening import opened_store
from store.preparation import prepare_database
from store.signing import SigningKeys
from tests.store.lives import NOW, Store
from tests.store.rings import RINGS, copied, key, settings
from wiring.settings import Settings
from wiring.start_problems import CannotStart, StartProblem

RINGS_OF_MANY: Final = [use for use in KEY_USES if not use.single]


async def starts(process: Settings) -> None:
    """As a worker or an API does: it opens the store and goes again."""
    async with opened_store(process, "test"):
        pass


async def refused(
    problem: StartProblem, use: KeyUse, key_id: str, process: Settings, *, migrating: bool = False
) -> None:
    """It does not start, or does not migrate; the sentence names setting and id, and no key."""
    with pytest.raises(CannotStart) as found:
        await (prepare_database(process, NOW) if migrating else starts(process))
    assert found.value.problem is problem
    sentence = str(found.value)
    assert sentence.startswith(f"{use.setting}: ")
    assert key_id in sentence
    for ring in keys_of(process).values():
        assert not any(base64.b64encode(bytes_).decode() in sentence for bytes_ in ring.values())


async def sql(url: str, statement: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *arguments)
    finally:
        await connection.close()


async def used(url: str, count: int = 1) -> list[str]:
    """Registrations with a live code each, made with the keys of these tests."""
    async with opened_store(settings(url), "test") as opened:
        store = Store(opened.pool, opened.keys)
        await store.writer.adopt_policy(Policy(), NOW)
        return [(await store.opened()).registration_id for _ in range(count)]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prepared(server: PostgresServer) -> str:
    """The name of a prepared database without a registration."""
    await prepare_database(settings(await server.create_database("prepared")), NOW)
    return "prepared"


@pytest_asyncio.fixture
async def url(server: PostgresServer, prepared: str) -> str:
    """A prepared database of the test's own."""
    return await copied(server, prepared)


def signed(folder: Path, seed: bytes) -> None:
    """A checkpoint of an empty database, signed with `k1`."""
    made = CheckpointFolder(folder, SigningKeys({"k1": seed}))
    with made.new_heads() as heads:
        document = Checkpoint(1, NOW, 0, "0" * 64, heads.finish(), 0, complete=True, key_id="k1", request_id="test")
        made.publish(document, heads)


def other(use: KeyUse) -> dict[str, str]:
    """The same ids with other keys."""
    return {use.field: key("x") if use.single else ",".join(f"{id_}:{key('x')}" for id_ in ids(use))}


def ids(use: KeyUse) -> list[str]:
    return list(use.ring(settings("postgresql://127.0.0.1:1/x")))


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


@pytest.mark.parametrize("use", RINGS_OF_MANY, ids=lambda use: use.name)
async def test_a_key_that_nothing_needs_leaves_by_a_migration_without_it(url: str, use: KeyUse, tmp_path: Path) -> None:
    """Who still has it goes on; nobody may work with it; registered again it is the same key or none."""
    old = ids(use)[0]
    without = settings(url, {use.field: f"new:{key('n')}"}, folder=tmp_path)
    both = settings(url, {use.field: f"new:{key('n')},{RINGS[use.field]}"})
    backwards = settings(url, {use.field: f"{RINGS[use.field]},new:{key('n')}"})
    await prepare_database(both, NOW)
    await refused(StartProblem.KEY_MISSING, use, min(ids(use)), without)
    await prepare_database(without, NOW)
    await starts(without)
    await starts(both)
    await refused(StartProblem.KEY_NOT_REGISTERED, use, old, backwards)
    changed = settings(url, {use.field: f"{old}:{key('x')},new:{key('n')}"})
    await refused(StartProblem.KEY_DIFFERS, use, old, changed, migrating=True)
    await prepare_database(backwards, NOW)
    await starts(backwards)


async def test_a_process_without_a_setting_of_its_own_starts_and_retires_nothing(url: str) -> None:
    """A worker signs no assertions; a migration with a worker's settings leaves the keys of the API as they are."""
    worker = settings(url).model_copy(update={"assertion_keys": None, "checkpoint_keys": None})
    await starts(worker)
    await prepare_database(worker, NOW)
    await starts(settings(url))


async def test_checkpoint_keys_stay_where_the_folder_is_not_known(url: str) -> None:
    """What they have signed must be verified for ever, and without the folder nobody knows what that is."""
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
        with pytest.raises(CannotStart, match="UGYFELKAPU_CODE_KEYS: the key 2027 can be given up only where"):
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
    """Whoever would go on sealing or signing with it has to be named, and to change first."""
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


# ---------------------------------------------------------------------------------------------------- existing data


@pytest.mark.parametrize("use", [MASTER, INDEX, CHECKPOINT], ids=lambda use: use.name)
async def test_before_it_is_registered_a_key_opens_what_is_stored(url: str, use: KeyUse, tmp_path: Path) -> None:
    """As at the first migration to this version, or after somebody emptied the table."""
    await used(url)
    signed(tmp_path, b"K" * 32)
    await sql(url, "delete from key_checks")
    wrong = settings(url, other(use), folder=tmp_path)
    await refused(StartProblem.KEY_OPENS_NOTHING, use, ids(use)[0], wrong, migrating=True)
    assert await sql(url, "select * from key_checks") == []
    await prepare_database(settings(url, folder=tmp_path), NOW)
    await starts(settings(url))


async def test_a_damaged_row_does_not_keep_the_right_key_out(url: str) -> None:
    first, _ = await used(url, 2)
    await sql(url, "update data_keys set wrapped = '\\x00' where registration_id = $1", first)
    await sql(url, "update registrations set user_name_index = '\\x00' where id = $1", first)
    await sql(url, "delete from key_checks")
    await prepare_database(settings(url), NOW)
    await starts(settings(url))


async def test_a_key_of_stored_data_that_the_ring_lacks_is_named_at_the_first_migration(url: str) -> None:
    await used(url)
    await sql(url, "delete from key_checks")
    alone = settings(url, {"master_keys": f"2026:{key('m')}"})
    await refused(StartProblem.KEY_NEEDED, MASTER, "2027", alone, migrating=True)


async def test_an_erased_registration_keeps_no_key_out(url: str) -> None:
    """Nothing is left that the keys could open."""
    (registration_id,) = await used(url)
    await sql(url, "delete from data_keys")
    await sql(url, "delete from persons where registration_id = $1", registration_id)
    await sql(url, "delete from key_checks")
    await prepare_database(settings(url), NOW)


# --------------------------------------------------------------------------------------- who can write to the table


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
    """The ring is at least as new as the database (docs/operations.md); a ring that is older is refused."""
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
