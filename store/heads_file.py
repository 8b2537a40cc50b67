"""The file of changed heads beside a checkpoint's document."""

import gzip
import hashlib
import os
from pathlib import Path
from typing import IO, Any, Final

from registration.sentences import N_, Sentence

_BLOCK_BYTES: Final = 1 << 20


class CheckpointsUnsound(Exception):
    """A file of the folder is not what it was when it was signed; the message names file and rule."""

    def __init__(self, file: Path, sentence: Sentence) -> None:
        """`sentence` says what is wrong with the file."""
        self.file: Final = file.name
        self.sentence: Final = sentence
        super().__init__(f"{file.name}: {sentence}")


class HeadsFile:
    """A heads file that is being written: gzipped JSON lines, the same bytes for the same lines."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        """Writes to `file`, whose path is `path`."""
        self.path = path
        self.lines = 0
        self._file = file
        self._zipped: Any = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)

    def add(self, line: str) -> None:
        """One head."""
        self._zipped.write(f"{line}\n".encode())
        self.lines += 1

    def finish(self) -> str:
        """Closes it, on the disk, and returns the SHA-256 of the file."""
        self._zipped.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        return digest_of(self.path)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises `CheckpointsUnsound`."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK_BYTES):
                digest.update(block)
    except OSError:
        raise CheckpointsUnsound(file, Sentence(N_("it cannot be read"))) from None
    return digest.hexdigest()
