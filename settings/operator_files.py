"""The one way to read a file that an operator names: it is never waited for, and has a size.

Elsewhere a pipe, whose other end might write nothing for ever, would block a start.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from registration.sentences import Phrases


class FileProblem(Phrases):
    """What is wrong with a file, behind a sentence that names it."""

    MISSING = "there is no such file or folder"
    FORBIDDEN = "this process has no right to it"
    FOLDER = "it is a folder"
    NO_FOLDER = "a part of its path is no folder"
    NOT_REGULAR = "it is not a regular file"
    TOO_LONG = "it is too long"
    EMPTY = "it is empty"
    NOT_TEXT = "it is not text in UTF-8"
    EXISTS = "it exists already"
    READ_ONLY = "the file system is read-only"
    FULL = "the disk is full"
    LONG_NAME = "its name is too long"


_BY_NUMBER: Final = {
    errno.ENOENT: FileProblem.MISSING,
    errno.EACCES: FileProblem.FORBIDDEN,
    errno.EPERM: FileProblem.FORBIDDEN,
    errno.EISDIR: FileProblem.FOLDER,
    errno.ENOTDIR: FileProblem.NO_FOLDER,
    errno.EEXIST: FileProblem.EXISTS,
    errno.EROFS: FileProblem.READ_ONLY,
    errno.ENOSPC: FileProblem.FULL,
    errno.ENAMETOOLONG: FileProblem.LONG_NAME,
}


class UnreadableFile(OSError):
    """A file that could be opened, and is not one to be read."""

    def __init__(self, problem: FileProblem) -> None:
        """`problem` says why not."""
        self.problem: Final = problem
        super().__init__(str(problem))


def read_file(file: Path, most_bytes: int) -> bytes:
    """The content of a regular file. Raises `OSError`; where it is another kind of file or longer, `UnreadableFile`."""
    with open(file, "rb", opener=_without_waiting) as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(FileProblem.NOT_REGULAR)
        content = opened.read(min(status.st_size or most_bytes, most_bytes) + 1)  # `read` allocates all of it at once
    if len(content) > most_bytes:
        raise UnreadableFile(FileProblem.TOO_LONG)
    return content


def problem_of(trouble: Exception) -> FileProblem | str:
    """Why a file could not be read or written; of any other error its type, for its text is English, or quotes."""
    match trouble:
        case UnreadableFile():
            return trouble.problem
        case UnicodeDecodeError():
            return FileProblem.NOT_TEXT
        case OSError(errno=number) if number in _BY_NUMBER:
            return _BY_NUMBER[number]
        case _:
            return type(trouble).__name__


def _without_waiting(file: str, flags: int) -> int:
    return os.open(file, flags | os.O_NONBLOCK)
