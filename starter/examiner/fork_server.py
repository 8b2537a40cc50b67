"""The process that examines: it keeps the libraries loaded, and forks a child for each submission.

Run as a script by the gateway; `protocol.py` has the protocol. No process outlasts the gateway, however it ends. A
child starts with what is imported here and ends with its submission, so that nothing of one is left for the next.
Hostile bytes are parsed only there, under limits of its own; here they are only passed on. The child has no secret,
writes no file and communicates only with this process.
"""

import base64
import gc
import json
import os
import resource
import select
import signal
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

from starter.examiner.examination import examine
from starter.examiner.plain_facts import Submission
from starter.examiner.protocol import ANSWER, ASK, LENGTH, STOP
from starter.examiner.trust import Trust

_READ_SECONDS: Final = 0.5
"""Of processor time, to take a document apart and see whether its signature is intact; an honest one takes some
hundredths, with every time stamp 0.07."""

_VERIFY_SECONDS: Final = 10
"""The same, with the checks after that, which read the trusted files: a list of 100,000 entries takes one second."""

_ELAPSED_SECONDS: Final = 60
"""Of elapsed time; the gateway has given up long before, unless it is frozen."""

_MEMORY_BYTES: Final = 512 * 1024 * 1024
"""Of addresses; an honest document needs a fifth."""

_IN, _OUT = 0, 1
_CHUNK: Final = 64 * 1024


def main() -> None:
    """Answers until standard input ends."""
    gc.freeze()
    while (question := _question()) is not None:
        status, answer = _examined(question)
        _write(_OUT, ANSWER.pack(status, len(answer)) + answer)


def _question() -> bytes | None:
    """The next question; a `STOP` that came too late is skipped."""
    while (kind := os.read(_IN, 1)) == STOP:
        pass
    if kind != ASK:
        return None
    header = _read(LENGTH.size)
    return None if header is None else _read(*LENGTH.unpack(header))


def _examined(question: bytes) -> tuple[int, bytes]:
    """How the child ended, and what it answered."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _examine(question, writing)
    os.close(writing)
    answer = _until_done(reading)
    os.close(reading)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), answer or b""


def _until_done(reading: int) -> bytes | None:
    """What the child writes until it ends; `None` if it is stopped or has taken too long."""
    answer, deadline = b"", time.monotonic() + _ELAPSED_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([reading, _IN], [], [], left)
        if reading in ready:
            if not (part := os.read(reading, _CHUNK)):
                return answer
            answer += part
        elif _IN in ready:
            return None
    return None


def _examine(question: bytes, writing: int) -> NoReturn:
    """Everything that the child does."""
    status = 1
    try:
        os.close(_IN)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_AS, _MEMORY_BYTES)
        resource.setrlimit(resource.RLIMIT_CPU, (_VERIFY_SECONDS, _VERIFY_SECONDS + 1))  # SIGXCPU, and SIGKILL after it
        signal.setitimer(signal.ITIMER_PROF, _READ_SECONDS)  # it counts processor time, and its signal ends the process
        asked = Submission(**json.loads(question))

        def trusted() -> Trust:
            signal.setitimer(signal.ITIMER_PROF, 0)
            return Trust.read(Path(asked.roots), Path(asked.lists) if asked.lists else None)

        signature = None if asked.signature is None else base64.b64decode(asked.signature)
        found = examine(base64.b64decode(asked.document), signature, trusted, datetime.fromisoformat(asked.moment))
        _write(writing, json.dumps(asdict(found), default=str).encode())
        status = 0
    finally:
        os._exit(status)  # without the parent's exit handlers


def _limit(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, most))


def _read(count: int) -> bytes | None:
    content = b""
    while len(content) < count:
        if not (part := os.read(_IN, min(count - len(content), _CHUNK))):
            return None
        content += part
    return content


def _write(to: int, content: bytes) -> None:
    while content:
        content = content[os.write(to, content) :]


if __name__ == "__main__":
    main()
