"""Debian's packages, unpacked into a folder and not installed: the machine stays as it is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.stack.commands import CommandFailed, run

_INSTALL: Final = os.environ.get("STACK_INSTALL", "")

ASKED_FOR: Final = _INSTALL in {"1", "if-possible"}
"""Whether whoever started this wants what is missing to be fetched."""

EXIT_STATUS_WHERE_IMPOSSIBLE: Final = 0 if _INSTALL == "if-possible" else 1
"""`if-possible` is for a run on a machine of any kind: one that cannot run containers is not at fault."""

_SECONDS: Final = 300


class Missing(Exception):
    """The machine lacks what the stack needs; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Unpacked:
    """Packages, as they lie in `folder`."""

    folder: Path

    def added_to(self, environment: Mapping[str, str]) -> dict[str, str]:
        """An environment that finds their programs after the machine's own."""
        programs = [str(self.folder / "usr" / name) for name in ("sbin", "bin")]
        return {**environment, "PATH": os.pathsep.join([environment["PATH"], *programs])}

    @property
    def libraries(self) -> Path:
        """The folder of their shared libraries."""
        return self.folder / "usr" / "lib" / f"{os.uname().machine}-linux-gnu"


def unpack(folder: Path, *packages: str) -> Unpacked:
    """Fetches packages with what they depend on, as far as the machine has not installed it. Raises `Missing`."""
    archives = folder / "archives"
    (archives / "partial").mkdir(parents=True)
    try:
        run(["apt-get", "update", "-qq"], os.environ, seconds=_SECONDS)
        download = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "--download-only"]
        run([*download, "-o", f"Dir::Cache::archives={archives}", *packages], os.environ, seconds=_SECONDS)
        for archive in archives.glob("*.deb"):
            run(["dpkg-deb", "--extract", archive, folder], os.environ, seconds=_SECONDS)
    except FileNotFoundError as failed:
        raise Missing(f"STACK_INSTALL needs Debian, and there is no program {failed.filename}.") from None
    except CommandFailed as failed:
        raise Missing(f"STACK_INSTALL cannot get Debian's packages {', '.join(packages)}: {failed.last_line}") from None
    return Unpacked(folder)
