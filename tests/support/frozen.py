"""Servers that neither answer nor refuse: stopped by SIGSTOP, as on a machine that hangs."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil


@contextmanager
def frozen(name: str) -> Iterator[None]:
    """Our own child processes of a name, and theirs, as long as the context lasts."""
    own = [child for child in psutil.Process().children(recursive=True) if child.name() == name]
    assert own, name
    stopped = {process for one in own for process in (one, *one.children(recursive=True))}
    for process in stopped:
        process.suspend()
    try:
        yield
    finally:
        for process in stopped:
            process.resume()
