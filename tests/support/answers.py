"""All types that are marked as answers, wherever they are."""

from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pkgutil import walk_packages

import registration
import starter.api
import starter.cli
import starter.gateway
from registration.answers import is_answer


def every_answer() -> list[type]:
    """By name."""
    return sorted(set(_answers()), key=lambda kind: kind.__name__)


def titles_of(kind: type) -> set[str]:
    """The titles of an answer's fields."""
    return {each.metadata["title"] for each in fields(kind)}


def _answers() -> Iterator[type]:
    for package in (registration, starter.gateway, starter.cli, starter.api):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield from filter(is_answer, vars(import_module(found.name)).values())
