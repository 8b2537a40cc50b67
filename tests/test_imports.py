"""What the tests share is in files that hold no test, and measurements need none of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def imported(folder: str) -> Iterator[tuple[str, str]]:
    """Each file of a folder with each name that it imports from a module."""
    for file in sorted((_ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file.name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((file.name, f"{node.module}.{alias.name}") for alias in node.names)


def test_bench_imports_nothing_of_the_tests() -> None:
    assert [one for one in imported("bench") if one[1].startswith("tests.")] == []


def test_no_test_file_is_imported() -> None:
    """What two files share is in a third, which has no tests."""
    assert [one for one in imported("tests") if "test_" in one[1] and one[1].startswith("tests.")] == []
