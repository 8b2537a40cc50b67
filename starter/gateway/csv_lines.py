"""CSV in UTF-8 with a header row (RFC 4180): files of accounts or offices, and what people open as a table."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from registration.errors import InvalidInput
from registration.input_rules import InputRule

if TYPE_CHECKING:
    import _csv

ENCODING: Final = "utf-8-sig"
"""With or without the mark that spreadsheets put at the beginning."""

UNDECODABLE: Final = "surrogateescape"
"""What is not UTF-8 is refused with its own line, by the rules for text, not with the whole file."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, the full-width forms too (OWASP, "CSV Injection")."""


@dataclass(frozen=True)
class CsvLine:
    """One thing's fields by column; `None` where the line is no such CSV. `number` counts from 1, the header."""

    number: int
    fields: Mapping[str, str] | None = field(repr=False)


def csv_lines(file: Iterable[str], columns: Sequence[str]) -> Iterator[CsvLine]:
    """The lines as they are read, without empty ones. Raises `InvalidInput` unless the header names all columns."""
    reader = csv.reader(file, strict=True)
    header = next(_rows(reader), (1, None))[1] or []
    if sorted(header) != sorted(columns):
        raise InvalidInput(field="FILE", rule=InputRule.COLUMNS, columns=", ".join(columns))
    for number, row in _rows(reader):
        whole = row is not None and len(row) == len(header)
        yield CsvLine(number, dict(zip(header, row or [], strict=True)) if whole else None)


def _rows(reader: "_csv.Reader") -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the line that it begins on; `None` where its quotes or its length are out of order."""
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except csv.Error:
            yield number, None
        except StopIteration:
            return
        else:
            if row:
                yield number, row


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows under the names of their columns; a row may hold more than them."""
    names = tuple(columns)
    return csv_line(names) + "".join(csv_line(row[name] for name in names) for row in rows)


def csv_line(cells: Iterable[object]) -> str:
    """One line: times in UTC, what has no value is empty, and text never begins like a formula."""
    line = io.StringIO()
    csv.writer(line).writerow(_cell(cell) for cell in cells)
    return line.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    is_formula = isinstance(value, str) and len(value) > 1 and value.startswith(_FORMULA)
    return f"'{value}" if is_formula else value
