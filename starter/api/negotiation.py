"""What a client prefers, with weights (RFC 9110, section 12): the form of an answer by `Accept`, its language."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from registration.statuses import Language


class Media(StrEnum):
    """The forms of answers."""

    JSON = "application/json"
    CSV = "text/csv"
    HTML = "text/html"


_ANY_MEDIA: Final = "*/*"


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


def also_as(examples: Mapping[Media, str]) -> dict[int | str, dict[str, Any]]:
    """The documentation of the further forms of the successful answer."""
    content = {media: {"schema": {"type": "string"}, "example": example} for media, example in examples.items()}
    return {200: {"content": content}}


async def _accept(request: Request) -> str:
    """All that the request says, as one list."""
    return ",".join(request.headers.getlist("accept"))


Accept = Annotated[str, Depends(_accept)]


_ANY_LANGUAGE: Final = "*"


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
