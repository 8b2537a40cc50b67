"""The picture of a life: where each bar, mark and flag is. The template draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from registration.statuses import Status
from registration.timeline import Entry, Run, Source, Timeline
from starter.pages.axis import Axis, Tick

WIDTH: Final = 1120.0
_LEFT: Final = 104.0
_RIGHT: Final = WIDTH - 34
_MARK: Final = 19.0
"""The room of a numbered mark."""
_ENVELOPE: Final = 14.0
_ROWS: Final = 6
"""Marks that are close together are below each other, at most so many; then they overlap."""
_LETTER_WIDTH: Final = 6.7
"""Of a label in a bar, on the average."""


@dataclass(frozen=True)
class Bar:
    """A status from `x` for `width`: `ahead` is the part that has not come yet; `shows` whether its name fits."""

    status: Status
    x: float
    width: float
    since: datetime
    until: datetime | None
    ahead: bool = False

    def shows(self, label: str) -> bool:
        """Whether a label fits into it."""
        return len(label) * _LETTER_WIDTH + 10 <= self.width


@dataclass(frozen=True)
class Mark:
    """An event or a letter at `x`, in a `row` of its lane."""

    entry: Entry
    x: float
    row: int


@dataclass(frozen=True)
class Flag:
    """A deadline at `x`, announced at `begin`; `replaced` where something else happened before it came."""

    at: datetime
    begin: float
    x: float
    replaced: bool
    beyond: bool


@dataclass(frozen=True)
class Stretch:
    """A Temporal run from `x` for `width`."""

    run: Run
    number: int
    x: float
    width: float


@dataclass(frozen=True)
class Picture:
    """All that is drawn, in units of a picture `WIDTH` wide."""

    left: float
    right: float
    bars: tuple[Bar, ...]
    events: tuple[Mark, ...]
    letters: tuple[Mark, ...]
    flags: tuple[Flag, ...]
    stretches: tuple[Stretch, ...]
    ticks: tuple[Tick, ...]
    event_rows: int
    letter_rows: int


def picture_of(life: Timeline) -> Picture | None:
    """The picture of a life; `None` before its first event."""
    events = [entry for entry in life.entries if entry.sequence]
    if not events:
        return None
    horizon = _horizon(events, life.as_of)
    axis = Axis([*(entry.at for entry in events), horizon], _LEFT, _RIGHT)
    marks = _in_rows(((entry, axis.x(entry.at)) for entry in events), _MARK)
    letters = _in_rows(((entry, axis.x(entry.at)) for entry in life.entries if entry.letter), _ENVELOPE)
    return Picture(
        left=_LEFT,
        right=_RIGHT,
        bars=tuple(_bars(events, _present(events, life.as_of), horizon, axis)),
        events=marks,
        letters=letters,
        flags=tuple(_flags(events, axis)),
        stretches=tuple(_stretches(life.runs, axis)),
        ticks=tuple(axis.ticks()),
        event_rows=_rows(marks),
        letter_rows=_rows(letters),
    )


def _present(events: Sequence[Entry], as_of: datetime) -> datetime:
    """Our time, but for a registration whose time was skipped ahead of it."""
    return max(events[-1].at, as_of)


def _horizon(events: Sequence[Entry], as_of: datetime) -> datetime:
    """How far the picture reaches: to the present deadline, or a little beyond the present or the end of a life."""
    first, last, present = events[0], events[-1], _present(events, as_of)
    if last.status.is_final:
        return last.at + max((last.at - first.at) / 25, timedelta(milliseconds=1))
    if last.deadline and last.deadline > present:
        return last.deadline
    return present + max((present - first.at) / 10, timedelta(seconds=1))


def _bars(events: Sequence[Entry], present: datetime, horizon: datetime, axis: Axis) -> Iterable[Bar]:
    moves = [events[0]] + [after for before, after in pairwise(events) if after.status is not before.status]
    for move, after in pairwise(moves):
        begin = axis.x(move.at)
        yield Bar(move.status, begin, axis.x(after.at) - begin, move.at, after.at)
    is_over = moves[-1].status.is_final
    begin, now, end = axis.x(moves[-1].at), axis.x(horizon if is_over else present), axis.x(horizon)
    if now > begin:
        yield Bar(moves[-1].status, begin, now - begin, moves[-1].at, None)
    if end > now:
        yield Bar(moves[-1].status, now, end - now, moves[-1].at, None, ahead=True)


def _flags(events: Sequence[Entry], axis: Axis) -> Iterable[Flag]:
    """Each deadline once, from the event that announced it."""
    announced: dict[datetime, Entry] = {}
    for entry in events:
        if entry.deadline:
            announced.setdefault(entry.deadline, entry)
    for deadline, entry in announced.items():
        stood_until = next((after.at for after in events if after.at > entry.at and after.deadline != deadline), None)
        replaced = stood_until is not None and stood_until < deadline
        yield Flag(deadline, axis.x(entry.at), axis.x(deadline), replaced, beyond=deadline > axis.ends)


def _stretches(runs: Sequence[Run], axis: Axis) -> Iterable[Stretch]:
    for number, run in enumerate(runs, 1):
        if run.started and run.source in {Source.TEMPORAL, Source.ARCHIVE}:
            begin, end = axis.x(run.started), axis.x(run.closed or axis.ends)
            yield Stretch(run, number, begin, max(end - begin, 2.0))


def _in_rows(placed: Iterable[tuple[Entry, float]], room: float) -> tuple[Mark, ...]:
    """Each mark in the first row where it has room."""
    ends: list[float] = []
    marks = []
    for entry, x in placed:
        row = next((row for row, end in enumerate(ends) if x - end >= room), len(ends))
        row = min(row, _ROWS - 1)
        ends[row : row + 1] = [x]
        marks.append(Mark(entry, x, row))
    return tuple(marks)


def _rows(marks: Sequence[Mark]) -> int:
    return max((mark.row + 1 for mark in marks), default=1)
