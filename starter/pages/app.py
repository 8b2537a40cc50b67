"""The application of a site: its routes, and the layers that every request passes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from registration.errors import UgyfelkapuError
from starter.pages import assets, health, security_txt
from starter.pages.browser import Browser
from starter.pages.headers import Headers
from starter.pages.problems import (
    PageProblem,
    StaleForm,
    on_http_problem,
    on_page_problem,
    on_refusal,
    on_stale_form,
    unexpected_view,
)
from starter.pages.site import Site
from starter.serving.body_limit import BodyLimit
from starter.serving.observation import Observation

SHARED_ROUTES: Final = (*assets.ROUTES, *health.ROUTES, *security_txt.ROUTES)

_MOST_BYTES: Final = 64 * 1024
"""Of a body: a form has a tenth of it."""


def application(
    site: Site,
    routes: Sequence[Route],
    *,
    larger_bodies: Mapping[str, int] = {},
    when_refused: Callable[[Request, Exception], Awaitable[Response]] = on_refusal,
) -> Starlette:
    """A site's own routes and the shared ones, on open gateways; who runs it closes them.

    `larger_bodies` are the bytes that a body may have at some paths.
    """
    handlers: dict[Any, Any] = {
        PageProblem: on_page_problem,
        StaleForm: on_stale_form,
        UgyfelkapuError: when_refused,
        HTTPException: on_http_problem,
    }
    app = Starlette(
        routes=[*routes, *SHARED_ROUTES],
        middleware=[  # from the outside in
            Middleware(Headers, is_https=site.is_https, form_targets=site.form_targets),
            Middleware(Observation, unexpected=unexpected_view, metrics=site.metrics),
            Middleware(Browser, cookies=site.cookies),
            Middleware(BodyLimit, most=_MOST_BYTES, elsewhere=dict(larger_bodies)),
        ],
        exception_handlers=handlers,
    )
    app.router.redirect_slashes = False
    app.state.site = site
    return app
