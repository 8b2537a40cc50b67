"""What commands print: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from registration.statuses import Language
from registration.times import shown
from registration.words import Words
from starter.cli.choices import Choices
from starter.cli.labels import LABELS, VALUES

_PIPE_WIDTH: Final = 160
"""Columns where there is no terminal: ids and dates stay on one line."""

_ANY_WIDTH: Final = 10_000
"""Columns; more than any table has."""

_READABLE_WIDTH: Final = 20
"""Columns that a sentence needs, to be read in a table: one that is too narrow for that has each fact on a line."""

_IDS: Final = {"id", "registration_id", "run", "letter_id", "receipt_number"}
"""What a person copies into the next command: never broken."""

NOTHING_FOUND: Final = Words("Nincs találat.", "Nothing was found.")

_IN_ENGLISH: Final = {"True": "yes", "False": "no"}


def console_of(*, stderr: bool = False) -> Console:
    """A console that prints text as it is."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def plain(value: Any) -> Any:  # noqa: ANN401  whatever JSON can hold
    """A value as JSON: dataclasses as objects, times in ISO 8601 with UTC's offset."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def show(choices: Choices, facts: Any) -> None:  # noqa: ANN401  a dataclass or a mapping
    """One thing: a dataclass or a mapping, as two columns."""
    if choices.as_json:
        print_json(facts)
        return
    named = facts if isinstance(facts, Mapping) else asdict(facts)
    console_of().print(_beneath(choices, named), crop=False)


def show_rows(choices: Choices, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Many things of the same kind; the columns are keys of each row."""
    if choices.as_json:
        print_json(list(rows))
        return
    table, console = Table(header_style="bold"), console_of()
    if not rows:
        console.print(NOTHING_FOUND.in_language(choices.language))
        return
    for column in columns:
        lines = [line for row in rows for line in word(choices, row[column]).split("\n")]
        is_whole = column in _IDS or any(isinstance(row[column], datetime) for row in rows)
        width = max(map(len, lines)) if is_whole else min(_READABLE_WIDTH, max(map(len, lines)))
        table.add_column(label(choices, column), overflow="fold", min_width=width)
    for row in rows:
        table.add_row(*(Text(word(choices, row[column])) for column in columns))
    unbroken = console.measure(table, options=console.options.update_width(_ANY_WIDTH)).minimum
    if unbroken > console.width:
        for row in rows:
            if heading := row.get(""):
                console.print(Text(str(heading), style="bold"))
            named = {column: row[column] for column in columns if column}
            console.print(_beneath(choices, named), "", crop=False, sep="\n")
    else:
        console.print(table)


def _beneath(choices: Choices, named: Mapping[str, Any]) -> Table:
    """One thing, a fact a line; too wide for the terminal, an id runs over the edge and stays whole."""
    ids = [len(word(choices, value)) for key, value in named.items() if key in _IDS]
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", min_width=max(ids, default=None))
    for key, value in named.items():
        table.add_row(Text(label(choices, key), style="bold"), Text(word(choices, value)))
    return table


def label(choices: Choices, key: str) -> str:
    """A key as a person reads it."""
    return LABELS.get(key, key) if choices.language is Language.HU else key.replace("_", " ")


def word(choices: Choices, value: object) -> str:
    """A value as a person reads it; times in Budapest."""
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, list | tuple):
        return "\n".join(word(choices, part) for part in value)
    if isinstance(value, dict):
        return ", ".join(word(choices, part) for part in value.values())
    text = str(value)
    return VALUES.get(text, text) if choices.language is Language.HU else _IN_ENGLISH.get(text, text)
