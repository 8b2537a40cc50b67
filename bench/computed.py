"""Documents with computed parts: what is between the marks is written by a program, never typed."""

import re
from collections.abc import Callable, Iterable
from typing import Final

_PART: Final = re.compile(r"(<!-- computed: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_UNITS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


def with_parts(document: str, computed: Callable[[str], str]) -> str:
    """The document with the text of each part, by its name."""
    return _PART.sub(lambda part: part[1] + computed(part["name"]) + part[3], document)


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, numbers_from: int | None = None) -> str:
    """Markdown; columns from `numbers_from` on are set right."""
    kinds = ["---:" if numbers_from is not None and place >= numbers_from else "---" for place in range(len(heads))]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heads, kinds, *rows))


def bytes_of(size: float) -> str:
    """Decimal units, as disks are sold."""
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if abs(size) >= scale:
            return f"{size / scale:.1f} {unit}" if abs(size) < 10 * scale else f"{size / scale:,.0f} {unit}"
    return f"{size:.0f} B"


def time_of(seconds: float) -> str:
    """In the unit of which there are at least two."""
    for unit, scale in _UNITS:
        if seconds >= 2 * scale:
            return f"{seconds / scale:.1f} {unit}"
    return f"{seconds:.0f} seconds"
