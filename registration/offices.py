"""Registration bodies and their offices (S2): what a file of offices says, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Self

from registration.errors import InvalidInput
from registration.forms import checked_choice, checked_identifier, checked_text
from registration.input_rules import InputRule
from registration.sentences import Vocabulary


class Body(Vocabulary):
    """The registration bodies that a client may choose from (S2)."""

    OKMANYIRODA = "OKMANYIRODA", "document office"
    KOZPONTI_OKMANYIRODA = "KOZPONTI_OKMANYIRODA", "central document office"
    UGYFELKOZPONT = "UGYFELKOZPONT", "client centre"
    ADOHATOSAG = "ADOHATOSAG", "state tax authority"


@dataclass(frozen=True)
class Office:
    """An office of a registration body; clerks act for it while it is open."""

    code: str
    body: Body
    name: str
    address: str
    open: bool

    @classmethod
    def parse(cls, line: Mapping[str, str]) -> Self:
        """The checked office; `line` has a text for each of `OFFICE_COLUMNS`. Raises `InvalidInput`."""
        if line["open"] not in _TRUTHS:
            raise InvalidInput(field="open", rule=InputRule.ONE_OF, choices=", ".join(_TRUTHS))
        return cls(
            code=checked_identifier("code", line["code"]),
            body=checked_choice("body", line["body"], Body),
            name=checked_text("name", line["name"]),
            address=checked_text("address", line["address"]),
            open=line["open"] == "true",
        )


OFFICE_COLUMNS: Final = tuple(each.name for each in fields(Office))
"""The columns of the file, in any order; `open` is `true` or `false`."""

_TRUTHS: Final = ("true", "false")
