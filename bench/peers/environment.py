"""What only the peers need: Python packages in a virtual environment, and Restate's server; both thrown away."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starter.dev.installation import private_folder

_PACKAGES: Final = Path(__file__).with_name("requirements.lock")
_RESTATE: Final = "@restatedev/restate-server"
_RESTATE_VERSION: Final = "1.7.12"
_WITHIN_SECONDS: Final = 300
"""For one download and installation, over a slow line."""

_SHOWN: Final = 200
"""Characters at the end of what a failed command printed."""


class Missing(Exception):
    """What a peer needs cannot be had; the text says why."""


@dataclass(frozen=True)
class Ended:
    """A process that has ended, and what it printed."""

    status: int
    printed: str


@dataclass(frozen=True)
class Environment:
    """The interpreter that has the peers' packages and the program of Restate's server, or why there is none."""

    python: Path | Missing
    restate: Path | Missing


@asynccontextmanager
async def peer_environment() -> AsyncIterator[Environment]:
    """Downloads and installs, with pip and npm; all of it is gone afterwards."""
    with private_folder("ugyfelkapu-peers-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103  PostgreSQL's own user runs programs of the virtual environment
        yield Environment(await _installed(_python, folder), await _installed(_restate, folder))


async def run(
    *command: str | Path, within_seconds: float, folder: Path | None = None, environment: Mapping[str, str] = {}
) -> Ended:
    """Runs a command in a session of its own, which ends with it. Raises `TimeoutError`."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(within_seconds):
            printed, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    return Ended(process.returncode or 0, printed.decode(errors="replace"))


async def _installed(install: Callable[[Path], Awaitable[Path]], folder: Path) -> Path | Missing:
    try:
        return await install(folder)
    except Missing as missing:
        return missing


async def _python(folder: Path) -> Path:
    made = folder / "python"
    await _done(sys.executable, "-m", "venv", made)
    python = made / "bin" / "python"
    quietly = ("-q", "--disable-pip-version-check", "--no-input")
    await _done(python, "-m", "pip", "install", *quietly, "--no-deps", "--require-hashes", "-r", _PACKAGES)
    return python


async def _restate(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm is not installed")
    quietly = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
    await _done(npm, "install", *quietly, "--prefix", folder, f"{_RESTATE}@{_RESTATE_VERSION}")
    return _program(folder)


def _program(folder: Path) -> Path:
    """The program is in a package of its own for each kind of machine."""
    programs = list(folder.glob(f"node_modules/{_RESTATE}-*/bin/restate-server"))
    if not programs:
        raise Missing(f"{_RESTATE} has no program for this machine")
    return programs[0]


async def _done(*command: str | Path) -> None:
    name = " ".join(map(str, command[:4]))
    try:
        ended = await run(*command, within_seconds=_WITHIN_SECONDS)
    except TimeoutError:
        raise Missing(f"{name} took more than {_WITHIN_SECONDS} s") from None
    if ended.status:
        raise Missing(f"{name} failed: {ended.printed.strip()[-_SHOWN:]}")
