"""How many objects a PDF announces, checked before anything of it is parsed.

A cross-reference stream of a hundred bytes can announce a billion objects, which pyHanko then counts one by one until
the process has used up its time. A PDF that announces more than it can hold is refused before that. A name may
be written in other ways (`/S#69ze`), so this saves time and is no defence; the limits of the process are the defence.
"""

import re
from collections.abc import Iterator
from typing import Final

from starter.examiner.plain_facts import LARGEST_BYTES

_SIZE: Final = re.compile(rb"/(?:Size|N|Count)\s{0,9}(\d{1,20})")
_INDEX: Final = re.compile(rb"/Index\s{0,9}\[([\d\s]{0,9999})")
_EMPTY_ENTRIES: Final = re.compile(rb"/W\s{0,9}\[[\s0]{0,99}\]")
_TABLE: Final = re.compile(rb"(?:xref|\d{5} [nf])\s{1,3}\d{1,20} (\d{1,20})")
_TABLE_ENTRY_BYTES: Final = 20


def announces_too_much(pdf: bytes) -> bool:
    """Whether it announces more objects than it has bytes, or more than any form, or entries that are not there."""
    return bool(_EMPTY_ENTRIES.search(pdf)) or any(count > most for count, most in _counts(pdf))


def _counts(pdf: bytes) -> Iterator[tuple[int, int]]:
    """Each count, and what it may be at most. A size may also be that of the attachment before it was compressed."""
    for found in _SIZE.finditer(pdf):
        yield int(found[1]), LARGEST_BYTES
    for found in _INDEX.finditer(pdf):
        yield from ((int(count), len(pdf)) for count in found[1].split()[1::2])
    for found in _TABLE.finditer(pdf):
        yield int(found[1]) * _TABLE_ENTRY_BYTES, len(pdf)
