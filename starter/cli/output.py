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

from registration.statuses import Language, Status
from starter.cli.choices import Choices
from starter.cli.sentences import WORDS

_PIPE_WIDTH: Final = 160
"""Columns where there is no terminal: ids and dates stay on one line."""

_IN_ENGLISH: Final = {"True": "yes", "False": "no"}
_IN_HUNGARIAN: Final = {"True": "igen", "False": "nem"} | {
    str(status): f"{status.hungarian} ({status})" for status in Status
}


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
    table = Table(show_header=False, box=None, pad_edge=False)
    named = facts if isinstance(facts, Mapping) else asdict(facts)
    for key, value in named.items():
        table.add_row(Text(label(choices, key), style="bold"), Text(word(choices, value)))
    console_of().print(table)


def show_rows(choices: Choices, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Many things of the same kind; the columns are keys of each row."""
    if choices.as_json:
        print_json(list(rows))
        return
    table = Table(*(label(choices, column) for column in columns), header_style="bold")
    for row in rows:
        table.add_row(*(Text(word(choices, row[column])) for column in columns))
    console_of().print(table)


def label(choices: Choices, key: str) -> str:
    """A key as a person reads it."""
    return WORDS.get(key, key) if choices.language is Language.HU else key.replace("_", " ")


def word(choices: Choices, value: object) -> str:
    """A value as a person reads it; times in UTC."""
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, list | tuple):
        return "\n".join(word(choices, part) for part in value)
    if isinstance(value, dict):
        return ", ".join(word(choices, part) for part in value.values())
    text = str(value)
    return _IN_HUNGARIAN.get(text, text) if choices.language is Language.HU else _IN_ENGLISH.get(text, text)
