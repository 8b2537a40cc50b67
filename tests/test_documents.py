"""The documents lead where they say, and what an operator reads is split by what is done."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
MADE: Final = {"build", "dist", "node_modules"}
LONGEST_LINES: Final = 300
OF_OPERATORS: Final = re.compile(r"\]\((\w+\.md)\)")
LINK: Final = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
NAMED: Final = re.compile(r"\bdocs/[\w./-]+\.md\b")
"""A document that code, a setting or a sentence names."""


def files(*endings: str) -> Iterator[Path]:
    """Those of the project, without what is made from them."""
    for top in ROOT.iterdir():
        if not top.name.startswith(".") and top.name not in MADE:
            yield from (file for file in (top.rglob("*") if top.is_dir() else [top]) if file.name.endswith(endings))


def anchors(document: Path) -> set[str]:
    """Of its titles, as a forge makes them."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_each_link_of_a_document_leads_to_a_file_and_a_title() -> None:
    dead = []
    for document in files(".md"):
        for path, anchor in LINK.findall(document.read_text(encoding="utf-8")):
            target = (document.parent / path).resolve() if path else document
            if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
                dead.append(f"{document.relative_to(ROOT)}: {path}#{anchor}")
    assert dead == []


def test_each_document_that_code_names_is_there() -> None:
    programs = files(".py", ".yml", ".yaml", ".sql", ".toml", ".po", ".html", "Makefile", "Dockerfile")
    named = {name for file in programs for name in NAMED.findall(file.read_text(encoding="utf-8"))}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_what_an_operator_reads_is_listed_and_short() -> None:
    listed = set(OF_OPERATORS.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    assert {"install.md", "settings.md", "monitoring.md", "incidents.md", "restore.md", "upgrades.md"} <= listed
    lengths = {name: len((ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()) for name in listed}
    assert {name: lines for name, lines in lengths.items() if lines >= LONGEST_LINES} == {}
