"""A server that runs as our own child process."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starter.dev import dies_with_parent

READY_TIMEOUT = 120.0  # seconds; on an idle machine each server answers in less than 1, on a busy one some took 30
STOP_TIMEOUT = 30.0  # seconds; PostgreSQL's last checkpoint on a slow disk is the longest we wait for
POLL_INTERVAL = 0.02  # seconds


@dataclass
class Child:
    """One process at a time, started and stopped. Not for use by two tasks at once.

    It lives in a session of its own: Ctrl-C in the terminal reaches only us, and we stop our children in order. It is
    sent `death_signal` when we die without having stopped it (Linux); the kernel ties that to the *thread* that
    started it, so call `start` in a thread that lives as long as the server should, such as the main thread.

    `name` begins error messages; `command` starts with an absolute path; `user` is the system user to run as (only
    root may name one); what the process prints is appended to `log`, whose folder it starts in.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_signal: signal.Signals
    death_signal: signal.Signals
    user: str = ""
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The process id. RuntimeError when it is not running."""
        if self._process is None or self._process.returncode is not None:
            message = f"{self.name} is not running."
            raise RuntimeError(message)
        return self._process.pid

    async def start(self, ready: Callable[[], Awaitable[bool]]) -> None:
        """Starts it and waits until `ready` returns true; `ready` raises nothing and returns soon.

        RuntimeError when it is already running, exits, or is not ready after READY_TIMEOUT; then none is left behind.
        """
        if self._process is not None and self._process.returncode is None:
            message = f"{self.name} is already running."
            raise RuntimeError(message)
        arguments = (str(self.death_signal.value), str(os.getpid()), self.user, *self.command)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", dies_with_parent.__file__, *arguments),
                env=self.environment,
                cwd=self.log.parent,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            await asyncio.wait_for(self._until(ready), READY_TIMEOUT)
        except TimeoutError:
            await self.kill()
            message = f"{self.name} was not ready after {READY_TIMEOUT:.0f} s; see {self.log}."
            raise RuntimeError(message) from None
        except BaseException:  # cancellation too
            await self.kill()
            raise

    async def stop(self) -> None:
        """Ask it to end, and kill it if it has not after STOP_TIMEOUT. Nothing happens when it is not running."""
        try:
            await asyncio.wait_for(self._signal(self.stop_signal), STOP_TIMEOUT)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """SIGKILL it, as a power cut would, and wait for its end. Nothing happens when it is not running."""
        await self._signal(signal.SIGKILL)

    async def _until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        while not await ready():
            if self._process is not None and self._process.returncode is not None:
                message = f"{self.name} ended with exit code {self._process.returncode}; see {self.log}."
                raise RuntimeError(message)
            await asyncio.sleep(POLL_INTERVAL)

    async def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()
