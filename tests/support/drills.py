"""The tables of docs/restore.md: what a drill has found, between two markers, compared or written."""

import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from starter.gateway import FindingLine

_DOCUMENT: Final = Path("docs/restore.md")
_WRITE: Final = "WRITE_DRILLS"
"""`make drills` sets it."""

NOTHING: Final = "–"


def kinds(findings: Iterable[FindingLine], about: Collection[str]) -> str:
    """What verification says of one thing, such as a registration's id, as a cell."""
    return cell({finding.kind for finding in findings if finding.about in about})


def cell(names: Iterable[str]) -> str:
    """Names in their order."""
    return ", ".join(f"`{name}`" for name in sorted(names)) or NOTHING


def assert_documented(drill: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The drill's table in docs/restore.md is this one; `make drills` writes it there."""
    lines = [header, ["---"] * len(header), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    text = _DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- drill: {drill} -->\n", "\n<!-- end of the drill -->"
    before, _, rest = text.partition(begin)
    written, _, after = rest.partition(end)
    assert rest, f"{_DOCUMENT} lacks the marker {begin}"
    if os.environ.get(_WRITE):
        _DOCUMENT.write_text(before + begin + table + end + after, encoding="utf-8")
    else:
        assert written == table, "make drills"
