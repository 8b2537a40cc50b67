"""Which page is for whom of the staff, and what guards each answer."""

from typing import Final

import httpx
from starlette.routing import Route

from starter.pages.staff.routes import StaffRoute

WHO: Final = ("clerk-1", "supervisor-1", "auditor-1", "operator-1")


def is_for(route: Route, who: str) -> bool:
    return not isinstance(route, StaffRoute) or who.partition("-")[0].upper() in route.operation.row.actors


def assert_guarded(answer: httpx.Response, issuer: str) -> None:
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert policy["form-action"] == f"'self' {issuer}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in answer.headers
