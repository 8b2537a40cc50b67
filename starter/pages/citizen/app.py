"""The site for citizens: its pages."""

from typing import Final

from starlette.applications import Starlette

from starter.pages.app import SHARED_ROUTES, application
from starter.pages.citizen import account, codes, email_correction, information, login, registration, reset, signed
from starter.pages.citizen.site import CitizenSite

_OWN_ROUTES: Final = (
    *login.ROUTES,
    *registration.ROUTES,
    *signed.ROUTES,
    *email_correction.ROUTES,
    *codes.ROUTES,
    *reset.ROUTES,
    *account.ROUTES,
    *information.ROUTES,
)

ROUTES: Final = (*_OWN_ROUTES, *SHARED_ROUTES)


def build(site: CitizenSite) -> Starlette:
    """The application on open gateways; who runs it closes them."""
    return application(site, _OWN_ROUTES, larger_bodies={signed.PATH: signed.MOST_BYTES})
