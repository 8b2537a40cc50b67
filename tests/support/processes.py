"""A test ends its own processes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil


@contextmanager
def none_left_behind() -> Iterator[None]:
    """Fails where processes are left that were begun meanwhile.

    But for what the servers of the whole session start for themselves, such as a backend of PostgreSQL.
    """
    before = set(psutil.Process().children(recursive=True))
    yield
    known = {process.pid for process in before}
    left = set(psutil.Process().children(recursive=True)) - before
    assert [process for process in left if _parent(process) not in {None, *known}] == []


def _parent(process: psutil.Process) -> int | None:
    """`None` where it has ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        return process.ppid()
    return None
