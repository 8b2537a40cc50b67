"""The floor (bare Temporal) and the peer (DBOS): scripts of another folder, each as a process of its own after ours."""

import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_WITHIN_SECONDS: Final = 240
_STOPS_WITHIN_SECONDS: Final = 10
_STARTED: Final = re.compile(r"start (?P<calls>\d+)/s; started->mailed (?P<letters>\d+)/s")
_ACTIVATED: Final = re.compile(r"activate (?P<rate>\d+)/s")
_SERIAL: Final = re.compile(r"serial p50 (?P<p50>[\d.]+) p99 (?P<p99>[\d.]+)")
_ORDINARY: Final = "local=False"
"""The floor prints a block with local activities first, which may not be used (principle 2)."""


@dataclass(frozen=True)
class Peer:
    """What a script printed."""

    letters: float
    activations: float
    serial_p50_ms: float
    serial_p99_ms: float


async def floor(folder: Path, count: int, most: int) -> Peer:
    """The bare Temporal workflow of the same shape, sandboxed, with ordinary activities."""
    printed = await _run(Path(sys.executable), folder / "floor.py", count, most, {"M": "sb"})
    return parsed(printed[printed.index(_ORDINARY) :])


async def dbos(python: Path, folder: Path, count: int, most: int) -> Peer | None:
    """The same lifecycle on DBOS Transact; `None` where the interpreter lacks `dbos`."""
    check = await asyncio.create_subprocess_exec(
        python, "-c", "import dbos, psycopg", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(_WITHIN_SECONDS):
        code = await check.wait()
    if code:
        return None
    return parsed(await _run(python, folder / "dbos_life.py", count, most, {}))


def parsed(printed: str) -> Peer:
    """The figures in what a script printed. Raises `RuntimeError` where one is missing."""
    started, activated, serial = _STARTED.search(printed), _ACTIVATED.search(printed), _SERIAL.search(printed)
    if not (started and activated and serial):
        raise RuntimeError(f"not understood: {printed[-500:]}")
    return Peer(float(started["letters"]), float(activated["rate"]), float(serial["p50"]), float(serial["p99"]))


async def _run(python: Path, script: Path, count: int, most: int, more: Mapping[str, str]) -> str:
    with tempfile.TemporaryDirectory(prefix="ugyfelkapu-peer-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103  PostgreSQL's own user only passes through
        try:
            return await _printed(python, script, count, most, {**more, "TMPDIR": folder})
        finally:
            _end_postgres(Path(folder))


async def _printed(python: Path, script: Path, count: int, most: int, more: Mapping[str, str]) -> str:
    environment = {**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}", **more}
    process = await asyncio.create_subprocess_exec(
        python,
        script.name,
        str(count),
        str(most),
        cwd=script.parent,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            printed, _ = await process.communicate()
    except TimeoutError:
        raise RuntimeError(f"{script.name} took more than {_WITHIN_SECONDS} s") from None
    finally:
        _end(process.pid)
    return printed.decode()


def _end(group: int) -> None:
    """Ends what a script left behind in its own session."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)


def _end_postgres(folder: Path) -> None:
    """Ends the script's PostgreSQL, which has a session of its own: dbos_life.py leaves it running."""
    for file in folder.glob("*/postmaster.pid"):
        pid = int(file.read_text().split()[0])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        began = time.monotonic()
        while file.exists() and time.monotonic() - began < _STOPS_WITHIN_SECONDS:
            time.sleep(0.05)
