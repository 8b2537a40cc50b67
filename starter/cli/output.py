"""What commands print: tables for people, JSON for programs."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from registration.happenings import HAPPENED
from registration.record import EventKind
from registration.sentences import N_, Sentence, Vocabulary
from registration.statuses import Language
from registration.times import shown
from starter.cli.choices import Choices
from starter.cli.labels import LABELS, VALUES
from starter.translation import translated

_PIPE_WIDTH: Final = 160
"""Columns where there is no terminal: ids and dates stay on one line."""

_READABLE_WIDTH: Final = 20
"""Columns that a sentence needs, to be read in a table: one that is too narrow for that has each fact on a line."""

_FRAME_WIDTH: Final = 3
"""Of a column: a line and two spaces."""

_HASH: Final = re.compile(r"[0-9a-f]{64}")

_IDS: Final = {"id", "registration_id", "run", "letter_id", "receipt_number"}
"""What a person copies into the next command: never broken."""

NOTHING_FOUND: Final = Sentence(N_("Nothing was found."))

_TRUTHS: Final = {True: N_("yes"), False: N_("no")}


def console_of(*, stderr: bool = False) -> Console:
    """A console that prints text as it is."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def plain(value: Any, language: Language = Language.EN) -> Any:  # noqa: ANN401  whatever JSON can hold
    """A value as JSON: dataclasses as objects, times in ISO 8601 with UTC's offset, sentences in the language."""
    if isinstance(value, Sentence):
        return translated(value, language)
    if is_dataclass(value) and not isinstance(value, type):
        return plain({each.name: getattr(value, each.name) for each in fields(value)}, language)
    if isinstance(value, Mapping):
        return {str(key): plain(part, language) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, language) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def print_json(value: object, language: Language = Language.EN) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json_text(plain(value, language), indent=2) + "\n")
    sys.stdout.flush()


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON for standard output, which is whole in every locale: escaped where the stream is not UTF-8."""
    return json.dumps(value, ensure_ascii=sys.stdout.encoding.lower() != "utf-8", indent=indent)


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
        console.print(translated(NOTHING_FOUND, choices.language))
        return
    cells = [[row[column] for row in rows] for column in columns]
    least = [_least_width(choices, column, values) for column, values in zip(columns, cells, strict=True)]
    most = [_longest(choices, [label(choices, column), *values]) for column, values in zip(columns, cells, strict=True)]
    left = console.width - sum(least) - _FRAME_WIDTH * len(columns) - 1
    if left < 0:
        for row in rows:
            if heading := row.get(""):
                console.print(Text(str(heading), style="bold"))
            named = {column: row[column] for column in columns if column}
            console.print(_beneath(choices, named), "", crop=False, sep="\n")
        return
    for column, width in zip(columns, _shared(left, least, most), strict=True):
        table.add_column(label(choices, column), overflow="fold", width=width)
    for row in rows:
        table.add_row(*(Text(word(choices, row[column])) for column in columns))
    console.print(table)


def _shared(left: int, least: Sequence[int], most: Sequence[int]) -> list[int]:
    """The widths of columns: what each needs at least, and its part of what is left, as far as it has a use for it."""
    widths = list(least)
    while left and (narrow := [place for place, width in enumerate(widths) if width < most[place]]):
        for place in narrow[:left]:
            widths[place] += 1
        left -= len(narrow[:left])
    return widths


def _longest(choices: Choices, values: Sequence[object]) -> int:
    return max(len(line) for value in values for line in word(choices, value).split("\n"))


def _least_width(choices: Choices, column: str, values: Sequence[object]) -> int:
    """How wide a column must be so that no id, no time and no word breaks; a hash may, it is nothing to be typed."""
    least = [0]
    for value in (label(choices, column), *(word(choices, each) for each in values)):
        words = [each for each in value.split() if not _HASH.fullmatch(each)]
        least += [*map(len, words), min(_READABLE_WIDTH, _longest(choices, [value]))]
    whole = [each for each in values if column in _IDS or isinstance(each, datetime)]
    return max(*least, _longest(choices, whole) if whole else 0)


def _beneath(choices: Choices, named: Mapping[str, Any]) -> Table:
    """One thing, a fact a line; too wide for the terminal, an id runs over the edge and stays whole."""
    ids = [len(word(choices, value)) for key, value in named.items() if key in _IDS]
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", min_width=max(ids, default=None))
    for key, value in named.items():
        table.add_row(Text(label(choices, key), style="bold"), Text(word(choices, value)))
    return table


def decimal(number: float, language: Language) -> str:
    """A number with one place behind the decimal sign, which is a comma in Hungarian."""
    text = f"{number:.1f}"
    return text.replace(".", ",") if language is Language.HU else text


def label(choices: Choices, key: str) -> str:
    """A key as a person reads it."""
    return translated(Sentence(LABELS.get(key, key)), choices.language) if key else key


def word(choices: Choices, value: object) -> str:
    """A value as a person reads it; times in Budapest."""
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, bool):
        return translated(Sentence(_TRUTHS[value]), choices.language)
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, float):
        return decimal(value, choices.language)
    return _of_several(choices, value) or _with_label(choices, str(value), _label_of(value))


def _of_several(choices: Choices, values: object) -> str | None:
    if isinstance(values, dict):
        return ", ".join(word(choices, part) for part in values.values())
    return "\n".join(word(choices, part) for part in values) if isinstance(values, list | tuple) else None


def _label_of(value: object) -> Vocabulary | Sentence | None:
    if isinstance(value, Vocabulary):
        return value
    message = HAPPENED[value] if isinstance(value, EventKind) else VALUES.get(str(value))
    return None if message is None or "{" in message else Sentence(message)


def _with_label(choices: Choices, value: str, label: Vocabulary | Sentence | None) -> str:
    """The label, with the value beside it, as programs know it; the value alone where the label only respells it."""
    if label is None:
        return value
    text = translated(label, choices.language)
    return value if text.upper().replace(" ", "_") == value else f"{text} ({value})"
