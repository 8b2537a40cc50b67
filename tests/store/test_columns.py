"""Every column of the real schema has its line in `audit/verification/columns.py`, and so in the docs."""

from collections import Counter
from pathlib import Path

import asyncpg

from audit.verification.columns import COLUMNS, Seen, markdown
from store.seals import SEALED

_SEAL = "seal"
_LISTED = [(line.table, name) for line in COLUMNS for name in line.columns.split()]


async def test_every_column_of_the_schema_has_one_line_and_no_line_is_of_another(migrated: str) -> None:
    """A new table or column without its line fails: say what it is compared with, seal it, or say why neither is."""
    connection = await asyncpg.connect(migrated)
    try:
        rows = await connection.fetch(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        )
    finally:
        await connection.close()
    schema = {(row["table_name"], row["column_name"]) for row in rows}
    assert schema - set(_LISTED) == set(), "columns without a line"
    assert set(_LISTED) - schema == set(), "lines of columns that there are not"
    assert [column for column, lines in Counter(_LISTED).items() if lines > 1] == []


def test_what_is_sealed_by_a_row_s_seal_is_what_the_lines_say() -> None:
    """The columns under a seal are sealed or follow from the record anyway, and each seal has its line."""
    lines = {(line.table, name): line.seen for line in COLUMNS for name in line.columns.split()}
    for table, columns in SEALED.items():
        assert lines[table, _SEAL] is Seen.SEALED
        assert {lines[table, name] for name in columns} <= {Seen.SEALED, Seen.DERIVED}
    assert {table for table, name in lines if name == _SEAL} == set(SEALED)


def test_the_documentation_has_the_same_lines() -> None:
    documented = Path("docs/tables.md").read_text(encoding="utf-8")
    assert documented == markdown(), "python -m audit.verification.columns > docs/tables.md"


def test_what_cannot_be_shown_is_named_with_its_reason() -> None:
    assert all(line.why for line in COLUMNS)
