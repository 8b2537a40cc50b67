"""The documents that a clerk accepts (letavertes.hu), and how their numbers look.

An identity card and a driving licence are Hungarian; anyone who has neither shows a passport, of any country.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.sentences import Vocabulary
from registration.typed_text import number_of, trimmed

_MOST_TYPED: Final = 40
"""Characters that are looked at: more than any number has with all its separators."""


class DocumentKind(Vocabulary):
    """The documents that a clerk accepts."""

    IDENTITY_CARD = "IDENTITY_CARD"
    PASSPORT = "PASSPORT"
    DRIVING_LICENCE = "DRIVING_LICENCE"


@dataclass(frozen=True)
class _Number:
    """How a kind's numbers look without separators, and the rule that says so."""

    pattern: re.Pattern[str]
    rule: InputRule


_NUMBERS: Final[Mapping[DocumentKind, _Number]] = {
    # The card since 2000: 123456AB. The booklet before it, AU-III. 123456: two letters, a Roman numeral, 6 digits.
    DocumentKind.IDENTITY_CARD: _Number(
        re.compile(r"[0-9]{6}[A-Z]{2}|[A-Z]{2}(?:I{1,3}|IV|VI{0,3}|IX|X)?[0-9]{6}"), InputRule.IDENTITY_CARD_NUMBER
    ),
    # Hungarian: AB1234567, before 2006 AB123456. Others: up to nine letters and digits (ICAO Doc 9303, part 4).
    DocumentKind.PASSPORT: _Number(re.compile(r"(?=.*[0-9])[A-Z0-9]{6,9}"), InputRule.PASSPORT_NUMBER),
    DocumentKind.DRIVING_LICENCE: _Number(re.compile(r"[A-Z]{2}[0-9]{6}"), InputRule.DRIVING_LICENCE_NUMBER),
}


def checked_document_number(kind: DocumentKind, typed: object) -> str:
    """The number in capitals, without spaces, hyphens and full stops. Raises `InvalidInput`.

    No series begins with zero, so one whose digits are all zero does not exist.
    """
    looks = _NUMBERS[kind]
    text = trimmed(typed) if isinstance(typed, str) else ""
    number = number_of(text).upper() if len(text) <= _MOST_TYPED else ""
    if not looks.pattern.fullmatch(number) or not number.strip("0ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        raise InvalidInput(field="document_number", rule=looks.rule)
    return number
