"""The bytes of an answer to what is no request: it never reaches the application, which would answer it otherwise."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from registration.statuses import Language
from starter.serving.negotiation import preferred_language
from starter.serving.request_head import END

BareAnswers = Callable[[HTTPStatus, bytes], bytes]
"""A site's answer: the status and what came of the head, whatever it is, to the whole answer that `bare` makes."""


def bare(status: HTTPStatus, reason: str, media_type: str, body: bytes, headers: Mapping[str, str] = {}) -> bytes:
    """The last answer on its connection; `reason` is ASCII, as the phrase of a status line is."""
    lines = (
        f"HTTP/1.1 {status} {reason}",
        f"content-type: {media_type}",
        f"content-length: {len(body)}",
        *(f"{name.lower()}: {value}" for name, value in ({"Cache-Control": "no-store"} | dict(headers)).items()),
        "connection: close",
    )
    return "\r\n".join(lines).encode() + END + body


def language_in(head: bytes) -> Language:
    """The language that a head asks for, whatever else it is."""
    for line in head.split(b"\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"accept-language":
            return preferred_language(value.decode("latin-1").strip())
    return preferred_language(None)
