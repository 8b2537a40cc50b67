"""The stand-alone script on a proof, and every way to tamper with one."""

import json
import subprocess
import sys
from pathlib import Path

from tests.acceptance.command_line import ROOT

SCRIPT = ROOT / "docs" / "verify_proof.py"


def checked(proof: object, key: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """The stand-alone script on a proof, away from this project."""
    file = folder / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file), key], cwd=folder, capture_output=True, text=True, check=False
    )


def places_of(part: object, above: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The way to each value of a document."""
    if isinstance(part, dict):
        return [place for key, value in part.items() for place in places_of(value, (*above, key))]
    if isinstance(part, list):
        return [place for key, value in enumerate(part) for place in places_of(value, (*above, key))]
    return [above]


def change(document: dict[str, object], place: tuple[object, ...]) -> None:
    """Changes one value a little."""
    part: object = document
    for key in place[:-1]:
        part = part[key]  # type: ignore[index]  # the way was made from this very document
    value = part[place[-1]]  # type: ignore[index]  # JSON of any shape
    if isinstance(value, bool):
        changed: object = not value
    elif isinstance(value, int):
        changed = value + 1
    else:
        changed = str(value)[:-2] + ("0" if str(value)[-2] != "0" else "1") + str(value)[-1]
    part[place[-1]] = changed  # type: ignore[index]  # JSON of any shape
