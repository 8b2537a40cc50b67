"""A time axis on which everything that happened can be seen, in a life of a minute and in one of ten years."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from registration.budapest import BUDAPEST

_STRETCHED: Final = 0.4
"""So much of the width, at most, goes to separating moments that are close together; the rest to time itself."""
_APART: Final = 20.0
"""Between two moments, in units of the picture."""
_LABEL: Final = 62.0
"""The room that the label of a tick needs."""

_STEPS: Final[Sequence[tuple[timedelta, str]]] = (
    (timedelta(days=365), "%Y"),
    (timedelta(days=30), "%Y. %m."),
    (timedelta(days=1), "%m. %d."),
    (timedelta(hours=1), "%m. %d. %H:00"),
    (timedelta(minutes=1), "%H:%M"),
    (timedelta(seconds=1), "%H:%M:%S"),
)
_MOST_TICKS: Final = 60


@dataclass(frozen=True)
class Tick:
    """A place on the axis and its label."""

    x: float
    label: str


class Axis:
    """Maps times to places from `left` to `right`, monotonously: stretched where much happened at once."""

    def __init__(self, moments: Iterable[datetime], left: float, right: float) -> None:
        """`moments` are those to be separated, at least one; the first and the last are the ends."""
        known = sorted(set(moments))
        if len(known) == 1:
            known.append(known[0] + timedelta(seconds=1))
        gaps = [(after - before).total_seconds() for before, after in pairwise(known)]
        least = min(_APART, (right - left) * _STRETCHED / len(gaps))
        rest = (right - left) - least * len(gaps)
        places = [left]
        for gap in gaps:
            places.append(places[-1] + least + rest * gap / sum(gaps))
        self._moments, self._places = known, places

    @property
    def begins(self) -> datetime:
        """The left end."""
        return self._moments[0]

    @property
    def ends(self) -> datetime:
        """The right end."""
        return self._moments[-1]

    def x(self, moment: datetime) -> float:
        """The place of a time; what lies outside is at the end."""
        if moment <= self.begins:
            return self._places[0]
        if moment >= self.ends:
            return self._places[-1]
        place = bisect_right(self._moments, moment) - 1
        begin, end = self._moments[place], self._moments[place + 1]
        share = (moment - begin) / (end - begin)
        return self._places[place] + share * (self._places[place + 1] - self._places[place])

    def ticks(self) -> list[Tick]:
        """Round times (Budapest) of the largest unit that gives at least two, as far as their labels have room."""
        for unit, pattern in _STEPS:
            ticks: list[Tick] = []
            for moment in _round_times(self.begins, self.ends, unit):
                x = self.x(moment)
                if not ticks or x - ticks[-1].x >= _LABEL:
                    ticks.append(Tick(x, f"{moment:{pattern}}"))
            if len(ticks) > 1:
                return ticks
        return [Tick(self.x(moment), f"{moment.astimezone(BUDAPEST):%H:%M:%S}") for moment in (self.begins, self.ends)]


def _round_times(begin: datetime, end: datetime, unit: timedelta) -> list[datetime]:
    """The round times of a unit between two moments; a multiple of the unit where there would be too many."""
    times: list[datetime] = []
    count = max(1, -(-int((end - begin) / unit) // _MOST_TICKS))
    moment = _floor(begin.astimezone(BUDAPEST), unit)
    while moment <= end:
        if moment >= begin:
            times.append(moment)
        moment = _next(moment, unit, count)
    return times


def _floor(moment: datetime, unit: timedelta) -> datetime:
    if unit >= timedelta(days=365):
        return moment.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    if unit >= timedelta(days=30):
        return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if unit >= timedelta(days=1):
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment - (moment.replace(tzinfo=UTC) - datetime.min.replace(tzinfo=UTC)) % unit


def _next(moment: datetime, unit: timedelta, count: int) -> datetime:
    if unit >= timedelta(days=365):
        return moment.replace(year=moment.year + count)
    if unit >= timedelta(days=30):
        month = moment.month - 1 + count
        return moment.replace(year=moment.year + month // 12, month=month % 12 + 1)
    return moment + unit * count
