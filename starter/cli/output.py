"""What commands print: tables for people, JSON for programs."""

import json
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.progress import Progress, ProgressColumn
from rich.table import Table
from rich.text import Text

from registration.answers import is_answer, plain
from registration.record import EventKind
from registration.sentences import N_, Sentence, Vocabulary
from registration.statuses import Language
from registration.timeline import RUN_OUTCOMES
from registration.times import shown as shown_time
from starter.cli.choices import Choices
from starter.translation import translated

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Fact = tuple[str, str, Any]
"""Name, title and value of a field."""

_PIPE_WIDTH: Final = 160
"""Columns where there is no terminal: ids and dates stay on one line."""

_READABLE_WIDTH: Final = 20
"""Columns that a sentence needs, to be read in a table: one that is too narrow for that has each fact on a line."""

_FRAME_WIDTH: Final = 3
"""Of a column: a line and two spaces."""

_HASH: Final = re.compile(r"[0-9a-f]{64}")

_IDS: Final = {"registration_id", "extension_id", "run_id", "letter_id", "receipt_number", "staff_id"}
"""What a person copies into the next command: never broken."""

NOTHING_FOUND: Final = Sentence(N_("Nothing was found."))

_TRUTHS: Final = {True: N_("yes"), False: N_("no")}


def console_of(*, stderr: bool = False) -> Console:
    """A console that prints text as it is."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def progress_bar(choices: Choices, *columns: ProgressColumn) -> Progress:
    """A bar on standard error, where that is a terminal; with the usual columns if none are given."""
    console = console_of(stderr=True)
    return Progress(*columns, console=console, disable=choices.as_json or not console.is_terminal)


def print_json(value: object) -> None:
    """One JSON document on standard output: an answer as the API sends it."""
    sys.stdout.write(json_text(plain(value), indent=2) + "\n")
    sys.stdout.flush()


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON for standard output, which is whole in every locale: escaped where the stream is not UTF-8."""
    return json.dumps(value, ensure_ascii=sys.stdout.encoding.lower() != "utf-8", indent=indent)


@dataclass(frozen=True)
class Column:
    """A column of a table: its title in English, and what a row has in it. `name` is that of an answer's field."""

    name: str
    title: str
    of: Callable[[Any], object]

    def within(self, part: str) -> "Column":
        """The column where a row has what this is of in its field `part`."""
        return replace(self, of=lambda row: self.of(getattr(row, part)))


def column(kind: type, name: str) -> Column:
    """The column of an answer's field, under the field's title."""
    return Column(name, title_of(kind, name), attrgetter(name))


def columns(kind: type, *names: str) -> list[Column]:
    """The columns of some fields of an answer, or of all."""
    return [column(kind, name) for name in names or (each.name for each in fields(kind))]


def title_of(kind: type, name: str) -> str:
    """The title of an answer's field."""
    title: str = next(each.metadata["title"] for each in fields(kind) if each.name == name)
    return title


