"""The answers of an operation as OpenAPI shows them; the examples of problems are made by the code that answers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, Field

from registration.errors import (
    AlreadyReactivated,
    AlreadyVerified,
    BeforeTheBeginning,
    BeyondTheRecord,
    InvalidInput,
    KeyNotEverywhere,
    LetterOutOfDate,
    NotAccepted,
    OfficeNotOpen,
    RecordedBehind,
    RecordUnreadable,
    RedeemTheCode,
    RequestACode,
    StaffDisabled,
    TooManyGuesses,
    UgyfelkapuError,
    Unavailable,
)
from registration.input_rules import InputRule
from registration.messages import ActorKind
from registration.operations import WayOut
from registration.signature_errors import SignedFormTooLarge, WrongSigner
from registration.signer_rules import SignerRule
from registration.statuses import Language, Status
from starter.api.problem_types import (
    BODY_TOO_LARGE,
    FORBIDDEN,
    NOT_JSON,
    OFFICE_NEEDED,
    ROLES_EXCLUDE,
    UNAUTHENTICATED,
    UNEXPECTED,
    HttpProblemType,
)
from starter.api.problems import http_problem, problem_of

_FACTS: Final[Mapping[type[UgyfelkapuError], Mapping[str, str]]] = {
    InvalidInput: {"field": "email", "rule": InputRule.EMAIL},
    SignedFormTooLarge: {"most": "262144"},
    WrongSigner: {"rule": SignerRule.GIVEN_NAME},
    NotAccepted: {"status": Status.INACTIVE, "message": "request_code", "instead": WayOut.VISIT_A_BODY},
    AlreadyReactivated: {"clerk": "clerk-7", "office": "1051", "at": "2027-03-01 10:00"},
    AlreadyVerified: {"clerk": "clerk-7", "office": "1051", "at": "2027-03-01 10:00"},
    LetterOutOfDate: {"letter": "5-temporary", "status": Status.ACTIVE},
    OfficeNotOpen: {"office": "1051"},
    KeyNotEverywhere: {"key": "m2", "processes": "worker host-1:7"},
    BeforeTheBeginning: {"begins": "2026-11-25 10:30:07"},
    BeyondTheRecord: {"due": "2027-03-31 10:00"},
    RecordUnreadable: {"sequence": "3"},
    RecordedBehind: {"sequence": "3"},
    TooManyGuesses: {"seconds": "240"},
    RequestACode: {"deadline": "2027-05-31 10:00"},
    RedeemTheCode: {"deadline": "2027-03-31 10:00"},
}

_ANY_FACTS: Final = {"status": Status.LAPSED, "actor": ActorKind.AUDITOR, "message": "close"}

_AT_THE_DOOR: Final = (UNAUTHENTICATED, ROLES_EXCLUDE, OFFICE_NEEDED, UNEXPECTED)
_WITH_A_BODY: Final = (BODY_TOO_LARGE, NOT_JSON)


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


def problems(*errors: type[UgyfelkapuError], with_body: bool = True, also: Sequence[HttpProblemType] = ()) -> Responses:
    """The problems of an operation for some roles: its own, and those that every such operation has."""
    kinds = (FORBIDDEN, *also, *(_WITH_A_BODY if with_body else ()))
    return _by_status([_example(error) for error in (*errors, InvalidInput)] + _of_http(kinds) + _of_callers())


def problems_of_callers() -> Responses:
    """The problems of an operation for whoever has a token."""
    return _by_status(_of_callers())


def http_problems(*kinds: HttpProblemType) -> Responses:
    """The problems of an operation that the engine has no part in."""
    return _by_status(_of_http(kinds))


def _of_callers() -> list[dict[str, Any]]:
    """Who the caller is, and whether that person may act at all."""
    return [_example(error) for error in (StaffDisabled, OfficeNotOpen, Unavailable)] + _of_http(_AT_THE_DOOR)


def _of_http(kinds: Iterable[HttpProblemType]) -> list[dict[str, Any]]:
    return [http_problem(kind, Language.EN) for kind in kinds]


def _example(error: type[UgyfelkapuError]) -> dict[str, Any]:
    return problem_of(error(**_FACTS.get(error, _ANY_FACTS)), Language.EN)


def _by_status(told: list[dict[str, Any]]) -> Responses:
    responses: Responses = {}
    for problem in told:
        name = problem["type"].rpartition(":")[2]
        empty: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
        response = responses.setdefault(problem["status"], {"content": {"application/problem+json": empty}})
        examples = response["content"]["application/problem+json"]["examples"]
        examples[name] = {"value": problem}
        response["description"] = " or ".join(examples)
        if header := _HEADERS.get(problem["status"]):
            response["headers"] = header
    return responses
