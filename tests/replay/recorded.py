"""The histories of each released version, `tests/replay/<version>/<name>-<run>.json`. A file there never changes.

Those of 1.0.0 were recorded when its forms were frozen, before `pyproject.toml` had that number: they name build 0.1.0.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Final

from temporalio.client import WorkflowHistory

_HERE: Final = Path(__file__).parent
VERSIONS: Final = sorted(_HERE.glob("[0-9]*"))
"""The folders of all versions."""
FIRST: Final = _HERE / "1.0.0"
"""Of the first one: what a test changes in a history stays where it is."""
PRESENT: Final = _HERE / version("ugyfelkapu")
"""Of this version, which `make histories` fills before it is released."""
RECORDED: Final = [path for folder in VERSIONS for path in sorted(folder.glob("*.json"))]


def name_of(path: Path) -> str:
    """The name of a history without the number of its run."""
    return path.stem.rpartition("-")[0]


def shown(path: Path) -> str:
    """Its version and name, for the id of a test."""
    return f"{path.parent.name}/{path.stem}"


def history_of(path: Path) -> WorkflowHistory:
    """The history as it was recorded."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    return WorkflowHistory.from_json(whole["workflow_id"], whole["history"])
