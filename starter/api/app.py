"""The application: routers, problems, and the five layers that every request passes."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from starter.api import changes, codes, health, registrations, sessions, user_names
from starter.api.audit import accesses as audit_accesses
from starter.api.audit import lives, record, staff_acts
from starter.api.authentication import Authentication
from starter.api.desk import accesses, acts, disclosures, letters
from starter.api.desk import registrations as desk_registrations
from starter.api.documented import PROBLEM_SCHEMA
from starter.api.examples import add_examples
from starter.api.http_errors import Unexpected
from starter.api.operations import extensions, offices, staff, system_health
from starter.api.presence import Presence
from starter.api.problems import handle_problems, problem_response
from starter.api.services import Services
from starter.serving.body_limit import BodyLimit
from starter.serving.negotiation import language_of
from starter.serving.no_store import NoStore
from starter.serving.observation import Observation

_ROUTERS: Final = (
    registrations.router,
    changes.router,
    codes.router,
    sessions.router,
    user_names.router,
    desk_registrations.router,
    acts.router,
    disclosures.router,
    letters.router,
    accesses.router,
    lives.router,
    record.router,
    audit_accesses.router,
    staff_acts.router,
    extensions.router,
    staff.router,
    offices.router,
    system_health.router,
    health.router,
)

_MOST_BYTES: Final = 256 * 1024
"""Of a body: a form has a hundredth of it."""

_MOST_BYTES_ELSEWHERE: Final = {"/v1/registrations": 768 * 1024}
"""The largest form and the largest signature (256 KB each, signed_form.py) in base64, which adds a third."""

_UNTRACED: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own would tell paths, and the messages of exceptions; ours are in `Observation` (docs/traces.md)."""

_DESCRIPTION: Final = """Registrations of a client gate: for portal backends, registration bodies, auditors, operators.

Refusals are `application/problem+json` (RFC 9457) in Hungarian, or in English where `Accept-Language` prefers it. Every
operation but `/livez` and `/readyz` needs a bearer token with a role that the operation serves: `portal`, `clerk`,
`supervisor`, `auditor` or `operator`; for `/metrics`, `/version` and this document any of them. All times are UTC.
"""


def build(services: Services) -> FastAPI:
    """The application on open services; who runs it closes them."""
    app = _routes()
    app.state.services = services
    app.user_middleware = [  # from the outside in
        Middleware(NoStore),
        Middleware(Observation, unexpected=_unexpected, metrics=services.metrics, facts=_caller),
        Middleware(Presence),
        Middleware(Authentication, tokens=services.tokens, door=services.door),
        Middleware(BodyLimit, most=_MOST_BYTES, elsewhere=_MOST_BYTES_ELSEWHERE),
    ]
    return app


def openapi_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document, without a running service."""
    return _routes().openapi()


def _unexpected(request: Request) -> Response:
    return problem_response(Unexpected(), language_of(request.scope))


def _caller(state: Mapping[str, Any]) -> dict[str, object]:
    """Who called, why a token was refused, and what did not do its part."""
    known = {name: state[name] for name in ("token_refused", "dependency") if name in state}
    return {"caller": getattr(state.get("principal"), "id", None), **known}


def _routes() -> FastAPI:
    app = FastAPI(
        title="Ügyfélkapu",
        version=version("ugyfelkapu"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_UNTRACED,
    )
    handle_problems(app)
    for router in _ROUTERS:
        app.router.routes.extend(router.routes)  # a router that is included matches each request twice
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's own, with the security scheme."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes, tags=app.openapi_tags
        )
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        add_examples(document["components"]["schemas"])
        document["components"]["schemas"] |= PROBLEM_SCHEMA
        document["components"]["securitySchemes"] = {"bearer": bearer}
        document["security"] = [{"bearer": []}]
        app.openapi_schema = document
    return app.openapi_schema
