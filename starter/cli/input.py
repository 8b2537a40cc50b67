"""What commands read: files, durations, secrets."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

import typer

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from settings.operator_files import problem_of
from starter.cli.errors import CliError
from starter.cli.problems import CliProblem

STDIN: Final = "-"
_LARGEST_BYTES: Final = 1_000_000
"""A form has some hundred bytes; a wrong file name must not fill the memory."""

_DURATION: Final = re.compile(r"([1-9][0-9]{0,9})([dhms])")
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def read_bytes(field: str, file: str) -> bytes:
    """At most a million and one bytes of a file, or of standard input for `-`. Raises `CliError`."""
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(_LARGEST_BYTES + 1)
        with Path(file).open("rb") as opened:
            return opened.read(_LARGEST_BYTES + 1)
    except (OSError, ValueError) as trouble:
        raise CliError(CliProblem.FILE_UNREADABLE, field=field, reason=problem_of(trouble)) from None


def read_object(field: str, file: str) -> dict[str, Any]:
    """The JSON object in a file, or on standard input for `-`. Raises `InvalidInput`, `CliError`."""
    text = read_bytes(field, file)
    try:
        found = json.loads(text.decode("utf-8-sig")) if len(text) <= _LARGEST_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(field=field, rule=InputRule.JSON)
    return found


@contextmanager
def opened_text(field: str, path: Path, mode: str, *, encoding: str, errors: str) -> Iterator[IO[str]]:
    """A text file, opened for as long as it is needed; line ends stay as they are. Raises `CliError`."""
    try:
        file = path.open(mode, encoding=encoding, errors=errors, newline="")
    except (OSError, ValueError) as trouble:
        problem = CliProblem.FILE_UNREADABLE if mode == "r" else CliProblem.FILE_UNWRITABLE
        raise CliError(problem, field=field, reason=problem_of(trouble)) from None
    with file:
        yield file


def duration_of(typed: str, *, longest: timedelta) -> timedelta:
    """A duration such as `30d`. Raises `InvalidInput`."""
    found = _DURATION.fullmatch(typed.strip())
    try:
        duration = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
    except OverflowError:
        duration = None
    if duration is None or duration > longest:
        raise InvalidInput(field="DURATION", rule=InputRule.DURATION)
    return duration


class Secrets:
    """Codes and passwords: from standard input where asked for, else from the environment, else typed unseen.

    Never an argument, which any user of the machine could read in the list of processes.
    """

    def __init__(self, *, from_stdin: bool) -> None:
        """With `from_stdin`, each `ask` takes the next line."""
        self._from_stdin = from_stdin

    def ask(self, field: str, variable: str | None = None, *, hidden: bool = True, confirm: bool = False) -> str:
        """What belongs into a field. Raises `CliError` where there is no terminal to ask in."""
        if self._from_stdin:
            line = sys.stdin.readline()
            if not line:
                raise InvalidInput(field=field, rule=InputRule.REQUIRED)
            return line.rstrip("\r\n")
        if variable and variable in os.environ:
            return os.environ[variable]
        if not sys.stdin.isatty():
            raise CliError(CliProblem.NO_TERMINAL, field=field, variable=variable or "–")
        typed: str = typer.prompt(field, hide_input=hidden, confirmation_prompt=confirm, err=True)
        return typed
