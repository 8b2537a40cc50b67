"""What a clerk searches by: exactly one criterion, and how two spellings of it are the same."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

from registration.errors import InvalidInput
from registration.forms import check_fields, checked_birth_date, checked_text, nfc
from registration.input_rules import InputRule
from registration.sentences import Vocabulary
from registration.typed_text import plain_separators, trimmed, without_unseen


class Criterion(Vocabulary):
    """The kinds of search, as the access record names them."""

    RECEIPT_NUMBER = "receipt_number"
    USER_NAME = "user_name"
    EMAIL = "email", "e-mail address"
    IDENTITY = "identity", "the data of a person"


@dataclass(frozen=True)
class SearchForm:
    """One criterion: a receipt's number, a user name, an e-mail address, or all three of the natural identity data."""

    receipt_number: str | None = field(default=None, repr=False)
    user_name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    birth_name: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    mothers_birth_name: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, form: Mapping[str, Any], *, today: date) -> Self:
        """The checked criterion; a field that is `None` is not given. Raises `InvalidInput`."""
        given = {name: typed for name, typed in form.items() if typed is not None}
        check_fields(cls, given)
        asked = {_CRITERIA[name] for name in given}
        if len(asked) != 1:
            raise InvalidInput(field="search", rule=InputRule.ONE_CRITERION)
        for name, criterion in _CRITERIA.items():
            if criterion in asked and name not in given:
                raise InvalidInput(field=name, rule=InputRule.REQUIRED)
        checked: dict[str, Any] = {
            name: checked_birth_date(typed, today)
            if name == "birth_date"
            else checked_text(name, _readable(name, typed))
            for name, typed in given.items()
        }
        return cls(**checked)

    @property
    def criterion(self) -> Criterion:
        """What is searched by."""
        return next(criterion for name, criterion in _CRITERIA.items() if getattr(self, name) is not None)

    @property
    def identity(self) -> tuple[str, date, str] | None:
        """Name at birth, its date, mother's name at birth, if that is what is searched by."""
        if self.birth_name is None or self.birth_date is None or self.mothers_birth_name is None:
            return None
        return self.birth_name, self.birth_date, self.mothers_birth_name


_CRITERIA: Final = {
    "receipt_number": Criterion.RECEIPT_NUMBER,
    "user_name": Criterion.USER_NAME,
    "email": Criterion.EMAIL,
    "birth_name": Criterion.IDENTITY,
    "birth_date": Criterion.IDENTITY,
    "mothers_birth_name": Criterion.IDENTITY,
}


def _readable(name: str, typed: object) -> object:
    """A receipt's number may have any separators, line breaks too."""
    return plain_separators(typed) if name == "receipt_number" and isinstance(typed, str) else typed


_APOSTROPHES: Final = dict.fromkeys(
    map(
        ord,
        "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u055a\u05f3"
        "\u2018\u2019\u201a\u201b\u2032\u2035\ua78c\uff07\uff40",
    ),
    "'",
)
"""What keyboards and word processors put for an apostrophe, also letters of names such as okina and ayin."""


def folded_name(name: str) -> str:
    """What makes two spellings of a name the same.

    Unicode NFKC without regard to case; one apostrophe for all, one hyphen for all dashes, with no space beside them;
    each run of white space one space, none at the ends; nothing that no font shows.
    """
    text = without_unseen(nfc(trimmed(name))).translate(_APOSTROPHES)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = plain_separators(text.translate(_APOSTROPHES))
    return re.sub(r" ?([-']) ?", r"\1", " ".join(text.split()))


def identity_key(birth_name: str, birth_date: date, mothers_birth_name: str) -> str:
    """What makes two persons' natural identity data the same; no text of a form has a line break in it."""
    return "\n".join((folded_name(birth_name), birth_date.isoformat(), folded_name(mothers_birth_name)))
