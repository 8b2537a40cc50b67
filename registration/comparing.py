"""Comparing the person at a desk with the holder of a registration, by the natural identity data of a document.

A clerk acts for a person who matches; without a match a supervisor decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from registration.answers import REGISTRATION_ID, answer, label
from registration.errors import NotCompared
from registration.event_kinds import EventKind
from registration.forms import check_fields, checked_birth_date, checked_text
from registration.messages import ActorKind
from registration.operations import Operation
from registration.searching import identity_key


@dataclass(frozen=True)
class PersonForm:
    """The natural identity data of a person, as a document has it."""

    birth_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    mothers_birth_name: str = field(repr=False)

    @classmethod
    def parse(cls, form: Mapping[str, Any], *, today: date) -> Self:
        """The checked data. Raises `InvalidInput`; `today` bounds the birth."""
        check_fields(cls, form)
        return cls(
            birth_name=checked_text("birth_name", form["birth_name"]),
            birth_date=checked_birth_date(form["birth_date"], today),
            mothers_birth_name=checked_text("mothers_birth_name", form["mothers_birth_name"]),
        )

    def is_of(self, birth_name: str, birth_date: date, mothers_birth_name: str) -> bool:
        """Whether these are the data of the same person: spellings that a search takes for the same are the same."""
        own = identity_key(self.birth_name, self.birth_date, self.mothers_birth_name)
        return own == identity_key(birth_name, birth_date, mothers_birth_name)


@answer
@dataclass(frozen=True)
class PersonComparison:
    """Whether a person is the holder of a registration; nothing of what is stored."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    matches: bool = field(
        metadata=label("matches", "Whether name at birth, date of birth and mother's name are the holder's.", True)
    )


def needs_comparison(operation: Operation) -> bool:
    """Whether an operation is done for a person who says that a registration is theirs."""
    row = operation.row
    return row.in_person and row.leaves is not EventKind.REGISTRATION_OPENED


def check_compared(operation: Operation, sender: ActorKind, *, matches: bool) -> None:
    """Raises `NotCompared` where a clerk would act for a person who is not known to be the holder."""
    if needs_comparison(operation) and sender is not ActorKind.SUPERVISOR and not matches:
        raise NotCompared
