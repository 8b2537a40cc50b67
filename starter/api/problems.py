"""Every refusal over HTTP: `application/problem+json` (RFC 9457), in Hungarian or English, naming field and rule."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from registration.errors import InvalidInput, RequestInProgress, TooManyGuesses, UgyfelkapuError, Unavailable
from registration.input_rules import InputRule
from registration.signature_errors import RevocationUnknown
from registration.statuses import Language
from starter.api import problem_types
from starter.api.invalid_input import invalid_input
from starter.api.negotiation import preferred_language
from starter.api.problem_types import OF_ERRORS, HttpProblemType, ProblemType
from starter.translation import translated

_log = structlog.get_logger()

_RETRY_SECONDS: Final = {RequestInProgress: "2", Unavailable: "5", RevocationUnknown: "60"}
"""A healthy system answers within these; who asks more often only adds load."""


class Problem(Exception):
    """What only HTTP refuses."""

    def __init__(self, kind: HttpProblemType, headers: Mapping[str, str] | None = None) -> None:
        """`headers` go out with the answer."""
        self.kind = kind
        self.headers = headers
        super().__init__(kind.name)


class ProblemResponse(JSONResponse):
    """A problem on its way out."""

    media_type = "application/problem+json"


def problem_of(error: UgyfelkapuError, language: Language) -> dict[str, Any]:
    """The JSON of an error of the engine."""
    told = _problem(OF_ERRORS[type(error)], translated(error.sentence, language), language)
    if isinstance(error, InvalidInput):
        told |= {"field": error.facts["field"], "rule": InputRule(error.facts["rule"]).name}
    return told


def http_problem(kind: HttpProblemType, language: Language) -> dict[str, Any]:
    """The JSON of an error that only HTTP knows."""
    return _problem(kind, kind.detail_in(language), language)


def refusal_response(error: UgyfelkapuError, language: Language) -> ProblemResponse:
    """The answer to a request that the engine refuses; which dependency did not do its part is in the log alone."""
    if isinstance(error, Unavailable):
        _log.warning("unavailable", **error.facts)
    wait = error.facts["seconds"] if isinstance(error, TooManyGuesses) else _RETRY_SECONDS.get(type(error))
    headers = {"Retry-After": wait} if wait else None
    return ProblemResponse(problem_of(error, language), OF_ERRORS[type(error)].status, headers)


def problem_response(problem: Problem, language: Language) -> ProblemResponse:
    """The answer to a request that HTTP refuses."""
    return ProblemResponse(http_problem(problem.kind, language), problem.kind.status, problem.headers)


def language_of(scope: Scope) -> Language:
    """The language that a request asks for."""
    return preferred_language(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))


def handle_problems(app: FastAPI) -> None:
    """Makes every exception of a route a problem; what is unexpected is answered outside of the routes."""

    @app.exception_handler(UgyfelkapuError)
    async def _refused(request: Request, error: UgyfelkapuError) -> ProblemResponse:
        return refusal_response(error, language_of(request.scope))

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> ProblemResponse:
        return problem_response(problem, language_of(request.scope))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
        return refusal_response(invalid_input(error), language_of(request.scope))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> ProblemResponse:
        language = language_of(request.scope)
        match error.status_code:
            case 404:
                return problem_response(Problem(problem_types.NO_SUCH_PATH), language)
            case 405:
                return problem_response(Problem(problem_types.METHOD_NOT_ALLOWED, _allowed(request, error)), language)
            case 413:
                return problem_response(Problem(problem_types.BODY_TOO_LARGE), language)
            case _:  # FastAPI's answer to a body that is no JSON at all
                return refusal_response(InvalidInput(field="body", rule=InputRule.JSON), language)


def _allowed(request: Request, error: HTTPException) -> Mapping[str, str] | None:
    """The methods of all operations at a path (RFC 9110, section 10.2.1); Starlette names those of one alone."""
    path = getattr(request.scope.get("route"), "path_format", None)
    operations = request.app.openapi()["paths"].get(path)
    return {"Allow": ", ".join(sorted(operations)).upper()} if operations else error.headers


def _problem(kind: ProblemType, detail: str, language: Language) -> dict[str, Any]:
    return {"type": kind.uri, "title": kind.title_in(language), "status": kind.status, "detail": detail}
