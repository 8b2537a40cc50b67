"""Bytes of a row in PostgreSQL and in its indexes: the measured rows many times over, in tables of their own."""

from collections.abc import Iterable
from typing import Final

import asyncpg

from bench.capacity.figures import RowSize

_ROWS: Final = 20_000
"""So many of each table that pages which are not full do not count."""

_COLUMNS: Final = """
    select attname as name, format_type(atttypid, null) as type,
           coalesce(attnum = any(i.indkey), false) as is_key
    from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
    where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum"""

_SIZE: Final = """
    select pg_table_size($1::regclass) as "table", pg_indexes_size($1::regclass) as indexes,
           (select count(*) from pg_index where indrelid = $1::regclass) as index_count"""


async def row_sizes(database: str, tables: Iterable[str]) -> dict[str, RowSize]:
    """By table; each has rows. What identifies a row is another in each copy; all else is as it was."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("create schema many")
        return {table: await _row_size(connection, table) for table in tables}
    finally:
        await connection.close()


async def _row_size(connection: asyncpg.Connection, table: str) -> RowSize:
    columns = await connection.fetch(_COLUMNS, table)
    names = ", ".join(column["name"] for column in columns)
    values = ", ".join(_another(column) for column in columns)
    await connection.execute(f"create table many.{table} (like {table} including indexes including storage)")
    await connection.execute(
        f"""insert into many.{table} ({names})
            select {values} from generate_series(1, {_ROWS}) number
            join (select *, row_number() over () as place, count(*) over () as rows from {table}) one
              on one.place = number % one.rows + 1"""  # noqa: S608  names of our own schema
    )
    await connection.execute(f"vacuum full many.{table}")
    (size,) = await connection.fetch(_SIZE, f"many.{table}")
    await connection.execute(f"drop table many.{table}")
    return RowSize(size["table"] / _ROWS, size["indexes"] / _ROWS, size["index_count"])


def _another(column: asyncpg.Record) -> str:
    """A value of the same size; another one where it is, or may be, a key."""
    name = f"one.{column['name']}"
    if column["type"] == "uuid":
        return f"case when {name} is not null then uuidv7() end"
    if column["type"] == "bytea":
        random = "string_agg(uuid_send(gen_random_uuid()), ''::bytea)"
        several = f"generate_series(1, octet_length({name}) / 16 + 1 + 0 * number)"
        return f"(select substring({random} from 1 for octet_length({name})) from {several})"  # noqa: S608  of our own schema
    if column["type"] == "bigint" or (column["type"] == "integer" and column["is_key"]):
        return "number"
    if column["type"] == "date" and column["is_key"]:
        return f"{name} + number"
    if column["type"] == "text":
        return f"case when {name} ~ '^[0-9a-f-]{{36}}$' then uuidv7()::text else {name} end"
    return name
