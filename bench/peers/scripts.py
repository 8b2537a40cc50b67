"""Each peer is a script of another folder that measures itself on the same work and prints its figures."""

import os
import re
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from bench.figures import Figures
from bench.peers.environment import Environment, Missing, run
from starter.dev.installation import private_folder

_WITHIN_SECONDS: Final = 240
_STOPS_WITHIN_SECONDS: Final = 10
_STARTED: Final = re.compile(r"started->mailed (?P<letters>\d+)/s")
_ACTIVATED: Final = re.compile(r"activate (?P<rate>\d+)/s")
_SERIAL: Final = re.compile(r"serial p50 (?P<p50>[\d.]+)")

THINNEST: Final = "thinnest Temporal workflow"
DBOS: Final = "DBOS Transact"
RESTATE: Final = "Restate"
SCRIPTS: Final = {
    THINNEST: "same_work_temporal.py",
    DBOS: "same_work_dbos.py",
    RESTATE: "same_work_restate.py",
}
"""In the order of the tables. All drive the same `work.py`."""


async def measured(peer: str, folder: Path, environment: Environment, count: int, most: int) -> Figures:
    """What a peer prints of `count` registrations, `most` at once. Raises `Missing`."""
    script, python, more = folder / SCRIPTS[peer], Path(sys.executable), {}
    if peer != THINNEST:
        python = _had(environment.python)
    if peer == RESTATE:
        more = {"RESTATE_SERVER": str(_had(environment.restate))}
    if not script.is_file():
        raise Missing(f"there is no {script}")
    with private_folder("ugyfelkapu-peer-") as own:
        os.chmod(own, 0o711)  # noqa: PTH101, S103  PostgreSQL's own user only passes through
        path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
        try:
            ended = await run(
                *(python, script.name, str(count), str(most)),
                within_seconds=_WITHIN_SECONDS,
                folder=folder,
                environment={"PATH": path, "TMPDIR": str(own), **more},
            )
        except TimeoutError:
            raise Missing(f"{script.name} took more than {_WITHIN_SECONDS} s") from None
        finally:
            _end_postgres(own)
    return parsed(ended.printed)


def parsed(printed: str) -> Figures:
    """The figures in what a script printed. Raises `Missing`."""
    started, activated, serial = _STARTED.search(printed), _ACTIVATED.search(printed), _SERIAL.search(printed)
    if not (started and activated and serial):
        raise Missing(f"not understood: {printed.strip()[-500:]}")
    return Figures(float(started["letters"]), float(activated["rate"]), float(serial["p50"]))


def _had(needed: Path | Missing) -> Path:
    if isinstance(needed, Missing):
        raise needed
    return needed


def _end_postgres(folder: Path) -> None:
    """Ends a script's PostgreSQL, which has a session of its own, where the script has left it running."""
    for file in folder.glob("*/postmaster.pid"):
        pid = int(file.read_text().split()[0])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        began = time.monotonic()
        while file.exists() and time.monotonic() - began < _STOPS_WITHIN_SECONDS:
            time.sleep(0.05)
