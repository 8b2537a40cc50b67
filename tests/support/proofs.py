"""The stand-alone script on a proof, and every way to tamper with one."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.acceptance.command_line import ROOT

SCRIPT = ROOT / "docs" / "verify_proof.py"

_CHECKED_SECONDS: Final = 300

REASONS = (
    "KEY: the proof names another key, [0-9a-f]{64}: check with it only if you keep it too",
    "the signature is not that of this key over this document",
    "this is no proof as `ugyfelkapu audit proof` prints it",
    "index: the tree has no such leaf",
    "path: too long",
    "leaf, index, path: they do not lead to the root that was signed",
    "events: number [0-9]+ does not follow the one before it",
    "events: they do not end in the hash that is proven",
)
"""Every sentence of the script on a proof that does not hold, as a pattern."""


def not_proven(ended: "subprocess.CompletedProcess[str]") -> bool:
    """Whether the script refused the proof with one whole sentence."""
    said = any(re.fullmatch(f"NOT proven: {reason}\n", ended.stdout) for reason in REASONS)
    return said and (ended.returncode, ended.stderr) == (1, "")


def checked(proof: object, key: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """The stand-alone script on a proof, away from this project."""
    file = folder / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file), key],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_CHECKED_SECONDS,
        check=False,
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
