"""The bytes of an answer to what is no request: it never reaches the application, which would answer it otherwise."""

import json

from registration.errors import UgyfelkapuError
from registration.statuses import Language
from starter.api.negotiation import preferred_language
from starter.api.problems import ProblemResponse, problem_of
from starter.api.request_head import END


def answer(error: UgyfelkapuError, head: bytes) -> bytes:
    """A problem, in the language that `head` asks for, whatever else it is; the connection is closed after it."""
    body = json.dumps(problem_of(error, _language_in(head)), ensure_ascii=False).encode()
    lines = (
        f"HTTP/1.1 {error.problem.status} {error.problem.title}",
        f"content-type: {ProblemResponse.media_type}",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "connection: close",
    )
    return "\r\n".join(lines).encode() + END + body


def _language_in(head: bytes) -> Language:
    for line in head.split(b"\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"accept-language":
            return preferred_language(value.decode("latin-1").strip())
    return preferred_language(None)
