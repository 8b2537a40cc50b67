"""A plot of counts: where each bar is. The template draws them; the same numbers are in a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 720.0
_LABELS: Final = 220.0
"""The room for labels, left of horizontal bars."""
_NUMBERS: Final = 80.0
"""The room for numbers, right of them."""
_ROW: Final = 26.0
_LONGEST: Final = 34
"""Characters of a label that have room."""
_MOST_ROWS: Final = 20
_HEIGHT: Final = 190.0
"""Of the highest column."""
_WIDEST: Final = 90.0
"""The room of a column."""
_MOST_LABELS: Final = 12
"""Of columns: more would run into each other."""


@dataclass(frozen=True)
class PlottedBar:
    """A horizontal bar in its row, at `y`."""

    label: str
    number: int
    y: float
    width: float


@dataclass(frozen=True)
class BarPlot:
    """The largest counts; `hidden` are in the table alone."""

    bars: tuple[PlottedBar, ...]
    hidden: int
    left: float
    row: float
    height: float


@dataclass(frozen=True)
class PlottedColumn:
    """A column at `x`; `shows` whether its label has room."""

    label: str
    number: int
    x: float
    width: float
    height: float
    shows: bool


@dataclass(frozen=True)
class ColumnPlot:
    """Counts of months in their order, the months without any included."""

    columns: tuple[PlottedColumn, ...]
    most: int
    height: float


def bars_of(counts: Sequence[tuple[str, int]]) -> BarPlot:
    """The plot of labelled counts, in their order; of many the largest."""
    largest = sorted(counts, key=lambda count: -count[1])[:_MOST_ROWS]
    kept = [count for count in counts if count in largest][:_MOST_ROWS]
    most = max((number for _, number in kept), default=0) or 1
    room = WIDTH - _LABELS - _NUMBERS
    bars = tuple(
        PlottedBar(_shortened(label), number, row * _ROW, room * number / most)
        for row, (label, number) in enumerate(kept)
    )
    return BarPlot(bars, len(counts) - len(kept), _LABELS, _ROW, max(len(kept), 1) * _ROW)


def columns_of(by_month: Sequence[tuple[str, int]]) -> ColumnPlot:
    """The plot of counts by month (`2027-03`), oldest first."""
    months = _months(by_month)
    most = max((number for _, number in months), default=0) or 1
    step = min(WIDTH / max(len(months), 1), _WIDEST)
    every = -(-len(months) // _MOST_LABELS) or 1
    columns = tuple(
        PlottedColumn(label, number, place * step + step * 0.1, step * 0.8, _HEIGHT * number / most, place % every == 0)
        for place, (label, number) in enumerate(months)
    )
    return ColumnPlot(columns, most, _HEIGHT)


def _months(by_month: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """All months from the first to the last."""
    if not by_month:
        return []
    counts = dict(by_month)
    first, last = (_number(month) for month in (min(counts), max(counts)))
    months = [f"{each // 12:04}-{each % 12 + 1:02}" for each in range(first, last + 1)]
    return [(month, counts.get(month, 0)) for month in months]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
