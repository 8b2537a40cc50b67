"""CSV files that commands read: the options that say how they are written, and the file itself."""

import codecs
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from starter.cli.input import opened_text

if TYPE_CHECKING:
    from starter.gateway.csv_lines import CsvFile

UTF_8: Final = "utf-8"
COMMA: Final = ","
_WITH_MARK: Final = {UTF_8: "utf-8-sig"}
"""Spreadsheets put a mark at the beginning of a UTF-8 file; it may be there or not."""

Encoding = Annotated[
    str, typer.Option(metavar="NAME", help="The file's encoding: utf-8, utf-16 (or -le, -be), cp1250, iso8859-2.")
]
Delimiter = Annotated[
    str, typer.Option(metavar="CHARACTER", help="What separates the columns: a comma, a semicolon (';') or tab.")
]


@contextmanager
def opened_csv(path: Path, *columns: Sequence[str], encoding: str, delimiter: str) -> "Iterator[CsvFile]":
    """The file FILE of a command, which has one of these sets of columns. Raises `InvalidInput`, `CliError`."""
    from starter.gateway.csv_lines import DELIMITERS, UNDECODABLE, CsvFile

    name, separator = _codec(encoding), DELIMITERS.get(delimiter, delimiter)
    if separator not in DELIMITERS.values():
        raise InvalidInput(field="--delimiter", rule=InputRule.ONE_OF, choices=" ".join(DELIMITERS))
    with opened_text("FILE", path, "r", encoding=_WITH_MARK.get(name, name), errors=UNDECODABLE) as file:
        yield CsvFile(file, *columns, delimiter=separator, encoding=name)


def _codec(encoding: str) -> str:
    from starter.gateway.csv_lines import ENCODINGS

    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if name not in ENCODINGS:
        raise InvalidInput(field="--encoding", rule=InputRule.ONE_OF, choices=", ".join(ENCODINGS))
    return name
