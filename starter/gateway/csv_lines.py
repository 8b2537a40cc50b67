"""The lines of a file of accounts or offices: CSV in UTF-8 with a header row (RFC 4180)."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registration.errors import InvalidInput
from registration.input_rules import InputRule

if TYPE_CHECKING:
    import _csv

ENCODING: Final = "utf-8-sig"
"""With or without the mark that spreadsheets put at the beginning."""

UNDECODABLE: Final = "surrogateescape"
"""What is not UTF-8 is refused with its own line, by the rules for text, not with the whole file."""


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
