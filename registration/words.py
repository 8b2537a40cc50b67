"""A sentence in both languages of the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from registration.statuses import Language


@dataclass(frozen=True)
class Words:
    """The same sentence in Hungarian and in English; `{blanks}` are to be filled."""

    hungarian: str
    english: str

    def in_language(self, language: Language) -> str:
        """The sentence in one of them."""
        return self.hungarian if language is Language.HU else self.english

    def filled(self, facts: Mapping[str, object]) -> "Words":
        """The sentence without blanks. Raises `KeyError` where a fact is missing."""
        return Words(self.hungarian.format_map(facts), self.english.format_map(facts))
