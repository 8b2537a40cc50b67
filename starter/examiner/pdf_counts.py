"""How much a PDF announces, before anything of it is parsed.

A cross-reference stream of a hundred bytes can announce a billion objects, which pyHanko then counts one by one, until
the process has used up its time. What announces more than it can hold is refused at no cost. A name may be written in
other ways (`/S#69ze`), so this spares time and is no defence: the limits of the process are that.
"""

import re
from collections.abc import Iterator
from typing import Final

_COUNT: Final = re.compile(rb"/(?:Size|N|Count)\s{0,9}(\d{1,20})")
_INDEX: Final = re.compile(rb"/Index\s{0,9}\[([\d\s]{0,9999})")
_EMPTY_ENTRIES: Final = re.compile(rb"/W\s{0,9}\[[\s0]{0,99}\]")
_TABLE: Final = re.compile(rb"(?:^|[\r\n])\s{0,9}(\d{1,20}) {1,9}(\d{1,20})\s{0,9}[\r\n]")
_TABLE_ENTRY_BYTES: Final = 20


def announces_too_much(pdf: bytes) -> bool:
    """Whether it announces more objects than it has bytes, or entries of a table that cannot be in it."""
    return bool(_EMPTY_ENTRIES.search(pdf)) or any(count > len(pdf) for count in _counts(pdf))


def _counts(pdf: bytes) -> Iterator[int]:
    yield from (int(found[1]) for found in _COUNT.finditer(pdf))
    for found in _INDEX.finditer(pdf):
        yield from map(int, found[1].split())
    for found in _TABLE.finditer(pdf):
        yield int(found[2]) * _TABLE_ENTRY_BYTES
