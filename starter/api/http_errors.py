"""What only HTTP refuses, or cannot do: declared as the errors of the engine are (registration/errors.py).

Refusal
└── HttpRefusal                 the request is refused before any gateway is asked
    ├── Unauthenticated
    ├── WrongRole
    ├── RolesExcludeEachOther
    ├── OfficeNeeded
    ├── NoSuchPath
    ├── NoSuchCheckpoint
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
from registration.sentences import N_

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
        "unauthenticated",
        401,
        N_("Token needed"),
        "get a token from the issuer; `WWW-Authenticate` says whether there was none or a wrong one",
    )


class WrongRole(HttpRefusal):
    """The token lacks the role that this operation needs."""

    problem = Problem("wrong-role", 403, N_("Role missing"), "the token needs another role")


class RolesExcludeEachOther(HttpRefusal):
    """The token has roles that one person may not have at once; only clerk and supervisor go together."""

    problem = Problem(
        "roles-exclude-each-other",
        403,
        N_("Roles exclude each other"),
        "let the issuer give each person one role; only `clerk` and `supervisor` go together",
    )


class OfficeNeeded(HttpRefusal):
    """A clerk or supervisor acts for one office; the token names none."""

    problem = Problem(
        "office-needed",
        403,
        N_("Office missing"),
        "a clerk's or supervisor's token names the office in `office`",
    )


class NoSuchPath(HttpRefusal):
    """There is nothing at this path."""

    problem = Problem("no-such-path", 404, N_("No such path"), "see the operations above")


class NoSuchCheckpoint(HttpRefusal):
    """There is no checkpoint with this number."""

    problem = Problem(
        "no-such-checkpoint",
        404,
        N_("No such checkpoint"),
        "the list of checkpoints has the numbers",
    )


class MethodNotAllowed(HttpRefusal):
    """The path does not know this method; Allow names the ones it knows."""

    problem = Problem("method-not-allowed", 405, N_("Method not allowed"), "`Allow` names the methods")


class MalformedRequest(HttpRefusal):
    """The request is not HTTP/1.1 as RFC 9112 defines it, or its length can be read in two ways."""

    problem = Problem(
        "malformed-request",
        400,
        N_("Malformed request"),
        "mend the HTTP client or the proxy: see [below](#connections)",
    )


class RequestTimeout(HttpRefusal):
    """The request did not come whole within the time for it."""

    problem = Problem(
        "request-timeout",
        408,
        N_("Request too slow"),
        "send the request faster: see [below](#connections)",
    )


class BodyTooLarge(HttpRefusal):
    """The body is larger than 256 KB, or that of a registration larger than 768 KB."""

    problem = Problem(
        "body-too-large",
        413,
        N_("Body too large"),
        "at most 256 KB, to `POST /v1/registrations` 768 KB",
    )


class NotJson(HttpRefusal):
    """Content-Type must be application/json."""

    problem = Problem("not-json", 415, N_("Not JSON"), "send `Content-Type: application/json`")


class HeadTooLarge(HttpRefusal):
    """Request line and header fields are larger than 16 KB."""

    problem = Problem(
        "head-too-large",
        431,
        N_("Head too large"),
        "request line and header fields have at most 16 KB",
    )


class Unexpected(HttpTrouble):
    """Something went wrong on our side; whether the request was carried out is not known."""

    problem = Problem(
        "unexpected",
        500,
        N_("Unexpected error"),
        "tell the operator; the same Idempotency-Key may be sent again",
    )


class NotReady(HttpTrouble):
    """The database, Temporal or the token issuer's keys cannot be reached, or the installation is not prepared."""

    problem = Problem("not-ready", 503, N_("Not ready"), "`/readyz` only")


class TooManyConnections(HttpTrouble):
    """The process has requests under way on as many connections as it may have."""

    problem = Problem(
        "too-many-connections",
        503,
        N_("Too many connections"),
        "this process works on as many connections as it may have: keep fewer open, or run more processes",
    )
