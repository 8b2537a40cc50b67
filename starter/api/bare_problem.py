"""The problems that are answered without the application: a connection's, before there is a request."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from registration.errors import UgyfelkapuError
from starter.api.http_errors import HeadTooLarge, MalformedRequest, RequestTimeout, TooManyConnections
from starter.api.problems import ProblemResponse, problem_of
from starter.serving.bare_answers import bare, language_in

_ERRORS: Final[Mapping[int, type[UgyfelkapuError]]] = {
    error.problem.status: error for error in (MalformedRequest, RequestTimeout, HeadTooLarge, TooManyConnections)
}


def bare_problem(status: HTTPStatus, head: bytes) -> bytes:
    """A problem, in the language that `head` asks for."""
    error = _ERRORS[status]()
    body = json.dumps(problem_of(error, language_in(head)), ensure_ascii=False).encode()
    return bare(status, error.problem.title, ProblemResponse.media_type, body)
