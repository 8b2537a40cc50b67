"""The role matrix: who calls, and for each operation of the OpenAPI document a request that its role gets through."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starter.api.app import openapi_document
from tests.support.api import Api

OWN, FOREIGN, CLOSED = "1051", "9021", "1000-R"
"""Offices: the callers' own, another one, and one that is closed."""

_CSV: Final = Path(__file__).parents[1] / "api" / "role_matrix.csv"

CALLERS: Final[Mapping[str, tuple[tuple[str, ...], str | None]]] = {
    "portal": (("portal",), None),
    "clerk": (("clerk",), OWN),
    "supervisor": (("supervisor",), OWN),
    "auditor": (("auditor",), None),
    "operator": (("operator",), None),
    "clerk_and_supervisor": (("clerk", "supervisor"), OWN),
    "clerk_and_auditor": (("clerk", "auditor"), OWN),
    "portal_and_operator": (("portal", "operator"), None),
    "clerk_without_office": (("clerk",), None),
    "clerk_of_closed_office": (("clerk",), CLOSED),
    "disabled_clerk": (("clerk",), OWN),
    "disabled_auditor": (("auditor",), None),
    "disabled_operator": (("operator",), None),
    "no_role": ((), None),
}
"""The columns of the matrix: roles and office of each caller's token."""


@dataclass(frozen=True)
class Row:
    """An operation on what belongs to the callers' own office, to a foreign one, or (`-`) to none."""

    operation: str
    target: str
    expected: Mapping[str, int]

    def __str__(self) -> str:
        """For the test's name."""
        return f"{self.operation} {self.target}"


@dataclass(frozen=True)
class Sent:
    """What a request fills the operation's path with, and sends."""

    path: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    registration_id: str | None = None


def rows() -> list[Row]:
    """The matrix as it was written by hand."""
    with _CSV.open(encoding="utf-8", newline="") as file:
        return [
            Row(line["operation"], line["target"], {caller: int(line[caller]) for caller in CALLERS})
            for line in csv.DictReader(file)
        ]


def operations() -> set[str]:
    """All operations that the document tells of."""
    paths = openapi_document()["paths"]
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item}


def headers(api: Api, caller: str) -> dict[str, str]:
    """The caller's token; whose name begins with `disabled` is a person who has been disabled."""
    roles, office = CALLERS[caller]
    return api.bearer(*roles, caller=f"matrix-{caller.replace('_', '-')}", office=office)
