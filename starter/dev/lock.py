"""A lock, so that only one environment uses a folder; it ends with the process that holds it, however that ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOCK: Final = "lock"
_ATTEMPTS: Final = 10
_PAUSE_SECONDS: Final = 0.02
"""`is_in_use` holds the lock for microseconds: a start that finds it locked tries again."""


class FolderInUse(Exception):
    """Another environment runs on this folder."""


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Locks the folder, which is made if it is missing. Raises `FolderInUse`, `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as file:
        for attempt in range(_ATTEMPTS):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == _ATTEMPTS - 1:
                    raise FolderInUse from None
                time.sleep(_PAUSE_SECONDS)
        yield


def is_in_use(folder: Path) -> bool:
    """Whether an environment runs on the folder."""
    try:
        with (folder / _LOCK).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
