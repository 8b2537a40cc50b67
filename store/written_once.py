"""Files that are written once: whole, read-only and on the disk from the moment at which they have their names."""

import os
import tempfile
from pathlib import Path
from typing import Final

READ_ONLY: Final = 0o444


def write_once(file: Path, content: bytes) -> bool:
    """Makes the file, durable when this returns; false, and nothing is changed, where it exists. Raises `OSError`."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".new") as written:
        written.write(content)
        written.flush()
        os.fchmod(written.fileno(), READ_ONLY)
        os.fsync(written.fileno())
        try:
            os.link(written.name, file)
        except FileExistsError:
            return False
    sync_folder(file.parent)
    return True


def sync_folder(folder: Path) -> None:
    """A new name in a folder is durable once the folder is. Raises `OSError`."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
