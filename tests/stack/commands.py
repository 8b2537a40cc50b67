"""Programs that the stack needs, run within a time limit."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_SHOWN_CHARACTERS: Final = 4000
"""Of what a failed program wrote: its end names the reason."""


class CommandFailed(Exception):
    """A program has failed; the message is its command line and the end of what it wrote."""

    @property
    def last_line(self) -> str:
        """What most programs end with: the reason."""
        return str(self).rpartition("\n")[2]


def run(command: list[str | Path], environment: Mapping[str, str], *, seconds: float, given: str | None = None) -> str:
    """What a program prints. Raises `CommandFailed`, also after so many seconds."""
    line = " ".join(map(str, command))
    try:
        done = subprocess.run(
            command, env=environment, input=given, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{line}: no end after {seconds:.0f} seconds") from None
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-_SHOWN_CHARACTERS:].strip()
        raise CommandFailed(f"{line}: exit status {done.returncode}\n{said}")
    return done.stdout
