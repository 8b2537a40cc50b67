"""README.md and docs/curl.md are true: what they print runs, in that order, beside one fresh `ugyfelkapu dev`."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from starter.cli import app
from tests.acceptance.command_line import EXAMPLES, ROOT, environment_of, folder_with_a_space, running_dev

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
CURL: Final = (ROOT / "docs" / "curl.md").read_text(encoding="utf-8")
DOCUMENTS: Final = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
USUAL_ADDRESS: Final = "http://127.0.0.1:8000"
LIMIT_SECONDS: Final = 1200
"""Some 70 commands, each a process of its own: a minute, and many times that on a busy machine."""
CODE: Final = "grep -m 1 -oE '[0-9A-Z]{4}(-[0-9A-Z]{4}){3}'"

ELSEWHERE: Final = {
    "make demo ": "the suite and the demo have their own tests",
    "make dev ": "it runs beside this test",
    "make secrets ": "tests/stack starts the containers",
    "export TEMPORAL_ADDRESS=": "there is no such cluster; tests/stack and the chaos tests start worker and API",
}
"""Blocks that begin so are not run here, and why."""

AS_A_PERSON_DOES: Final = {
    ".venv/bin/ugyfelkapu inbox --to": "code szabo.katalin@example.hu\n{line}",
    ".venv/bin/ugyfelkapu redeem": "UGYFELKAPU_CODE=$(code szabo.katalin@example.hu) "
    "UGYFELKAPU_PASSWORD='Kilenc kis kacsa' {line}",
    "(eval": "{{ code molnar.eva@example.hu; code eva@example.hu; }} | {line}",
    "ugyfelkapu admin extend approve ID": "ID=$(ugyfelkapu admin extend list --operator o --json | sed -n "
    '\'s/.*"extension_id": "\\(.*\\)".*/\\1/p\' | head -n 1)\n{line}',
}
"""What somebody types or reads off besides the printed lines that begin so."""


def blocks(document: str) -> Iterator[str]:
    """The indented blocks of a document, which are for the shell."""
    outside = re.sub(r"^```.*?^```$", "", document, flags=re.MULTILINE | re.DOTALL)
    for block in re.findall(r"(?:^    .*\n)+", outside, re.MULTILINE):
        yield re.sub(r"^    ", "", block, flags=re.MULTILINE)


def lines_of(block: str) -> Iterator[str]:
    """Its commands, each as one line."""
    yield from block.replace("\\\n", " ").splitlines()


def shell_of_the_readme() -> str:
    """Its blocks as one script."""
    chosen = [block for block in blocks(README) if not block.startswith(tuple(ELSEWHERE))]
    script = ""
    for line in (line for block in chosen for line in lines_of(block)):
        around = next((around for begin, around in AS_A_PERSON_DOES.items() if line.startswith(begin)), "{line}")
        script += around.format(line=line).replace(" ID", ' "$ID"') + "\n"
    return script


def test_what_is_not_run_here_and_what_a_person_adds_is_still_printed() -> None:
    begins = list(blocks(README))
    assert all(any(block.startswith(begin) for block in begins) for begin in ELSEWHERE)
    lines = [line for block in begins for line in lines_of(block)]
    assert all(any(line.startswith(begin) for line in lines) for begin in AS_A_PERSON_DOES)


@pytest.mark.timeout(LIMIT_SECONDS + 60)
def test_everything_that_is_printed_runs_in_the_order_in_which_it_is_printed() -> None:
    """First the README, its Python too, then docs/curl.md, which must not meet what the README left."""
    in_a_hundred_days = f"{datetime.now(UTC) + timedelta(days=100):%Y-%m-%d}"
    first_of_next_year = f"{datetime.now(UTC).year + 1}-01-01"
    (snippet,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    curl = "".join(re.findall(r"^```sh\n(.*?)^```$", CURL, re.MULTILINE | re.DOTALL))
    readme = shell_of_the_readme()
    for printed in (USUAL_ADDRESS, "--at 2027-03-15", "--before 2027-01-01"):
        assert printed in readme
    with folder_with_a_space() as folder, running_dev(folder) as (_, announced):
        shutil.copytree(EXAMPLES, folder / "examples")
        (folder / "portal.py").write_text(snippet, encoding="utf-8")
        _program(folder / ".venv" / "bin" / "ugyfelkapu", "-m starter.cli")
        _program(folder / ".venv" / "bin" / "python", "")
        if shutil.which("curl") is None:
            _program(folder / ".venv" / "bin" / "curl", "-m tests.support.curl")
        code = (
            f"code() {{ until .venv/bin/ugyfelkapu inbox --to $1 --last 2>/dev/null | {CODE}; do sleep 0.3; done; }}\n"
        )
        script = (readme + curl).replace(USUAL_ADDRESS, announced["api"])
        script = script.replace("--at 2027-03-15", f"--at {in_a_hundred_days}")
        script = script.replace("--before 2027-01-01", f"--before {first_of_next_year}")
        (folder / "script.sh").write_text(code + script, encoding="utf-8")
        done = subprocess.run(
            ["sh", "-eux", "script.sh"],
            cwd=folder,
            env=environment_of(PATH=f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    assert "urn:ugyfelkapu:problem:wrong-password" in done.stdout  # the one refusal that docs/curl.md prints
    assert done.stdout.count("urn:ugyfelkapu:problem:") == 1
    assert "TEMPORARY" in done.stdout


def _program(path: Path, arguments: str) -> None:
    """A program for the shell to find, run by this Python."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _printed_commands() -> Iterator[tuple[str, str]]:
    """Each command line of ours in any document, in a block or in a sentence."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for found in re.findall(r"^ {4}(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(ugyfelkapu [^#\n|>]*)", text, re.MULTILINE):
            yield document.name, found.strip()
        for found in re.findall(r"`(?:\.venv/bin/)?(ugyfelkapu [a-z][^`]*)`", text):
            yield document.name, found.strip()


@pytest.mark.parametrize(("document", "line"), sorted(set(_printed_commands())))
def test_every_command_that_a_document_names_exists_with_its_options(document: str, line: str) -> None:
    """Also those that need a cluster, a file or an id of the reader's own, and so cannot run here."""
    words = line.split()[1:]
    found: Any = typer.main.get_command(app.app)
    while words and words[0] in getattr(found, "commands", {}):
        found = found.commands[words.pop(0)]
        if found.name == "extend" and words and words[0] == "ID":
            words.insert(0, "account")  # which may be left out
    known = {option for each in found.params for option in (*each.opts, *each.secondary_opts)}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known | {"--help"}, document
    assert not getattr(found, "commands", {}) or found.invoke_without_command or words, line
