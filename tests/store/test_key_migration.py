"""An upgrade with keys that are not those of the stored data is refused, and leaves the database as it was."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import asyncpg
import pytest

from registration.forms import RegistrationForm
from registration.searching import SearchForm
from settings.start_problems import StartProblem
from starter.dev.postgres import PostgresServer
from store.keys import INDEX, MASTER, KeyUse, keys_of
from store.migrate import migrate, newest_revision
from store.opening import opened_store
from store.preparation import prepare_database
from store.reader import Reader
from store.reindexing import Reindexing
from store.seals import RowSeals
from store.search import SearchStore
from tests.store.lives import HASH, KEYS, NOW, form, new_id
from tests.store.older import OlderIds, submit_older
from tests.store.rings import key, refused, settings, sql

WITHOUT_2026: Final = {"master_keys": f"2027:{key('M')}"}
WITHOUT_2027: Final = {"master_keys": f"2026:{key('m')}"}
WRONG_2026: Final = {"master_keys": f"2027:{key('M')},2026:{key('x')}"}
WRONG_2027: Final = {"master_keys": f"2027:{key('x')},2026:{key('m')}"}
WRONG_INDEX: Final = {"index_key": key("x")}
SEARCHED_BY_THE_RIGHT_ONE: Final = WRONG_INDEX | {"search_keys": f"s1:{key('I')}"}
NEEDED, OPENS_NOTHING, DIFFERS = StartProblem.KEY_NEEDED, StartProblem.KEY_OPENS_NOTHING, StartProblem.KEY_DIFFERS


@dataclass(frozen=True)
class Older:
    """A database of an older version: a registration under each of two master keys."""

    url: str
    people: Mapping[OlderIds, RegistrationForm]


async def older(server: PostgresServer, revision: str, *, registered: bool = False) -> Older:
    """At a revision; where its keys were `registered` already, `migrate` of that time did so."""
    url = await server.create_database(f"older_{new_id()[-12:]}")
    await migrate(url, KEYS, revision=revision)
    rings = [KEYS, replace(KEYS, master_keys={"2026": KEYS.master_keys["2026"]})]
    people = {
        OlderIds(*(str(uuid.UUID(int=number * 10 + place)) for place in range(3))): form(
            email=f"Teszt{number}@example.org", birth_name=f"Ő’Briain – Anna {number}"
        )
        for number in (1, 2)
    }
    connection = await asyncpg.connect(url)
    try:
        for ring, (ids, filled) in zip(rings, people.items(), strict=True):
            await submit_older(connection, ring, ids, filled)
            await connection.execute("update credentials set state = 'ADOPTED' where id = $1", ids.credential)
        for use, ring_of in keys_of(settings(url)).items() if registered else ():
            for key_id, bytes_ in ring_of.items():
                await connection.execute(
                    "insert into key_checks values ($1, $2, $3)", use.name, key_id, use.check(key_id, bytes_)
                )
    finally:
        await connection.close()
    return Older(url, people)


async def everybody_is_found(made: Older) -> None:
    """By each criterion, with the password that a log-in compares."""
    async with opened_store(settings(made.url), "test") as opened:
        reader, search = Reader(opened.pool, opened.keys), SearchStore(opened.pool, opened.keys)
        for ids, filled in made.people.items():
            holder = await reader.holder(filled.user_name)
            assert holder
            assert holder.registration_id == ids.registration
            password = await reader.password(holder.registration_id)
            assert password
            assert password.hash == HASH
            identity = filled.birth_name, filled.birth_date, filled.mothers_birth_name
            criteria = (
                SearchForm(user_name=filled.user_name),
                SearchForm(email=filled.email),
                SearchForm(birth_name=identity[0], birth_date=identity[1], mothers_birth_name=identity[2]),
            )
            for each in criteria:
                assert [row.registration_id for row in await search.search(each, None, most=9)] == [ids.registration]
        assert await Reindexing(opened.pool, opened.keys).behind() == {}
        assert await RowSeals(opened.pool, opened.keys).key()


@pytest.mark.parametrize(
    ("revision", "registered"), [("0009", False), ("0013", False), ("0013", True)], ids=["0009", "0013", "registered"]
)
async def test_each_wrong_or_lacking_key_is_refused_before_anything_is_changed(
    server: PostgresServer, revision: str, *, registered: bool
) -> None:
    made = await older(server, revision, registered=registered)
    before = await server.dump(made.url)
    cases: list[tuple[Mapping[str, str], StartProblem, KeyUse, str]] = [
        (WITHOUT_2026, NEEDED, MASTER, "2026"),
        (WITHOUT_2027, NEEDED, MASTER, "2027"),
        (WRONG_2026, DIFFERS if registered else OPENS_NOTHING, MASTER, "2026"),
        (WRONG_2027, DIFFERS if registered else OPENS_NOTHING, MASTER, "2027"),
        (WRONG_INDEX, DIFFERS if registered else OPENS_NOTHING, INDEX, "index"),
        (SEARCHED_BY_THE_RIGHT_ONE, DIFFERS if registered else OPENS_NOTHING, INDEX, "index"),
    ]
    for rings, problem, use, key_id in cases:
        await refused(problem, use, key_id, settings(made.url, rings), migrating=True)
        assert await server.dump(made.url) == before, rings
    await prepare_database(settings(made.url), NOW)
    assert [row[0] for row in await sql(made.url, "select version_num from alembic_version")] == [newest_revision()]
    await everybody_is_found(made)


async def test_the_index_key_is_proven_by_whom_only_the_identity_is_known(server: PostgresServer) -> None:
    """A final registration has no user name any more; names were folded in another way then."""
    made = await older(server, "0009")
    await sql(made.url, "update registrations set user_name_index = null")
    await refused(OPENS_NOTHING, INDEX, "index", settings(made.url, WRONG_INDEX), migrating=True)
    await prepare_database(settings(made.url), NOW)


async def test_damaged_indexes_do_not_keep_the_right_key_out(server: PostgresServer) -> None:
    made = await older(server, "0009")
    first = next(iter(made.people)).registration
    await sql(made.url, "update registrations set user_name_index = '\\x00' where id = $1", first)
    await sql(made.url, "update persons set identity_index = '\\x00' where registration_id = $1", first)
    await prepare_database(settings(made.url), NOW)
    await everybody_is_found(made)


async def test_bare_passwords_need_their_master_key_too(server: PostgresServer) -> None:
    """Migration 0008 opens data keys."""
    url = await server.create_database(f"older_{new_id()[-12:]}")
    await migrate(url, KEYS, revision="0007")
    one = new_id()
    _, wrapped = KEYS.new_key(one)
    await sql(
        url,
        "insert into registrations (id, channel, opened_by, submitted_at, recorded_at, email_id, head) "
        "values ($1, 'ONLINE', '{}', $2, $2, $1, '')",
        *(one, NOW),
    )
    await sql(url, "insert into data_keys values ($1, $2, $3)", one, wrapped.master_key_id, wrapped.wrapped)
    await sql(
        url,
        "insert into credentials (id, registration_id, state, password_hash, submitted_at) "
        "values ($1, $1, 'ADOPTED', $2, $3)",
        *(one, HASH, NOW),
    )
    before = await server.dump(url)
    await refused(NEEDED, MASTER, "2027", settings(url, WITHOUT_2027), migrating=True)
    await refused(OPENS_NOTHING, MASTER, "2027", settings(url, WRONG_2027), migrating=True)
    assert await server.dump(url) == before
    await prepare_database(settings(url), NOW)


@pytest.mark.parametrize("revision", [None, "0009"], ids=["empty", "0009"])
async def test_two_migrations_at_once_wait_for_each_other(server: PostgresServer, revision: str | None) -> None:
    for _ in range(3):
        url = await server.create_database(f"at_once_{new_id()[-12:]}")
        if revision:
            await migrate(url, KEYS, revision=revision)
        await asyncio.gather(*(prepare_database(settings(url), NOW) for _ in range(2)))
        assert len(await sql(url, "select * from seal_keys")) == 1
        async with opened_store(settings(url), "test") as opened:
            assert await RowSeals(opened.pool, opened.keys).key()
