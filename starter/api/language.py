"""Hungarian or English, by `Accept-Language` (RFC 9110, section 12.5.4)."""

from typing import Final

from registration.statuses import Language
from starter.api.weights import weighed

_ANY: Final = "*"


def preferred_language(header: str | None) -> Language:
    """The language that the header weighs highest, of two alike the one named first; Hungarian where it names none."""
    subtags = [(tag.split("-")[0], weight) for tag, weight in weighed(header)]
    refused = {tag for tag, weight in subtags if weight == 0}
    for tag, weight in subtags:
        if weight == 0:
            break
        if tag in set(Language):
            return Language(tag)
        if tag == _ANY:
            return next((language for language in Language if language not in refused), Language.HU)
    return Language.HU
