"""Finds the browser of the tests; run as a program, it installs one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

VARIABLE: Final = "CHROME_PATH"
"""Names a browser of the user's own, as for other tools that drive one."""

_NAMES: Final = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable")
"""The first has no window, which took 7 s of computing where `chromium` took 25 s (30 contexts with a form each)."""

_ANSWERS_SECONDS: Final = 60
_INSTALLED_SECONDS: Final = 900
"""A hundred megabytes on a slow line."""

_APT_GET: Final = ("apt-get", "--quiet=2", "--option=DPkg::Lock::Timeout=300")
APT_GET_UPDATE: Final = (*_APT_GET, "update")
APT_GET_INSTALL: Final = (*_APT_GET, "install", "--yes", "--no-install-recommends")
DEBIAN: Final = (APT_GET_UPDATE, (*APT_GET_INSTALL, "chromium-headless-shell"))
OLDER_DEBIAN: Final = ((*APT_GET_INSTALL, "chromium"),)
PLAYWRIGHT: Final = ((sys.executable, "-m", "playwright", "install", "chromium"),)

Commands = Sequence[Sequence[str]]


class NoBrowser(Exception):
    """The message says what to do."""


def chromium(playwrights_own: str) -> str:
    """The program of a Chromium or Chrome: the named one, one of the system's, or else Playwright's own.

    `playwrights_own` is where that would be. Raises `NoBrowser`.
    """
    if named := os.environ.get(VARIABLE):
        if not _answers(named):
            raise NoBrowser(f"{VARIABLE} names {named}, which does not start as a browser.")
        return named
    for program in map(shutil.which, _NAMES):
        if program and _answers(program):
            return program
    if _answers(playwrights_own):
        return playwrights_own
    raise NoBrowser(
        "The browser tests need Chromium or Chrome: install your system's package chromium,"
        f" or name the program in {VARIABLE}."
    )


def installations() -> list[Commands]:
    """The ways of installing a browser on this machine, in the order to try them."""
    return [DEBIAN, OLDER_DEBIAN, PLAYWRIGHT] if os.geteuid() == 0 and is_debian() else [PLAYWRIGHT]


def found_or_installed(playwrights_own: str, run: Callable[[Sequence[str]], None]) -> str:
    """The same as `chromium`, after installing one if need be. `run` may raise `OSError` or `SubprocessError`."""
    try:
        return chromium(playwrights_own)
    except NoBrowser:
        if os.environ.get(VARIABLE):
            raise
    for commands in installations():
        try:
            for command in commands:
                run(command)
            return chromium(playwrights_own)
        except (OSError, subprocess.SubprocessError, NoBrowser) as failure:
            print(f"That failed: {failure}", file=sys.stderr)  # noqa: T201  a program's output
    return chromium(playwrights_own)


def _run(command: Sequence[str]) -> None:
    print("No browser was found. Installing one:", *command, file=sys.stderr)  # noqa: T201  a program's output
    subprocess.run(
        command,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        timeout=_INSTALLED_SECONDS,
        check=True,
    )


def _answers(program: str) -> bool:
    """Whether it starts: there are packages called chromium that only say where to find one."""
    try:
        return (
            subprocess.run(
                [program, "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ANSWERS_SECONDS,
                check=False,
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def is_debian() -> bool:
    """Whether this is Debian itself: Ubuntu's package of the browser is none, it fetches a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    with sync_playwright() as playwright:
        place = playwright.chromium.executable_path
    try:
        found_or_installed(place, _run)
    except NoBrowser as nothing:
        sys.exit(str(nothing))
