"""The answers of an operation as OpenAPI shows them; the examples of problems are made by the code that answers."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, Field

from registration.errors import (
    InvalidInput,
    NotAccepted,
    RequestACode,
    TooManyGuesses,
    UgyfelkapuError,
    Unavailable,
)
from registration.input_rules import InputRule
from registration.statuses import Language, Status
from starter.api.problem_types import BODY_TOO_LARGE, FORBIDDEN, NOT_JSON, UNAUTHENTICATED, UNEXPECTED, HttpProblemType
from starter.api.problems import ProblemResponse, http_problem, problem_of

_FACTS: Final[Mapping[type[UgyfelkapuError], Mapping[str, str]]] = {
    InvalidInput: {"field": "email", "rule": InputRule.EMAIL},
    NotAccepted: {"status": Status.INACTIVE, "message": "request_code", "instead": "reactivate"},
    TooManyGuesses: {"seconds": "240"},
    RequestACode: {"deadline": "2027-05-31", "status": Status.PASSWORD_EXPIRED},
}

_EVERYWHERE: Final = (UNAUTHENTICATED, FORBIDDEN, UNEXPECTED)
_WITH_A_BODY: Final = (BODY_TOO_LARGE, NOT_JSON)

_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": "Bearer, and whether the token was invalid (RFC 6750)."},
    429: {"Retry-After": "Seconds to wait; not with `redeem-first`, where waiting does not help."},
    503: {"Retry-After": "Seconds after which it may work again."},
}

PROBLEM: Final = "Problem"
"""The name of `ProblemBody` in the document."""

Responses = dict[int | str, dict[str, Any]]


class ProblemBody(BaseModel):
    """A refusal (RFC 9457). `type` and `status` never change; `title` and `detail` are in the language asked for."""

    type: str = Field(description="A stable URI; docs/api.md lists them all.")
    title: str
    status: int
    detail: str = Field(description="One sentence for the client, ready to be shown.")
    field: str | None = Field(None, description="With `invalid-input`: the field that breaks a rule.")
    rule: str | None = Field(None, description="With `invalid-input`: the rule's stable name.")


def problems(*errors: type[UgyfelkapuError], with_body: bool = True) -> Responses:
    """The problems of an operation for portals: its own errors, and those that every such operation has."""
    kinds = _EVERYWHERE + (_WITH_A_BODY if with_body else ())
    told = [_example(error) for error in (*errors, InvalidInput, Unavailable)]
    return _by_status(told + [http_problem(kind, Language.EN) for kind in kinds])


def http_problems(*kinds: HttpProblemType) -> Responses:
    """The problems of an operation that the engine has no part in."""
    return _by_status([http_problem(kind, Language.EN) for kind in kinds])


def _example(error: type[UgyfelkapuError]) -> dict[str, Any]:
    return problem_of(error(**_FACTS.get(error, {"status": Status.LAPSED})), Language.EN)


def _by_status(told: list[dict[str, Any]]) -> Responses:
    responses: Responses = {}
    for problem in told:
        name = problem["type"].rpartition(":")[2]
        response = responses.setdefault(problem["status"], _response(problem["status"]))
        examples = response["content"][ProblemResponse.media_type]["examples"]
        examples[name] = {"value": problem}
        response["description"] = " or ".join(examples)
    return responses


def _response(status: int) -> dict[str, Any]:
    """Without examples yet. FastAPI would document a `model` as application/json, which no problem is."""
    content = {ProblemResponse.media_type: {"schema": {"$ref": f"#/components/schemas/{PROBLEM}"}, "examples": {}}}
    told = _HEADERS.get(status, {})
    headers = {name: {"description": about, "schema": {"type": "string"}} for name, about in told.items()}
    return {"content": content, "headers": headers}
