"""Generators that integrators use take the OpenAPI document without a warning, and what they make works.

Both are pinned, with hashes, in locks of their own in `clients/`: openapi-python-client wants another version of typer
than this project has.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from starter.api.app import openapi_document
from tests.acceptance.command_line import CommandLine, environment_of, folder_with_a_space, running_dev

CLIENTS: Final = Path(__file__).parent / "clients"
LIMIT_SECONDS: Final = 300
"""On a busy machine, packages fetched and all."""


def run(*command: str | Path, folder: Path, path: Path | None = None) -> str:
    """What a program prints; it must succeed and say nothing else."""
    more = {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}"} if path else {}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment_of(**more),
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), (command, done.stdout, done.stderr)
    return done.stdout


def document(folder: Path) -> Path:
    """The OpenAPI document as a file."""
    file = folder / "openapi.json"
    file.write_text(json.dumps(openapi_document()), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def python_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the generator, and beside it the package `generated`."""
    folder = tmp_path_factory.mktemp("python")
    programs = folder / "venv" / "bin"
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--quiet", folder / "venv", folder=folder)
    lock = CLIENTS / "requirements.lock"
    run(*uv, "pip", "sync", "--quiet", "--require-hashes", "--python", programs / "python", lock, folder=folder)
    generate = (programs / "openapi-python-client", "generate", "--path", document(folder))
    output = run(*generate, "--output-path", folder / "generated", "--meta", "none", folder=folder, path=programs)
    assert output.strip() == f"Generating {folder / 'generated'}", "no warning"
    return folder


def test_the_python_client_has_every_operation(python_client: Path) -> None:
    operations = {each["operationId"] for item in openapi_document()["paths"].values() for each in item.values()}
    made = {file.stem for file in (python_client / "generated" / "api").glob("*/*.py")} - {"__init__"}
    assert made == operations


def test_the_story_of_docs_curl_md_is_told_with_the_python_client(python_client: Path) -> None:
    with folder_with_a_space() as folder, running_dev(folder) as (_, announced):
        line, inbox = CommandLine(folder, {}), python_client / "code"
        token = line("dev", "token", "--role", "portal", "--json").data["token"]
        python = python_client / "venv" / "bin" / "python"
        story = [python, CLIENTS / "story.py", announced["api"], token, inbox]
        with subprocess.Popen(
            story, env=environment_of(PYTHONPATH=str(python_client)), stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                inbox.write_text(line.code("toth.ilona@example.hu", 1), encoding="utf-8")
                output, _ = process.communicate(timeout=LIMIT_SECONDS)
            finally:
                process.kill()
    checked, accepted, refused, redeemed, logged_in = answers = json.loads(output)
    assert all(answers)
    assert checked == {"valid": True, "free": True, "reason": None}
    assert refused["type"] == "urn:ugyfelkapu:problem:wrong-password"
    assert redeemed["status"] == logged_in["status"] == "TEMPORARY"
    assert logged_in["registration_id"] == accepted["registration_id"]
    assert logged_in["assertion"].startswith("eyJ")


def test_the_typescript_types_are_made_without_a_warning_and_compile(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text((CLIENTS / name).read_text(encoding="utf-8"), encoding="utf-8")
    run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", folder=tmp_path)
    programs = tmp_path / "node_modules" / ".bin"
    output = run(programs / "openapi-typescript", document(tmp_path), "--output", "schema.ts", folder=tmp_path)
    assert "warn" not in output.lower()
    run(programs / "tsc", "--noEmit", "--strict", "schema.ts", folder=tmp_path)
    lock: dict[str, Any] = json.loads((tmp_path / "package-lock.json").read_text(encoding="utf-8"))
    assert not [each for each in lock["packages"].values() if "resolved" in each]
