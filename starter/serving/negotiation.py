"""The language and the form of an answer, by the weights of what the client accepts (RFC 9110, section 12)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from registration.statuses import Language

_ANY_LANGUAGE: Final = "*"
_ANY_MEDIA: Final = "*/*"


class Media(StrEnum):
    """The forms of answers."""

    JSON = "application/json"
    CSV = "text/csv"
    HTML = "text/html"


def language_of(scope: Scope) -> Language:
    """The language that a request asks for."""
    return preferred_language(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))


def preferred_language(header: str | None) -> Language:
    """The language that the header weighs highest, of two alike the one named first; Hungarian where it names none."""
    subtags = [(tag.split("-")[0], weight) for tag, weight in _preferences(header)]
    refused = {tag for tag, weight in subtags if weight == 0}
    for tag, weight in subtags:
        if weight == 0:
            break
        if tag in set(Language):
            return Language(tag)
        if tag == _ANY_LANGUAGE:
            return next((language for language in Language if language not in refused), Language.HU)
    return Language.HU


def media_of(scope: Scope, offered: Sequence[Media]) -> Media:
    """The form that a request asks for, of those that are `offered`."""
    return preferred_media(",".join(Headers(scope=scope).getlist("accept")), offered)


def preferred_media(header: str | None, offered: Sequence[Media]) -> Media:
    """The form that the header weighs highest, of two alike the one offered first; the first where it names none.

    A more specific range counts before one that covers it.
    """
    weights = dict(_preferences(header))

    def weight(media: Media) -> float:
        ranges = (media, f"{media.partition('/')[0]}/*", _ANY_MEDIA)
        return next((weights[name] for name in ranges if name in weights), 0.0)

    best = max(offered, key=weight)
    return best if weight(best) else offered[0]


def _preferences(header: str | None) -> list[tuple[str, float]]:
    """Each range in lower case with its weight: 1 unless given, 0 where it cannot be read; the highest first."""
    return sorted((_preference(part) for part in (header or "").split(",")), key=lambda entry: -entry[1])


def _preference(part: str) -> tuple[str, float]:
    name, *parameters = (text.strip().lower() for text in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
    return name, weight if 0 <= weight <= 1 else 0.0
