"""The further processes of a verification, as the one that started them sees them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from audit.verification.parts import Part, VerifiedPart
from settings.settings import Settings
from starter.gateway.verifier_messages import LENGTH, Failure, VerifierBeginning, packed, unpacked

_COMMAND: Final = (sys.executable, "-I", "-m", "starter.gateway.verifier_process")

_USUALLY_AT_MOST: Final = 16
"""Where no number is given: each has a connection to PostgreSQL, which has a hundred by default."""

_ENDS_WITHIN_SECONDS: Final = 5
"""A process whose input has ended, and which does not end within this time, is killed."""


_PART_WITHIN_SECONDS: Final = 1800
"""With all histories of a thousand registrations; a process that takes longer is stopped or waits for nothing."""


class VerifierEnded(Exception):
    """A further process was ended or stopped from outside, as by a system without memory, or could not be started."""


@dataclass(frozen=True)
class FurtherProcesses:
    """How many verify, and what they connect with: settings, and the variables of the Temporal connection."""

    number: int
    settings: Settings = field(repr=False)
    temporal: Mapping[str, str] = field(repr=False)


def usual_processes() -> int:
    """The processors that this process may use, at most 16."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(cores, _USUALLY_AT_MOST)


class Verifiers:
    """At most `most` processes, each started with the first part that finds no other idle."""

    def __init__(self, beginning: VerifierBeginning, most: int) -> None:
        """`beginning` is what each of them connects with."""
        self._beginning = beginning
        self._places = asyncio.Semaphore(most)
        self._idle: list[asyncio.subprocess.Process] = []
        self._all: list[asyncio.subprocess.Process] = []
        self.at_once: Final = 2 * most
        """So that none waits while an earlier part, which is told first, takes longer."""

    async def verified(self, part: Part) -> VerifiedPart:
        """Verifies one part. Raises `VerifierEnded`, `VerifierFailed`, `Unavailable`."""
        async with self._places:
            try:
                process = self._idle.pop() if self._idle else await self._started()
                async with asyncio.timeout(_PART_WITHIN_SECONDS):
                    _input(process).write(packed(part))
                    await _input(process).drain()
                    length = LENGTH.unpack(await _output(process).readexactly(LENGTH.size))[0]
                    answer = unpacked(await _output(process).readexactly(length))
            except (OSError, EOFError):
                raise VerifierEnded from None
            self._idle.append(process)
        if isinstance(answer, VerifiedPart):
            return answer
        raise answer.exception() if isinstance(answer, Failure) else VerifierEnded

    async def _started(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is meant for the process that started it
        )
        self._all.append(process)
        _input(process).write(packed(self._beginning))
        return process

    def kill(self) -> None:
        """They write nothing: none needs time for its end."""
        for process in self._all:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGKILL)

    async def close(self) -> None:
        """Lets them end, and kills those that do not."""
        for process in self._all:
            _input(process).close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_WITHIN_SECONDS):
                await self._ended()
        self.kill()
        await self._ended()

    async def _ended(self) -> None:
        await asyncio.gather(*(process.wait() for process in self._all))


@asynccontextmanager
async def further_processes(beginning: VerifierBeginning, most: int) -> AsyncIterator[Verifiers]:
    """They have ended when this ends; at once where it ends early."""
    verifiers = Verifiers(beginning, most)
    try:
        yield verifiers
    except BaseException:
        verifiers.kill()
        raise
    finally:
        await verifiers.close()


def _input(process: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    assert process.stdin is not None  # noqa: S101  it was started with pipes
    return process.stdin


def _output(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    assert process.stdout is not None  # noqa: S101  as above
    return process.stdout
