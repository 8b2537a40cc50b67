"""What the embedded Temporal server has stored: SQLite tables and indexes of the same names as a cluster's database."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.capacity.figures import Stored

_RUNS: Final = ("executions", "current_executions", "executions_visibility", "history_node", "history_tree")
_OF_RUNS: Final = "_maps"
"""And the tables of what is pending in a run, by how their names end."""

TIMERS: Final = "timer_tasks"
"""A row for each timer until its time, also if it was cancelled; in skipped time none of them has its own time."""

_NUMBER_BYTES: Final = 8
"""Of a number or a time in PostgreSQL; SQLite keeps times as text."""


def stored(folder: Path) -> Stored:
    """All of `stored_tables`. `folder` is that of the running server."""
    return sum(stored_tables(folder).values(), Stored())


def stored_tables(folder: Path, *others: str) -> dict[str, Stored]:
    """Rows and index entries of the tables of runs, and of others; all further ones hold what is done in a moment."""
    file = folder / "temporal.db"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return {table: _of_table(connection, table) for table in (*_tables(connection), *others)}


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("select name from sqlite_master where type = 'table'")
    return [name for (name,) in found if name in _RUNS or name.endswith(_OF_RUNS)]


def _of_table(connection: sqlite3.Connection, table: str) -> Stored:
    columns = [name for _, name, *_ in connection.execute(f"pragma table_info({table})")]
    # `table_info` leaves generated columns out, which are only what visibility repeats of its own JSON.
    rows, data = connection.execute(f"select count(*), {_sum(columns)} from {table}").fetchone()  # noqa: S608  names of its schema
    entries, keys = 0, 0
    for _, index, *_ in connection.execute(f"pragma index_list({table})").fetchall():
        indexed = [name for _, _, name in connection.execute(f"pragma index_info({index})")]
        named = [name for name in indexed if name]
        entries += rows
        keys += connection.execute(f"select {_sum(named)} from {table}").fetchone()[0]  # noqa: S608  as above
        keys += rows * _NUMBER_BYTES * (len(indexed) - len(named))  # an expression: a time, or the latest one
    return Stored(rows, data, entries, keys)


def _sum(columns: list[str]) -> str:
    return f"coalesce(sum({' + '.join(_length(column) for column in columns) or 0}), 0)"


def _length(column: str) -> str:
    if column.endswith("_time"):
        return str(_NUMBER_BYTES)
    size = f"length(cast({column} as blob))"
    return f"case typeof({column}) when 'null' then 0 when 'integer' then {_NUMBER_BYTES} else {size} end"
