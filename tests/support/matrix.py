"""The role matrix: its rows, as they were written by hand, and its columns: who calls."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starter.api.app import openapi_document
from starter.gateway.principals import Principal, Role
from tests.support.api import Api

OWN, FOREIGN, CLOSED = "1051", "9021", "1000-R"
"""Offices: the callers' own, another one, and one that is closed."""

OFFICES: Final = {"own": OWN, "foreign": FOREIGN, "-": OWN}

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
    "supervisor_without_office": (("supervisor",), None),
    "clerk_of_closed_office": (("clerk",), CLOSED),
    "disabled_clerk": (("clerk",), OWN),
    "disabled_supervisor": (("supervisor",), OWN),
    "disabled_auditor": (("auditor",), None),
    "disabled_operator": (("operator",), None),
    "no_role": ((" ",), None),
}
"""The columns: roles and office of each caller's token."""

DISABLED: Final = [caller for caller in CALLERS if caller.startswith("disabled")]


@dataclass(frozen=True)
class Row:
    """An operation on what belongs to the callers' own office, to a foreign one, or (`-`) to none."""

    operation: str
    target: str
    expected: Mapping[str, int]

    def __str__(self) -> str:
        """For the test's name."""
        return f"{self.operation} {self.target}"


def rows() -> list[Row]:
    """The matrix as it was written by hand."""
    with _CSV.open(encoding="utf-8", newline="") as file:
        return [
            Row(line["operation"], line["target"], {caller: int(line[caller]) for caller in CALLERS})
            for line in csv.DictReader(file)
        ]


@cache
def operations() -> Mapping[str, str]:
    """All operations of the document, each with its id."""
    paths = openapi_document()["paths"]
    return {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in paths.items()
        for method, operation in item.items()
    }


def id_of(caller: str) -> str:
    """The `sub` of a caller's token."""
    return f"matrix-{caller}"


def principal_of(caller: str, subject: str) -> Principal:
    """A caller with an id, as a session of the staff pages has it."""
    roles, office = CALLERS[caller]
    return Principal(subject, frozenset(map(Role, roles)), office)


def bearer(api: Api, caller: str) -> dict[str, str]:
    """A caller's token as a header."""
    roles, office = CALLERS[caller]
    return api.bearer(*roles, caller=id_of(caller), office=office)