def show(
    choices: Choices,
    shown: "DataclassInstance",
    *,
    without: Collection[str] = (),
    instead: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """One answer, as two columns: titles and values; an answer in it has its fields beneath.

    A table leaves out the fields `without`, and has other values `instead`; JSON has the whole answer.
    """
    if choices.as_json:
        print_json(_checked(shown))
        return
    facts = [(name, title, instead.get(name, value)) for name, title, value in _facts(shown, without)]
    console_of().print(_beneath(choices, facts), crop=False)


def show_rows(choices: Choices, shown: "DataclassInstance", over: Sequence[Column], rows: Sequence[object]) -> None:
    """A list, which is a part of the answer `shown`: JSON has that whole answer, a table the rows under `over`."""
    if choices.as_json:
        print_json(_checked(shown))
    else:
        show_table(choices, over, rows)


def show_table(choices: Choices, over: Sequence[Column], rows: Sequence[object]) -> None:
    """Many things of the same kind; where they are too wide for the terminal, each has a fact on a line."""
    table, console = Table(header_style="bold"), console_of()
    if not rows:
        console.print(translated(NOTHING_FOUND, choices.language))
        return
    cells = [[each.of(row) for row in rows] for each in over]
    least = [_least_width(choices, each, values) for each, values in zip(over, cells, strict=True)]
    most = [
        _longest(choices, [title_in(choices, each.title), *values]) for each, values in zip(over, cells, strict=True)
    ]
    left = console.width - sum(least) - _FRAME_WIDTH * len(over) - 1
    if left < 0:
        for values in zip(*cells, strict=True):
            named = [(each.name, each.title, value) for each, value in zip(over, values, strict=True)]
            if heading := next((value for _, title, value in named if not title), None):
                console.print(Text(str(heading), style="bold"))
            console.print(_beneath(choices, [fact for fact in named if fact[1]]), "", crop=False, sep="\n")
        return
    for each, width in zip(over, _shared(left, least, most), strict=True):
        table.add_column(title_in(choices, each.title), overflow="fold", width=width)
    for values in zip(*cells, strict=True):
        table.add_row(*(Text(word(choices, value)) for value in values))
    console.print(table)


def _checked(shown: "DataclassInstance") -> "DataclassInstance":
    """Nothing but an answer is printed for programs."""
    if not is_answer(type(shown)):
        raise TypeError(type(shown).__name__)
    return shown


def _facts(shown: "DataclassInstance", without: Collection[str] = ()) -> Iterator[Fact]:
    """Name, title and value of each field."""
    for each in fields(shown):
        value = getattr(shown, each.name)
        if each.name in without:
            continue
        if is_answer(type(value)):
            yield from _facts(value)
        else:
            yield each.name, each.metadata["title"], value


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


def _least_width(choices: Choices, over: Column, values: Sequence[object]) -> int:
    """How wide a column must be so that no id, no time and no word breaks; a hash may, it is nothing to be typed."""
    least = [0]
    for value in (title_in(choices, over.title), *(word(choices, each) for each in values)):
        words = [each for each in value.split() if not _HASH.fullmatch(each)]
        least += [*map(len, words), min(_READABLE_WIDTH, _longest(choices, [value]))]
    whole = [each for each in values if over.name in _IDS or isinstance(each, datetime)]
    return max(*least, _longest(choices, whole) if whole else 0)


def _beneath(choices: Choices, facts: Iterable[Fact]) -> Table:
    """One thing, a fact a line; too wide for the terminal, an id runs over the edge and stays whole."""
    known = list(facts)
    ids = [len(word(choices, value)) for name, _, value in known if name in _IDS]
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", min_width=max(ids, default=None))
    for _, title, value in known:
        table.add_row(Text(title_in(choices, title), style="bold"), Text(word(choices, value)))
    return table


def decimal(number: float, language: Language) -> str:
    """A number with one place behind the decimal sign, which is a comma in Hungarian."""
    text = f"{number:.1f}"
    return text.replace(".", ",") if language is Language.HU else text


def title_in(choices: Choices, title: str) -> str:
    """A title in the reader's language."""
    return translated(Sentence(title), choices.language) if title else title


def word(choices: Choices, value: object) -> str:
    """A value as a person reads it; times in Budapest."""
    if value is None or value in ("", [], (), {}):
        return "–"
    if isinstance(value, bool):
        return translated(Sentence(_TRUTHS[value]), choices.language)
    if isinstance(value, datetime):
        return shown_time(value)
    if isinstance(value, float):
        return decimal(value, choices.language)
    return _of_several(choices, value) or _with_label(choices, str(value), _label_of(value))


def _of_several(choices: Choices, values: object) -> str | None:
    """Each of a list on a line, counts by name, the fields of an answer beside each other."""
    if isinstance(values, Mapping):
        return "\n".join(f"{word(choices, name)}: {number:,}" for name, number in values.items())
    if isinstance(values, list | tuple):
        return "\n".join(word(choices, part) for part in values)
    return ", ".join(word(choices, part) for part in vars(values).values()) if is_answer(type(values)) else None


def _label_of(value: object) -> Vocabulary | Sentence | None:
    if isinstance(value, Vocabulary):
        return value
    message = value.row.happened if isinstance(value, EventKind) else RUN_OUTCOMES.get(str(value))
    return None if message is None or "{" in message else Sentence(message)


def _with_label(choices: Choices, value: str, label: Vocabulary | Sentence | None) -> str:
    """The label, with the value beside it, as programs know it; the value alone where the label only respells it."""
    if label is None:
        return value
    text = translated(label, choices.language)
    return value if text.upper().replace(" ", "_") == value else f"{text} ({value})"
