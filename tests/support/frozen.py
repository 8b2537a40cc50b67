"""Servers that neither answer nor refuse: stopped by SIGSTOP, as on a machine that hangs."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import psutil


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """One server and its children, as long as the context lasts; the session's own servers go on."""
    server = psutil.Process(pid)
    server.suspend()  # first, so that it has no more children than those that are found
    stopped = [server]
    try:
        for child in server.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # a backend that has ended meanwhile
                child.suspend()
                stopped.append(child)
        yield
    finally:
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def frozen_at(address: str) -> AbstractContextManager[None]:
    """The same for the server that listens at an address, `host:port`. Raises `StopIteration` where none does."""
    port = int(address.rpartition(":")[2])
    listening = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    pid = next(each.pid for each in listening if each.laddr[1:] == (port,))
    assert pid, "another user's"
    return frozen(pid)
