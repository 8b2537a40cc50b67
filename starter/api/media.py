"""Which of the forms that an answer has is asked for, by `Accept` (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from starter.api.weights import weighed


class Media(StrEnum):
    """The forms of answers."""

    JSON = "application/json"
    CSV = "text/csv"
    HTML = "text/html"


_ANY: Final = "*/*"


def preferred_media(header: str | None, offered: Sequence[Media]) -> Media:
    """The form that the header weighs highest, of two alike the one offered first; the first where it names none.

    A more specific range counts before one that covers it.
    """
    weights = dict(weighed(header))

    def weight(media: Media) -> float:
        ranges = (media, f"{media.partition('/')[0]}/*", _ANY)
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
