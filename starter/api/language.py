"""Hungarian or English, by `Accept-Language` (RFC 9110, section 12.5.4)."""

from typing import Final

from registration.statuses import Language

_ANY: Final = "*"


def preferred_language(header: str | None) -> Language:
    """The language that the header weighs highest, of two alike the one named first; Hungarian where it names none."""
    weighed = sorted((_weighed(part) for part in (header or "").split(",")), key=lambda entry: -entry[1])
    refused = {tag for tag, weight in weighed if weight == 0}
    for tag, weight in weighed:
        if weight == 0:
            break
        if tag in set(Language):
            return Language(tag)
        if tag == _ANY:
            return next((language for language in Language if language not in refused), Language.HU)
    return Language.HU


def _weighed(part: str) -> tuple[str, float]:
    """A range's first subtag, and its weight: 1 unless given, 0 where it cannot be read."""
    name, *parameters = (text.strip().lower() for text in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
    return name.split("-")[0], weight if 0 <= weight <= 1 else 0.0
