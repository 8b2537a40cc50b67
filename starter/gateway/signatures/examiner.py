"""One process that examines submissions, one after the other, as the gateway sees it."""

import asyncio
import base64
import binascii
import os
import signal
import sys
from contextlib import suppress
from typing import Final

from pydantic import ValidationError

from registration.errors import Refusal, UgyfelkapuError, Unavailable
from registration.signature_errors import SignatureRefused, SignatureUnreadable
from starter.examiner.plain_facts import Examination, Submission
from starter.examiner.protocol import ANSWER, ASK, LENGTH, STOP
from store.documents import dump, load

_COMMAND: Final = (sys.executable, "-I", "-m", "starter.examiner.fork_server")
_SECRETS: Final = ("UGYFELKAPU_", "TEMPORAL_")
_LARGEST_ANSWER: Final = 2 * 1024 * 1024
"""Bytes: form, document and signature in base64, and what a certificate says."""

_ENDED_BY_THE_SYSTEM: Final = frozenset({-signal.SIGKILL, -signal.SIGTERM})
"""The machine ran out of memory, or an operator killed it: the document need not be the reason."""


_STOPS_WITHIN_SECONDS: Final = 5
"""A process that was asked to stop and does not answer within this time is killed."""


class ExaminerGone(Exception):
    """The process, or its child, was ended from outside, or could not be started."""


class Examiner:
    """Starts with its first submission, and again after its process has ended."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._owes_an_answer = False
        self._begun: tuple[int, int] | None = None

    async def examine(self, submission: Submission) -> Examination:
        """What is found. Cancelling ends the examination; the process stays for the next. Raises `ExaminerGone`."""
        try:
            process = self._process or await self._started()
            if self._owes_an_answer:
                async with asyncio.timeout(_STOPS_WITHIN_SECONDS):
                    await self._answer(process)
            question = dump(submission)
            self._owes_an_answer = True
            _input(process).write(ASK + LENGTH.pack(len(question)) + question)
            await _input(process).drain()
            status, answer = await self._answer(process)
        except asyncio.CancelledError:
            self._stop()
            raise
        except (OSError, EOFError, ValueError):
            await self.close()
            raise ExaminerGone from None
        if status in _ENDED_BY_THE_SYSTEM:
            raise ExaminerGone
        return _examination(status, answer)

    async def _started(self) -> asyncio.subprocess.Process:
        knows_no_secret = {name: text for name, text in os.environ.items() if not name.startswith(_SECRETS)}
        self._owes_an_answer, self._begun = False, None
        self._process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            env=knows_no_secret,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a traceback may quote the form
            start_new_session=True,  # so that it ends with its child, and Ctrl-C in a terminal is not meant for it
        )
        return self._process

    async def _answer(self, process: asyncio.subprocess.Process) -> tuple[int, bytes]:
        """The outstanding answer. After a cancellation in the middle, reading continues from there."""
        self._begun = self._begun or ANSWER.unpack(await _output(process).readexactly(ANSWER.size))
        status, length = self._begun
        if length > _LARGEST_ANSWER:
            raise ValueError(length)
        answer = await _output(process).readexactly(length)
        self._owes_an_answer, self._begun = False, None
        return status, answer

    def _stop(self) -> None:
        """Stops the present examination; its answer is read before the next question."""
        if self._process and self._owes_an_answer:
            with suppress(OSError):
                _input(self._process).write(STOP)

    async def close(self) -> None:
        """Kills the process and its child."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:  # afterwards its number may be another's; its child ends by its own limits
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _examination(status: int, answer: bytes) -> Examination:
    """The answer; for a child that used up its time or memory, or crashed, it is "unreadable"."""
    with suppress(ValidationError, binascii.Error):
        found = load(Examination, answer)
        base64.b64decode(found.content or "")
        if status == 0 and _is_whole(found):
            return found
    return Examination(refusal=SignatureUnreadable.__name__, reason=f"exit status {status}")


def _is_whole(found: Examination) -> bool:
    """Whether it refuses with what an examination may refuse with, or proves something."""
    if found.refusal is None:
        return None not in {found.content, found.signer, found.proof}
    return issubclass(UgyfelkapuError.kinds.get(found.refusal, Refusal), SignatureRefused | Unavailable)


def _input(process: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    assert process.stdin is not None  # noqa: S101  it was started with pipes
    return process.stdin


def _output(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    assert process.stdout is not None  # noqa: S101  as above
    return process.stdout
