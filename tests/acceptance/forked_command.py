"""The command `ugyfelkapu` as a fork of a Python process that has imported it.

A command's own process spends nearly two seconds of a core on imports, and one for each command was a tenth of all that
the tests cost. What is tested in a fork is the command; what begins anew in it: folder, environment, streams.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "starter.cli.app",
        "starter.gateway",
        "starter.dev.environment",
        "starter.dev.letters",
        "starter.dev.time_skipping",
    ]
)


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], *, stdin: str, within_seconds: float
) -> "subprocess.CompletedProcess[str]":
    """As `subprocess.run`: to its end, with its output in UTF-8. Raises `subprocess.TimeoutExpired`."""
    with tempfile.TemporaryDirectory() as own:
        streams = tuple(Path(own) / name for name in ("stdin", "stdout", "stderr"))
        streams[0].write_text(stdin, encoding="utf-8")
        process = _FORKS.Process(target=_command, args=(arguments, folder, dict(environment), streams))
        process.start()
        try:
            process.join(within_seconds)
            if process.exitcode is None:
                process.kill()
                process.join()
                raise subprocess.TimeoutExpired(list(arguments), within_seconds)
            output, error = (stream.read_text(encoding="utf-8") for stream in streams[1:])
            return subprocess.CompletedProcess(list(arguments), process.exitcode, output, error)
        finally:
            process.close()


def _command(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[Path]) -> None:
    """Is what a fork does instead of starting Python with these arguments."""
    for number, stream in enumerate(streams):
        os.dup2(os.open(stream, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  multiprocessing has closed it
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    sys.argv = ["ugyfelkapu", *arguments]

    from starter.cli.app import main  # noqa: PLC0415  imported already, where a fork is made

    main()
