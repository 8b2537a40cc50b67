"""Finds Prometheus and its promtool; run as a program, it installs them where they are not, and checks the rules."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.support.chromium import APT_GET_INSTALL, APT_GET_UPDATE, is_debian

OBSERVABILITY: Final = Path(__file__).parents[2] / "deploy" / "observability"
RULES: Final = OBSERVABILITY / "rules.yml"

_INSTALLED_SECONDS: Final = 900
_CHECKED_SECONDS: Final = 300


class NoPrometheus(Exception):
    """The message says what to do."""


def program(name: str) -> str:
    """Where `prometheus` or `promtool` is. Raises `NoPrometheus`."""
    if found := shutil.which(name):
        return found
    raise NoPrometheus(f"{name} is needed for the alert rules: install your system's package prometheus.")


def _installed() -> None:
    """Debian's package; its service is not started, as these are programs of tests."""
    if shutil.which("promtool") and shutil.which("prometheus"):
        return
    if os.geteuid() != 0 or not is_debian():
        return
    for command in (APT_GET_UPDATE, (*APT_GET_INSTALL, "prometheus")):
        print("No Prometheus was found. Installing it:", *command, file=sys.stderr)  # noqa: T201  a program's output
        subprocess.run(
            command,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
            stdin=subprocess.DEVNULL,
            timeout=_INSTALLED_SECONDS,
            check=True,
        )


def _check() -> int:
    for verb, kind, file in (
        ("check", "rules", RULES),
        ("test", "rules", OBSERVABILITY / "rules_test.yml"),
        ("check", "config", OBSERVABILITY / "prometheus.yml"),
    ):
        done = subprocess.run([program("promtool"), verb, kind, str(file)], timeout=_CHECKED_SECONDS, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    try:
        _installed()
        sys.exit(_check())
    except (NoPrometheus, OSError, subprocess.SubprocessError) as trouble:
        sys.exit(str(trouble))
