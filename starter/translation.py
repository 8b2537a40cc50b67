"""The one place where message ids become the reader's language: English as they are, Hungarian by the catalogue."""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from registration.sentences import ENGLISH, Catalogue, in_words
from registration.statuses import Language

DOMAIN: Final = "ugyfelkapu"
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set decides (POSIX.1-2024, Base Definitions, 8.2)."""


@cache
def catalogue(language: Language) -> Catalogue:
    """The translations of a language, read once; a `.po` file is compiled in memory."""
    if language is Language.EN:
        return ENGLISH
    file = files("starter") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with file.open("rb") as source:
        found = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return GNUTranslations(compiled)


def translated(what: object, language: Language) -> str:
    """A sentence, a member of a vocabulary or another fact, as a reader of `language` sees it."""
    return in_words(what, catalogue(language))


def language_of_environment(variables: Mapping[str, str]) -> Language:
    """Hungarian where the locale is Hungarian, English otherwise."""
    locale = next((variables[name] for name in _LOCALE_VARIABLES if variables.get(name)), "")
    return Language.HU if locale.lower().startswith(Language.HU) else Language.EN
