"""Processor time by program: ours (gateway, worker, and the load itself), Temporal's server, PostgreSQL."""

from time import perf_counter
from typing import Final

import psutil

from bench.capacity.figures import Load

OURS: Final = "ours"
TEMPORAL: Final = "temporal"
POSTGRES: Final = "postgres"
PROGRAMS: Final = (OURS, TEMPORAL, POSTGRES)


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        """Begins."""
        self._began, self._used = perf_counter(), _seconds()

    def load(self, count: int) -> Load:
        """What each of so many acts has taken since then."""
        seconds, used = perf_counter() - self._began, _seconds()
        spent = {program: (used[program] - self._used[program]) / count * 1000 for program in PROGRAMS}
        return Load(count / seconds, spent)


def _seconds() -> dict[str, float]:
    """Used so far. A server's process that has ended counts no more; connections of a pool stay."""
    own = psutil.Process()
    seconds = dict.fromkeys(PROGRAMS, 0.0) | {OURS: _of(own)}
    for child in own.children(recursive=True):
        name = child.name()
        if name in (TEMPORAL, POSTGRES):
            seconds[name] += _of(child)
    return seconds


def _of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
