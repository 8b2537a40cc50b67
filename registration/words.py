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
        """The sentence without blanks; facts may be `Words` too. Raises `KeyError` where a fact is missing."""
        return Words(*(self._filled(facts, language) for language in (Language.HU, Language.EN)))

    def _filled(self, facts: Mapping[str, object], language: Language) -> str:
        told = {name: fact.in_language(language) if isinstance(fact, Words) else fact for name, fact in facts.items()}
        return self.in_language(language).format_map(told)
