"""docs/curl.md is true: its commands, run by `sh` beside a fresh `ugyfelkapu dev`, get the answers that stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from tests.acceptance.command_line import ROOT, environment_of, folder_with_a_space, running_dev

DOCUMENT: Final = (ROOT / "docs" / "curl.md").read_text(encoding="utf-8")
USUAL_ADDRESS: Final = "http://127.0.0.1:8000"
BETWEEN: Final = "\x1e"
LIMIT_SECONDS: Final = 120

CHANGING: Final = {
    "id": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "token": re.compile(r"eyJ[\w.…-]+"),
}
"""What is another one each time."""


@pytest.mark.parametrize("stand_in", [False, True], ids=["curl", "stand-in"])
def test_the_commands_of_the_document_get_the_answers_of_the_document(*, stand_in: bool) -> None:
    """With the machine's curl, and with a stand-in for machines that have none."""
    with folder_with_a_space() as folder, running_dev(folder) as (_, announced):
        program(folder / ".venv" / "bin" / "ugyfelkapu", "starter.cli")
        if stand_in or shutil.which("curl") is None:
            program(folder / "curl", "tests.support.curl")
        blocks = re.findall(r"^```(sh|json)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
        script = "".join(f"{text}printf '{BETWEEN}'\n" for kind, text in blocks if kind == "sh")
        assert USUAL_ADDRESS in script
        done = subprocess.run(
            ["sh", "-eu"],
            cwd=folder,
            env=environment_of(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}"),
            input=script.replace(USUAL_ADDRESS, announced["api"]),
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    outputs = iter(done.stdout.split(BETWEEN))
    answers = [next(outputs) if kind == "sh" else json.loads(text) for kind, text in blocks]
    promised = [(got, wanted) for got, wanted in pairwise(answers) if isinstance(wanted, dict)]
    assert len(promised) == 5
    for got, wanted in promised:
        assert shape(json.loads(got)) == shape(wanted)


def program(path: Path, module: str) -> None:
    """A program that runs a module of ours, for the shell to find."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def shape(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, with a name in the place of whatever is another one each time."""
    return {field: named(known) for field, known in answer.items()}


def named(known: Any) -> Any:  # noqa: ANN401  any value of JSON
    names = [name for name, pattern in CHANGING.items() if isinstance(known, str) and pattern.fullmatch(known)]
    return names or known
