"""The answers of an operation as OpenAPI shows them; the examples of problems are made by the code that answers."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel, Field

from registration.errors import (
    InvalidInput,
    OfficeNotOpen,
    StaffDisabled,
    UgyfelkapuError,
    Unavailable,
    WrongRole,
)
from registration.statuses import Language
from starter.api.http_errors import (
    BodyTooLarge,
    NotJson,
    OfficeNeeded,
    RolesExcludeEachOther,
    Unauthenticated,
    Unexpected,
)
from starter.api.problems import problem_of
from starter.serving.negotiation import Media

_OF_CALLERS: Final = (
    StaffDisabled,
    OfficeNotOpen,
    Unavailable,
    Unauthenticated,
    RolesExcludeEachOther,
    OfficeNeeded,
    Unexpected,
)
"""Who the caller is, and whether that person may act at all."""

_WITH_A_BODY: Final = (BodyTooLarge, NotJson)


def header(name: str, description: str, example: str) -> dict[str, Any]:
    """A header of an answer."""
    return {name: {"description": description, "schema": {"type": "string"}, "example": example}}


_WAIT: Final = header("Retry-After", "Seconds to wait, where waiting helps.", "240")
_HEADERS: Final = {
    401: header("WWW-Authenticate", "RFC 6750.", 'Bearer error="invalid_token"'),
    409: header("Retry-After", "With `request-in-progress`: seconds to wait.", "2"),
    429: _WAIT,
    503: _WAIT,
}

Responses = dict[int | str, dict[str, Any]]


class ProblemBody(BaseModel):
    """A refusal (RFC 9457). `type` and `status` never change; `title` and `detail` are in the language asked for."""

    type: str = Field(description="A stable URI; docs/api.md lists them all.")
    title: str = Field(description="What kind of refusal it is, in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="One sentence for the client, ready to be shown.")
    field: str | None = Field(None, description="With `invalid-input`: the field that breaks a rule.")
    rule: str | None = Field(None, description="With `invalid-input`: the rule's stable name.")


PROBLEM_SCHEMA: Final = {"Problem": ProblemBody.model_json_schema() | {"title": "Problem"}}
"""What the examples of problems refer to, as a component of the document."""


def problems(*errors: type[UgyfelkapuError], with_body: bool = True) -> Responses:
    """The problems of an operation for some roles: its own, and those that every such operation has."""
    return _by_status((*errors, InvalidInput, WrongRole, *(_WITH_A_BODY if with_body else ()), *_OF_CALLERS))


def problems_of_callers() -> Responses:
    """The problems of an operation for callers with a token."""
    return _by_status(_OF_CALLERS)


def problems_of_anyone(*errors: type[UgyfelkapuError]) -> Responses:
    """The problems of an operation that needs no token."""
    return _by_status((*errors, Unexpected))


def also_as(examples: Mapping[Media, str]) -> Responses:
    """The further forms of the successful answer, each with an example."""
    content = {media: {"schema": {"type": "string"}, "example": example} for media, example in examples.items()}
    return {200: {"content": content}}


def example_of(error: type[UgyfelkapuError]) -> UgyfelkapuError:
    """The error as the document shows it."""
    return error(**error.problem.example)


def _by_status(errors: Iterable[type[UgyfelkapuError]]) -> Responses:
    responses: Responses = {}
    for error in errors:
        row = error.problem
        empty: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
        response = responses.setdefault(row.status, {"content": {"application/problem+json": empty}})
        examples = response["content"]["application/problem+json"]["examples"]
        examples[row.name] = {"value": problem_of(example_of(error), Language.EN)}
        response["description"] = " or ".join(examples)
        if header := _HEADERS.get(row.status):
            response["headers"] = header
    return responses
