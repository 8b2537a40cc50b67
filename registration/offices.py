"""Registration bodies and their offices (S2): what a file of offices says, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Self

from registration.answers import answer, label
from registration.canonical import canonical, digest
from registration.errors import InvalidInput, OfficeChanged
from registration.forms import checked_choice, checked_identifier, checked_text
from registration.input_rules import InputRule
from registration.sentences import Vocabulary


class Body(Vocabulary):
    """The registration bodies that a client may choose from (S2)."""

    OKMANYIRODA = "OKMANYIRODA", "document office"
    KOZPONTI_OKMANYIRODA = "KOZPONTI_OKMANYIRODA", "central document office"
    UGYFELKOZPONT = "UGYFELKOZPONT", "client centre"
    ADOHATOSAG = "ADOHATOSAG", "state tax authority"


@answer
@dataclass(frozen=True)
class Office:
    """An office of a registration body; clerks act for it while it is open."""

    code: str = field(metadata=label("code", "The office's code, as tokens name it.", "1051"))
    body: Body = field(metadata=label("body", "The kind of registration body.", "OKMANYIRODA"))
    name: str = field(metadata=label("name", "Its name.", "Budapest V. kerületi Okmányiroda"))
    address: str = field(metadata=label("address", "Its address.", "1051 Budapest, Erzsébet tér 4."))
    open: bool = field(metadata=label("open", "Clerks can act for an open office only.", True))

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

    @property
    def digest(self) -> str:
        """SHA-256 of all its data, by which a form knows what it showed."""
        return digest(canonical(self))

    def check_in_place_of(self, present: Self | None, shown: str) -> None:
        """Whether it may take the place of what is stored under its code: of what the form showed, by its digest.

        `shown` is empty for a new office. Raises `InvalidInput` for one whose code is known, `OfficeChanged`; what is
        stored already may be stored once more.
        """
        if present == self:
            return
        if present and not shown:
            raise InvalidInput(field="code", rule=InputRule.KNOWN_OFFICE)
        if shown and (present is None or present.digest != shown):
            raise OfficeChanged


@answer
@dataclass(frozen=True)
class OfficeList:
    """All offices."""

    offices: tuple[Office, ...] = field(metadata=label("offices", "All offices, by code."))


OFFICE_COLUMNS: Final = tuple(each.name for each in fields(Office))
"""The columns of the file, in any order; `open` is `true` or `false`."""

_TRUTHS: Final = ("true", "false")
