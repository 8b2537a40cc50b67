"""Migrations end in the committed schema."""

from importlib.resources import files

import asyncpg

from starter.dev.postgres import PostgresServer
from store.migrate import migrate
from store.revisions import newest_revision
from tests.store.lives import KEYS
from tests.store.rings import copied, sql


async def test_the_migrations_end_in_the_committed_schema(server: PostgresServer, migrated: str) -> None:
    """`store/schema.sql` is what a reader reads; it leaves out `alembic_version`, which says how far migrations ran."""
    assert migrated
    url, expected = await server.create_database("from_schema"), await copied(server, "migrated")
    await sql(expected, "drop table alembic_version")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(files("store").joinpath("schema.sql").read_text(encoding="utf-8"))
    finally:
        await connection.close()
    assert await server.dump(url, schema_only=True) == await server.dump(expected, schema_only=True)


async def test_the_newest_revision_is_known_by_the_name_of_its_file(server: PostgresServer) -> None:
    """What Alembic leaves as the last one is what processes compare with."""
    url = await server.create_database("newest")
    await migrate(url, KEYS)
    (row,) = await sql(url, "select version_num from alembic_version")
    assert row["version_num"] == newest_revision()


async def test_migrating_again_changes_nothing(server: PostgresServer) -> None:
    url = await server.create_database("twice")
    await migrate(url, KEYS)
    await sql(url, "insert into policies (version, body, adopted_at) values (7, '{}', '2027-03-01')")
    once = await server.dump(url)
    await migrate(url, KEYS)
    assert await server.dump(url) == once


async def test_an_index_that_was_made_before_without_blocking_writes_is_kept(
    server: PostgresServer, migrated: str
) -> None:
    """Revisions 0006 and 0007; the whole of a migration is one transaction, which cannot make it in that way."""
    assert migrated
    url = await copied(server, "migrated")
    before = await server.dump(url)
    connection = await asyncpg.connect(url)
    for script, index, on in (
        ("0006_undelivered_letters.sql", "events_undelivered", "events (at) where kind = 'LETTER_UNDELIVERED'"),
        ("0007_actors_of_accesses.sql", "access_entries_actor", "access_entries (actor_of_access(body))"),
    ):
        await connection.execute(f"drop index {index}")
        await connection.execute(f"create index concurrently {index} on {on}")
        file = files("store").joinpath("migrations", "versions", script)
        await connection.execute(file.read_text(encoding="utf-8"))
    await connection.close()
    assert await server.dump(url) == before
