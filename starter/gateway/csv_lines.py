"""CSV with a header row: files of accounts or offices, read without losing a line, and what people open as a table."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import IO, Final

from registration.answers import plain
from registration.errors import InvalidInput
from registration.input_rules import InputRule

UNDECODABLE: Final = "replace"
"""What is not in the encoding becomes U+FFFD: its own line is refused, not the whole file."""
ENCODINGS: Final = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "iso8859-2")
DELIMITERS: Final = {",": ",", ";": ";", "tab": "\t"}
"""By the name that people type."""

_REPLACED: Final = "\ufffd"
_UTF_16: Final = "utf-16"
_UTF_32: Final = "utf-32"
_MARK: Final = "\ufeff"
_LONGEST: Final = 65_536
"""Characters of a line; an account has some 500. Longer ones are refused without being kept in memory."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, the full-width forms too (OWASP, "CSV Injection")."""


@dataclass(frozen=True)
class CsvLine:
    """One thing's fields by column; `None` where the line is refused. `number` counts from 1, the header."""

    number: int
    fields: Mapping[str, str] | None = field(repr=False)
    refusal: InvalidInput | None = field(default=None, compare=False)

    def checked(self) -> Mapping[str, str]:
        """The fields. Raises `InvalidInput`."""
        if self.fields is None:
            raise self.refusal or InvalidInput(field="line", rule=InputRule.UNREADABLE)
        return self.fields


