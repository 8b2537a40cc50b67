"""Every refusal over HTTP: `application/problem+json` (RFC 9457), in Hungarian or English, naming field and rule."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from registration.errors import InvalidInput, Refusal, TooManyGuesses, UgyfelkapuError, Unavailable, WrongRole
from registration.input_rules import InputRule
from registration.sentences import Sentence
from registration.statuses import Language
from starter.api.http_errors import TOO_LITTLE, BodyTooLarge, HttpRefusal, MethodNotAllowed, NoSuchPath
from starter.api.invalid_input import invalid_input
from starter.api.on_record import put_on_record
from starter.serving.negotiation import language_of
from starter.translation import translated

_log = structlog.get_logger()


class ProblemResponse(JSONResponse):
    """A problem on its way out."""

    media_type = "application/problem+json"


def problem_of(error: UgyfelkapuError, language: Language) -> dict[str, Any]:
    """The JSON of an error."""
    row = error.problem
    shown = {
        "type": row.uri,
        "title": translated(Sentence(row.title), language),
        "status": row.status,
        "detail": translated(error.sentence, language),
    }
    if isinstance(error, InvalidInput):
        shown |= {"field": error.facts["field"], "rule": InputRule(error.facts["rule"]).name}
    return shown


def problem_response(error: UgyfelkapuError, language: Language) -> ProblemResponse:
    """The answer to a request that is refused or failed; which dependency did not do its part is in the log alone."""
    if isinstance(error, Unavailable):
        _log.warning("unavailable", **error.facts)
    headers = dict(error.headers or {}) if isinstance(error, HttpRefusal) else {}
    if isinstance(error, WrongRole):
        headers |= TOO_LITTLE
    if wait := error.seconds if isinstance(error, TooManyGuesses) else error.problem.retry_after:
        headers["Retry-After"] = str(wait)
    return ProblemResponse(problem_of(error, language), error.problem.status, headers)


def note_dependency(scope: Scope, error: UgyfelkapuError) -> None:
    """Leaves for the line of the request in the log what did not do its part."""
    if isinstance(error, Unavailable) and error.dependency:
        scope.setdefault("state", {})["dependency"] = error.dependency.name


def handle_problems(app: FastAPI) -> None:
    """Makes every exception of a route a problem; what is unexpected is answered outside of the routes."""

    @app.exception_handler(UgyfelkapuError)
    async def _refused(request: Request, error: UgyfelkapuError) -> ProblemResponse:
        return await _answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
        return await _answer(request, invalid_input(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> ProblemResponse:
        return await _answer(request, _refusal_of(request, error))


async def _answer(request: Request, error: UgyfelkapuError) -> ProblemResponse:
    """The answer to an error, once a refusal of staff is on record."""
    if isinstance(error, Refusal | InvalidInput) and not error.is_on_record:
        try:
            await put_on_record(request, type(error).__name__)
        except Unavailable as trouble:
            error = trouble
    note_dependency(request.scope, error)
    return problem_response(error, language_of(request.scope))


def _refusal_of(request: Request, error: HTTPException) -> UgyfelkapuError:
    match error.status_code:
        case NoSuchPath.problem.status:
            return NoSuchPath()
        case MethodNotAllowed.problem.status:
            return MethodNotAllowed(_allowed(request, error))
        case BodyTooLarge.problem.status:
            return BodyTooLarge()
        case _:  # FastAPI's answer to a body that is no JSON at all
            return InvalidInput(field="body", rule=InputRule.JSON)


def _allowed(request: Request, error: HTTPException) -> Mapping[str, str] | None:
    """The methods of all operations at a path (RFC 9110, section 10.2.1); Starlette names those of one alone."""
    path = getattr(request.scope.get("route"), "path_format", None)
    operations = request.app.openapi()["paths"].get(path)
    return {"Allow": ", ".join(sorted(operations)).upper()} if operations else error.headers
