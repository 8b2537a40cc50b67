"""The site for staff: its pages."""

from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route

from starter.pages import assets
from starter.pages.app import SHARED_ROUTES, application
from starter.pages.staff import (
    audit_accesses,
    audit_accounts,
    audit_acts,
    audit_checkpoints,
    audit_statistics,
    desk,
    operations,
    sign_in,
)
from starter.pages.staff.routes import on_staff_refusal
from starter.pages.staff.site import StaffSite

_OWN_ROUTES: Final[tuple[Route, ...]] = (
    *sign_in.ROUTES,
    *desk.ROUTES,
    *assets.AUDIT_ROUTES,
    *audit_accounts.ROUTES,
    *audit_accesses.ROUTES,
    *audit_acts.ROUTES,
    *audit_statistics.ROUTES,
    *audit_checkpoints.ROUTES,
    *operations.ROUTES,
)

ROUTES: Final = (*_OWN_ROUTES, *SHARED_ROUTES)


def build(site: StaffSite) -> Starlette:
    """The application on open gateways; who runs it closes them."""
    return application(site, _OWN_ROUTES, when_refused=on_staff_refusal)