class CsvFile:
    """The lines as they are read, without blank ones, which `blank` counts; `count` has all of them, the header too.

    A quoted field that goes on behind its line's end is refused (RFC 4180 would allow it), and so is each line up to
    the quote that closes it: taken for records of their own, they would let the author of one field of the older
    system write whole accounts.
    """

    def __init__(self, file: IO[str], *columns: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> None:
        """`file` is open with `newline=""`; the header has all names of one of `columns`, in any order."""
        self._file = file
        self._columns = columns
        self._delimiter = delimiter
        self._encoding = encoding
        self._well_formed = _well_formed(delimiter)
        self.count = 0
        self.blank = 0

    def __iter__(self) -> Iterator[CsvLine]:
        """Raises `InvalidInput` where the header is another one."""
        try:
            header = self._header()
        except UnicodeError:  # UTF-16 without the mark of its byte order
            raise InvalidInput(field="FILE", rule=InputRule.ENCODED, **self._encodings()) from None
        opened = 0
        for text in self._texts():
            if opened:
                yield self._refused(InputRule.SWALLOWED, line=str(opened))
                opened = opened if self._is_open(f'"{text}') else 0
            elif not text.strip("\r\n"):
                self.blank += 1
            elif self._is_open(text):
                opened = self.count
                yield self._refused(InputRule.LINE_BREAK)
            else:
                yield self._line(header, text)

    def _line(self, header: Sequence[str], text: str) -> CsvLine:
        if len(text) > _LONGEST:
            return self._refused(InputRule.LONG_LINE, most=str(_LONGEST))
        if _REPLACED in text or self._is_utf_8_all_the_same(text):
            return self._refused(InputRule.ENCODED, **self._encodings())
        row = self._row(text)
        if len(row) != len(header) or not self._well_formed.fullmatch(text.rstrip("\r\n")):
            delimiter = _name_of(self._delimiter)
            return self._refused(InputRule.CSV_LINE, count=str(len(header)), delimiter=delimiter)
        return CsvLine(self.count, dict(zip(header, row, strict=True)))

    def _encodings(self) -> dict[str, str]:
        return {"encoding": self._encoding, "encodings": ", ".join(ENCODINGS)}

    def _refused(self, rule: InputRule, **facts: str) -> CsvLine:
        return CsvLine(self.count, None, InvalidInput(field="line", rule=rule, **facts))

    def _header(self) -> Sequence[str]:
        for text in self._texts():
            if text.strip("\r\n"):
                header = self._row(text.removeprefix(_MARK))
                if self._is_header(header):
                    return header
                raise self._other_header(text)
            self.blank += 1
        raise self._other_header("")

    def _is_header(self, row: Sequence[str]) -> bool:
        return any(sorted(row) == sorted(columns) for columns in self._columns)

    def _other_header(self, text: str) -> InvalidInput:
        """Names the encoding or the delimiter where the header is right but for that."""
        if encoding := _wider_encoding(text, self._encoding):
            rule = InputRule.IN_UTF_32 if encoding == _UTF_32 else InputRule.IN_UTF_16
            return InvalidInput(field="FILE", rule=rule, encoding=encoding)
        for name, delimiter in DELIMITERS.items():
            row = next(csv.reader([text], delimiter=delimiter), [])
            if self._is_header(row):
                return InvalidInput(field="FILE", rule=InputRule.DELIMITED, delimiter=name)
        return InvalidInput(field="FILE", rule=InputRule.COLUMNS, columns=", ".join(self._columns[0]))

    def _texts(self) -> Iterator[str]:
        """Each line with its end, counted; of one that is too long, so many quotes that it opens what it opened."""
        while text := self._file.readline(_LONGEST):
            self.count += 1
            if _goes_on(text):
                quotes, part = text.count('"'), text
                while _goes_on(part):
                    part = self._file.readline(_LONGEST)
                    quotes += part.count('"')
                text = '"' * (quotes % 2) + " " * (_LONGEST + 1)
            yield text

    def _row(self, text: str) -> list[str]:
        return next(csv.reader([text], delimiter=self._delimiter), [])

    def _is_open(self, text: str) -> bool:
        """Whether a quote is open at the end of a line, so that a reader of CSV would want the next one."""
        reader = csv.reader([text, ""], delimiter=self._delimiter)
        next(reader, None)
        return reader.line_num > 1

    def _is_utf_8_all_the_same(self, text: str) -> bool:
        """UTF-8 read as cp1250 gives letters, only not those of the names; the other way round it never decodes."""
        if self._encoding not in {"cp1250", "iso8859-2"} or text.isascii():
            return False
        try:
            text.encode(self._encoding).decode()
        except UnicodeError:
            return False
        return True


def _goes_on(part: str) -> bool:
    return len(part) == _LONGEST and not part.endswith(("\n", "\r"))


def _wider_encoding(header: str, encoding: str) -> str:
    """UTF-16 or UTF-32, by the zeros beside ASCII characters in a header that was read in another encoding, or empty.

    Bytes read one by one have one zero beside each character of UTF-16 and three of UTF-32. What was read as UTF-16 has
    one zero where it is UTF-32, and is above U+00FF with low bytes of zero where its bytes are in the other order.
    """
    if "\0\0" in header or ("\0" in header and encoding.startswith(_UTF_16)):
        return _UTF_32
    if encoding.startswith(_UTF_16):
        is_swapped = header and not any(ord(character) & 0xFF for character in header.lstrip("\ufffe")[:4])
        return ("utf-16-be" if encoding == "utf-16-le" else "utf-16-le") if is_swapped else ""
    if "\0" not in header:
        return ""
    if not header[0].isascii():
        return _UTF_16
    return "utf-16-be" if header[0] == "\0" else "utf-16-le"


def _name_of(delimiter: str) -> str:
    return next(name for name, character in DELIMITERS.items() if character == delimiter)


def _well_formed(delimiter: str) -> re.Pattern[str]:
    """RFC 4180: quotes only around a whole field, doubled within it. Possessive: a hostile line costs its length."""
    one = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{delimiter}]*+)'
    return re.compile(rf"{one}(?:{delimiter}{one})*+")


def csv_of(kind: type, items: Iterable[object]) -> str:
    """Answers of one kind, with their fields as columns."""
    return csv_header(kind) + "".join(map(csv_row, items))


def csv_header(kind: type) -> str:
    """The line with the names of an answer's fields."""
    return csv_line(each.name for each in fields(kind))


def csv_row(item: object) -> str:
    """The line of one answer."""
    return csv_line(vars(item).values())


def csv_line(cells: Iterable[object]) -> str:
    """One line: times in UTC, what has no value is empty, and text never begins like a formula."""
    line = io.StringIO()
    csv.writer(line).writerow(_cell(cell) for cell in cells)
    return line.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return plain(value)
    is_formula = isinstance(value, str) and len(value) > 1 and value.startswith(_FORMULA)
    return f"'{value}" if is_formula else value
