"""Reads all English message ids of the product: Babel reads code and templates, the rest is read off the classes.

That rest is what no call marks: docstrings of refusals, titles of their problems, values of `Phrases`, labels of every
`Vocabulary`, and the titles of dataclass fields, `field(metadata={"title": ...})`. Descriptions of fields are for the
OpenAPI document, which is English.
"""

import inspect
import pkgutil
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from registration.errors import UgyfelkapuError
from registration.sentences import Phrases, Vocabulary

_TEMPLATES: Final = (Path("starter/pages/templates"), Path("starter/dev/templates"))
_NOT_IMPORTED: Final = ("__main__", "migrations")
"""Modules that run when they are imported: commands, and what only Alembic may load."""
_IN_CODE: Final = {"N_": None, "counted": (1, 2)}
_IN_TEMPLATES: Final = {"_": None, "N_": None, "counted": (1, 2)}


def extracted(root: Path) -> Catalog:
    """The message ids of the product in the folder `root`, without translations; each names the files it is in."""
    found, packages = Catalog(), _packages(root)
    for package in packages:
        for file in sorted((root / package).rglob("*.py")):
            _add_calls(found, file, root, "python", _IN_CODE)
    for folder in _TEMPLATES:
        for file in sorted(each for each in (root / folder).rglob("*") if each.suffix in {".html", ".svg"}):
            _add_calls(found, file, root, "jinja2", _IN_TEMPLATES)
    for module in _modules(packages):
        for message, context in messages_of(module):
            found.add(message, context=context, locations=[(module.__name__.replace(".", "/") + ".py", 1)])
    return found


def _add_calls(found: Catalog, file: Path, root: Path, method: str, keywords: dict[str, Any]) -> None:
    for _, message, _, context in extract_from_file(method, file, keywords=keywords):
        found.add(message, context=context, locations=[(file.relative_to(root).as_posix(), 1)])


def messages_of(module: ModuleType) -> Iterator[tuple[str, str | None]]:
    """The message ids of the classes that a module defines, each with its context; none where it needs none."""
    for kind in vars(module).values():
        if not inspect.isclass(kind) or kind.__module__ != module.__name__:
            continue
        if issubclass(kind, UgyfelkapuError):
            yield kind.message_id(), None
            if "problem" in vars(kind):
                yield kind.problem.title, None
        elif issubclass(kind, Vocabulary):
            yield from ((member.label, kind.__name__) for member in kind)
        elif issubclass(kind, Phrases):
            yield from ((member.value, None) for member in kind)
        elif is_dataclass(kind):
            titles = (each.metadata.get("title") for each in fields(kind))
            yield from ((title, None) for title in titles if title)


def _packages(root: Path) -> list[str]:
    """Those that are built into the wheel."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    built: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    return [name for name in built if (root / name).is_dir()]


def _modules(packages: list[str]) -> Iterator[ModuleType]:
    for package in packages:
        for found in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if not any(part in _NOT_IMPORTED for part in found.name.split(".")):
                yield import_module(found.name)
