"""Runs the command `ugyfelkapu` as a person or a program would: as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starter.dev import dies_with_parent
from starter.dev.installation import private_folder
from tests.acceptance import forked_command

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
LIMIT_SECONDS = 240
SOON_SECONDS = 60


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    output: str
    error: str

    @property
    def data(self) -> Any:  # noqa: ANN401  whatever the command printed
        """The JSON on standard output, of a command that succeeded."""
        assert self.status == 0, self
        return json.loads(self.output)

    @property
    def problem(self) -> Any:  # noqa: ANN401  whatever the command printed
        """The JSON on standard error, of a command with `--json` that failed."""
        return json.loads(self.error)

    def refused(self, status: int, words: str) -> None:
        """It ended with this status and said one sentence with these words, and nothing else but lines of its log."""
        assert self.status == status, self
        sentence, *others = [line for line in self.error.splitlines() if not line.startswith("{")]
        assert words in sentence, self
        assert others == [], self
        assert "Traceback" not in self.error
        assert self.output == ""


def environment_of(**variables: str) -> dict[str, str]:
    """The tests' own environment without whatever names an installation; commands speak Hungarian in every locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("UGYFELKAPU_", "TEMPORAL_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "UGYFELKAPU_LANG": "hu", **variables}


def command(*arguments: str) -> list[str]:
    """The command line that starts it."""
    return [sys.executable, "-m", "starter.cli", *arguments]


def folder_with_a_space() -> AbstractContextManager[Path]:
    """A folder that PostgreSQL's own user may enter, gone afterwards."""
    return private_folder("ugyfelkapu test ")


@contextmanager
def running_dev(folder: Path) -> Iterator["tuple[subprocess.Popen[str], dict[str, Any]]"]:
    """`ugyfelkapu dev` in a folder, with what it announces; stopped as by the end of a session, where it still runs.

    On a leash: an interrupted run of the tests leaves none behind.
    """
    leashed = (sys.executable, dies_with_parent.__file__, str(signal.SIGTERM.value), str(os.getpid()), "")
    with subprocess.Popen(
        [*leashed, *command("dev", "--json")], cwd=folder, env=environment_of(), stdout=subprocess.PIPE, text=True
    ) as dev:
        try:
            assert dev.stdout is not None
            lines: list[str] = []
            for line in dev.stdout:
                lines.append(line)
                if line.rstrip() == "}":
                    break
            yield dev, json.loads("".join(lines))
        finally:
            dev.terminate()
            dev.wait(SOON_SECONDS * 2)


@dataclass(frozen=True)
class CommandLine:
    """A terminal in a folder, with environment variables of its own.

    With `starts_python`, each command is a new Python process, for tests of how a command begins or ends; else the fork
    of one that has imported everything.
    """

    folder: Path
    variables: Mapping[str, str]
    starts_python: bool = False

    def __call__(self, *arguments: str, stdin: str = "", **variables: str) -> Outcome:
        """Runs `ugyfelkapu` with these arguments to its end."""
        environment = environment_of(**{**self.variables, **variables})
        if self.starts_python:
            done = subprocess.run(
                command(*arguments),
                cwd=self.folder,
                env=environment,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=LIMIT_SECONDS,
                check=False,
            )
        else:
            done = forked_command.run(arguments, self.folder, environment, stdin=stdin, within_seconds=LIMIT_SECONDS)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def code(self, address: str, number: int) -> str:
        """The code in the `number`th letter (from 1) to an address, as a person would read it."""
        until = time.monotonic() + SOON_SECONDS
        while len(letters := self("inbox", "--to", address, "--json").data["letters"]) < number:
            assert time.monotonic() < until, letters
        text: str = self("inbox", str(letters[number - 1]["number"]), "--json").data["text"]
        return next(line for line in text.splitlines() if len(line) == 19 and line.count("-") == 3)


def form(cli: CommandLine, user_name: str, **changes: str) -> str:
    """The file of a form with a user name and an address of its own."""
    example = json.loads((EXAMPLES / "online.json").read_text(encoding="utf-8"))
    path = cli.folder / f"{user_name}.json"
    path.write_text(json.dumps(example | {"user_name": user_name, "email": address(user_name)} | changes))
    return path.name


def address(user_name: str) -> str:
    """The address that belongs to a user name."""
    return f"{user_name}@example.org"
