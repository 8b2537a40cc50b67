"""Migrations end in the committed schema (STYLE.md, rule 6)."""

import re
from importlib.resources import files

import asyncpg

from starter.dev.postgres import PostgresServer
from store.migrate import migrate

_NOISE = re.compile(r"^(--.*|SET .*|ALTER TABLE .* OWNER TO .*|SELECT pg_catalog\.set_config.*|\\.*|)$")
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


async def test_migrating_again_changes_nothing(server: PostgresServer) -> None:
    url = await server.create_database("twice")
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("insert into policies (version, body, adopted_at) values (7, '{}', '2027-03-01')")
    finally:
        await connection.close()
    once = await server.dump(url)
    await migrate(url)
    assert await server.dump(url) == once
