"""What only HTTP refuses, or cannot do: declared as the errors of the engine are (registration/errors.py).

Refusal
└── HttpRefusal                 the request is refused before any gateway is asked
    ├── Unauthenticated
    ├── RolesExcludeEachOther
    ├── OfficeNeeded
    ├── NoSuchPath
    ├── MethodNotAllowed
    ├── MalformedRequest
    ├── RequestTimeout
    ├── BodyTooLarge
    ├── NotJson
    └── HeadTooLarge
UgyfelkapuError
└── HttpTrouble                 something is broken or away: nothing was refused
    ├── Unexpected
    ├── NotReady
    └── TooManyConnections
"""

from collections.abc import Mapping
from typing import Final

from registration.errors import Refusal, UgyfelkapuError
from registration.problems import Problem

TOO_LITTLE: Final = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
"""The header of an answer to a token whose roles do not suffice (RFC 6750, section 3.1)."""


class HttpRefusal(Refusal):
    """The request was refused."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        """`headers` go out with the answer."""
        self.headers: Final = headers
        super().__init__()


class HttpTrouble(UgyfelkapuError):
    """The request could not be answered."""


class Unauthenticated(HttpRefusal):
    """A valid bearer token is needed: signed by the issuer, for this audience, not expired."""

    problem = Problem(
        401,
        "Token needed",
        "get a token from the issuer; `WWW-Authenticate` says whether there was none or a wrong one",
    )


class RolesExcludeEachOther(HttpRefusal):
    """The token has roles that one person may not have at once; only clerk and supervisor go together."""

    problem = Problem(
        403,
        "Roles exclude each other",
        "let the issuer give each person one role; only `clerk` and `supervisor` go together",
    )


class OfficeNeeded(HttpRefusal):
    """A clerk or supervisor acts for one office; the token names none."""

    problem = Problem(403, "Office missing", "a clerk's or supervisor's token names the office in `office`")


class NoSuchPath(HttpRefusal):
    """There is nothing at this path."""

    problem = Problem(404, "No such path", "see the operations above")


class MethodNotAllowed(HttpRefusal):
    """The path does not know this method; Allow names the ones it knows."""

    problem = Problem(405, "Method not allowed", "`Allow` names the methods")


class MalformedRequest(HttpRefusal):
    """The request is not HTTP/1.1 as RFC 9112 defines it, or its length can be read in two ways."""

    problem = Problem(400, "Malformed request", "correct the HTTP client or the proxy: see [below](#connections)")


class RequestTimeout(HttpRefusal):
    """The request did not come whole within the time for it."""

    problem = Problem(408, "Request too slow", "send the request faster: see [below](#connections)")


class BodyTooLarge(HttpRefusal):
    """The body is larger than 256 KB, or that of a registration larger than 768 KB."""

    problem = Problem(413, "Body too large", "at most 256 KB, to `POST /v1/registrations` 768 KB")


class NotJson(HttpRefusal):
    """Content-Type must be application/json."""

    problem = Problem(415, "Not JSON", "send `Content-Type: application/json`")


class HeadTooLarge(HttpRefusal):
    """Request line and header fields are larger than 16 KB."""

    problem = Problem(431, "Head too large", "request line and header fields have at most 16 KB")


class Unexpected(HttpTrouble):
    """Something went wrong on our side; whether the request was carried out is not known."""

    problem = Problem(500, "Unexpected error", "inform the operator; the same Idempotency-Key may be sent again")


class NotReady(HttpTrouble):
    """The database cannot be reached or written to, or the installation is not prepared."""

    problem = Problem(503, "Not ready", "`/readyz` only")


class TooManyConnections(HttpTrouble):
    """All connections that this process may have are in use."""

    problem = Problem(
        503,
        "Too many connections",
        "this process works on as many connections as it may have: keep fewer open, or run more processes",
    )
