"""What people read: an English message id and the facts for its braces. `starter/translation.py` translates it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, Self, TypeAlias

from registration.budapest import in_budapest


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Marks an English message id for the extractor (`starter/dev/extraction.py`), and returns it."""
    return message


class Phrases(StrEnum):
    """An enumeration whose values are English message ids; the extractor reads them."""


class Vocabulary(StrEnum):
    """A closed vocabulary whose members have a label for people, an English message id in the context of its class.

    A label may be given behind the value; otherwise it is the value in lower case, with spaces.
    """

    label: str

    def __new__(cls, value: str, label: str | None = None) -> Self:
        """A member with its value and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.lower().replace("_", " ")
        return member


@dataclass(frozen=True)
class Sentence:
    """An English message id and the facts that fill its braces.

    A member of a vocabulary and a sentence are translated, a tuple is a list of facts, a time (UTC) is shown in
    Budapest time; every other fact is shown as it is. With a `plural`, the fact `count` chooses between the two.
    """

    message: str
    facts: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None

    @classmethod
    def counted(cls, one: str, many: str, count: int, **facts: object) -> Self:
        """The sentence for a number: `one` where it is 1, `many` otherwise, as English has it."""
        return cls(one, {**facts, "count": count}, many)

    def __str__(self) -> str:
        """The sentence in English."""
        return in_words(self, ENGLISH)


Text: TypeAlias = Sentence | Phrases
"""What a reader can be shown: with facts, or without any."""


class Catalogue(Protocol):
    """What translates message ids: the interface of the standard library's `gettext`."""

    def gettext(self, message: str) -> str:
        """The translation of a message id; the id itself where there is none."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The translation for a number, of a message id that has a plural."""

    def pgettext(self, context: str, message: str) -> str:
        """The translation of a message id in a context."""


class _English:
    """Message ids are English."""

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if n == 1 else msgid2

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002  the same in every context
        return message


ENGLISH: Final[Catalogue] = _English()


def in_words(what: object, catalogue: Catalogue) -> str:
    """A sentence, a member of a vocabulary or any other fact, in the language of a catalogue.

    Raises `KeyError` where a sentence lacks a fact.
    """
    match what:
        case Sentence(message, facts, plural):
            template = catalogue.gettext(message)
            if plural:
                template = catalogue.ngettext(message, plural, int(str(facts["count"])))
            return template.format_map({name: in_words(fact, catalogue) for name, fact in facts.items()})
        case Vocabulary():
            return catalogue.pgettext(type(what).__name__, what.label)
        case Phrases():
            return catalogue.gettext(what)
        case tuple():
            return ", ".join(in_words(each, catalogue) for each in what)
        case datetime():
            return in_budapest(what)
        case _:
            return str(what)
