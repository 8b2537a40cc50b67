"""Migrations end in the committed schema (STYLE.md, rule 6)."""

import re
from importlib.resources import files

import asyncpg
from uuid_utils import compat as uuids

from starter.dev.postgres import PostgresServer
from store.database import opened_pool
from store.migrate import migrate
from store.reader import Reader
from store.rows import Password
from tests.store.lives import KEYS, NOW

_NOISE = re.compile(r"^(--.*|SET .*|ALTER (TABLE|FUNCTION) .* OWNER TO .*|SELECT pg_catalog\.set_config.*|\\.*|)$")
_ALEMBICS_OWN = "alembic_version"


def normalised(dump: str) -> list[str]:
    """The statements of a dump, without comments, session settings, owners and Alembic's own table of versions."""
    lines = "\n".join(line.rstrip() for line in dump.splitlines() if not _NOISE.match(line))
    statements = re.split(r";\n", lines + "\n")
    return [f"{statement.strip()};" for statement in statements if statement.strip() and _ALEMBICS_OWN not in statement]


async def test_the_migrations_end_in_the_committed_schema(server: PostgresServer, migrated: str) -> None:
    """`store/schema.sql` is what a reader reads; it leaves out `alembic_version`, which says how far migrations ran."""
    committed = files("store").joinpath("schema.sql").read_text(encoding="utf-8")
    assert normalised(await server.dump(migrated, schema_only=True)) == normalised(committed)


async def test_the_committed_schema_is_whole(server: PostgresServer, migrated: str) -> None:
    """Run on an empty database it makes the same schema."""
    url = await server.create_database("from_schema")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(files("store").joinpath("schema.sql").read_text(encoding="utf-8"))
    finally:
        await connection.close()
    made, expected = await server.dump(url, schema_only=True), await server.dump(migrated, schema_only=True)
    assert normalised(made) == normalised(expected)


async def test_bare_hashes_are_sealed_by_the_migration(server: PostgresServer) -> None:
    url = await server.create_database("bare")
    await migrate(url, KEYS, revision="0007")
    connection = await asyncpg.connect(url)
    try:
        hashes = [await _with_a_bare_hash(connection, number) for number in range(1001)]
    finally:
        await connection.close()
    await migrate(url, KEYS)
    async with opened_pool(url, most=1) as pool:
        reader = Reader(pool, KEYS)
        for registration_id, password_hash in (hashes[0], hashes[-1]):
            assert await reader.password(registration_id) == Password(registration_id, registration_id, password_hash)
    assert "$argon2id$" not in await server.dump(url)


async def _with_a_bare_hash(connection: "asyncpg.Connection[asyncpg.Record]", number: int) -> tuple[str, str]:
    registration_id, password_hash = str(uuids.uuid7()), f"$argon2id${number}"
    _, wrapped = KEYS.new_key(registration_id)
    await connection.execute(
        "insert into registrations (id, channel, opened_by, submitted_at, recorded_at, email_id, head) "
        "values ($1, 'ONLINE', '{}', $2, $2, $1, '')",
        registration_id,
        NOW,
    )
    await connection.execute(
        "insert into data_keys values ($1, $2, $3)", registration_id, wrapped.master_key_id, wrapped.wrapped
    )
    await connection.execute(
        "insert into credentials (id, registration_id, state, password_hash, submitted_at) "
        "values ($1, $1, 'ADOPTED', $2, $3)",
        registration_id,
        password_hash,
        NOW,
    )
    return registration_id, password_hash


async def test_migrating_again_changes_nothing(server: PostgresServer) -> None:
    url = await server.create_database("twice")
    await migrate(url, KEYS)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("insert into policies (version, body, adopted_at) values (7, '{}', '2027-03-01')")
    finally:
        await connection.close()
    once = await server.dump(url)
    await migrate(url, KEYS)
    assert await server.dump(url) == once
