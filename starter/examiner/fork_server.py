"""The process that examines: it waits, warm, and lets a child of its own examine each submission.

Run as a script by the gateway; `protocol.py` says how they talk. No process outlives the gateway, however that ended.

A child begins with what is imported here and ends with its submission: nothing of one is left for the next. Hostile
bytes are parsed by it alone, under limits of its own; here they are only passed on. It knows no secret, writes no file
and has nobody to talk to but this process.
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
from starter.examiner.findings import Submission
from starter.examiner.protocol import ANSWER, ASK, LENGTH, STOP
from starter.examiner.trust import Trust

_READ_SECONDS: Final = 0.5
"""Of processor time, to take a document apart and see whether its signature is intact; an honest one takes some
hundredths, with every time stamp 0.07."""

_VERIFY_SECONDS: Final = 10
"""The same, with what comes then, when whom to trust is read: a revocation list of 100,000 entries takes one second."""

_ELAPSED_SECONDS: Final = 60
"""Of any time; the gateway has given up and said so long before, unless it stands still."""

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
    """The next question; a word to stop that came too late is passed over."""
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
    """What the child writes until it ends; nothing where it is stopped or has taken too long."""
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
    """The child's whole life."""
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
        os._exit(status)  # nothing of the parent's runs here, not even what it does at its end


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
