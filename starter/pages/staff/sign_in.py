"""Sign in and out: at the organisation's provider, and back."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.dependencies import Dependency
from registration.errors import SessionEnded, Unavailable
from starter.gateway import StaffSession
from starter.gateway.staff_sign_in import ANSWER_PATH, SIGNED_OUT_HERE_PATH, SIGNED_OUT_PATH
from starter.pages.browser import posted
from starter.pages.client_address import client_address
from starter.pages.forgery import is_secret, new_secret
from starter.pages.rendering import view
from starter.pages.session_time import stay_routes
from starter.pages.staff.continuation import HOME, is_form_kept, path_after_sign_in
from starter.pages.staff.home import home
from starter.pages.staff.site import StaffSite, site_of


async def show(request: Request) -> Response:
    """The home page; without a session the sign-in page. A cookie whose session is over says so, once."""
    site = site_of(request)
    token = site.cookies.of(request, site.cookies.session)
    if not token:
        return await _sign_in_page(request, has_ended=False)
    try:
        return await home(request, await site.sessions.present(token))
    except SessionEnded:
        answer = await _sign_in_page(request, has_ended=True)
        site.cookies.remove(answer, site.cookies.session)
        return answer


async def _sign_in_page(request: Request, *, has_ended: bool) -> Response:
    """Raises `Unavailable`: the policy for contents must name the provider before its form is sent."""
    if not await site_of(request).provider.can_be_used():
        raise Unavailable(Dependency.SIGN_IN)
    return view(request, "staff/sign_in.html", has_ended=has_ended, is_kept=await is_form_kept(request))


async def begin(request: Request) -> Response:
    """Leads to the provider."""
    site = site_of(request)
    await posted(request)
    kept = site.cookies.of(request, site.cookies.sign_in)
    browser = kept if is_secret(kept) else new_secret()
    address = await site.sign_in.begin(browser, request.state.language, client_address=client_address(request))
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    site.cookies.set(answer, site.cookies.sign_in, browser)
    return answer


async def complete(request: Request) -> Response:
    """The provider leads back here."""
    site = site_of(request)
    browser = site.cookies.of(request, site.cookies.sign_in)
    token = await site.sign_in.complete(browser, dict(request.query_params))
    await site.sessions.end(site.cookies.of(request, site.cookies.session))  # whoever was signed in here before
    session = await site.sessions.present(token)
    path = await path_after_sign_in(request, session.principal.id)
    answer = RedirectResponse(path, HTTPStatus.SEE_OTHER)
    site.cookies.set(answer, site.cookies.session, token)
    if path == HOME:  # nothing to go on with: forms and their results are not for the next person
        site.cookies.set(answer, site.cookies.form, new_secret())
    return answer


async def sign_out(request: Request) -> Response:
    """Ends the session here, and leads to the provider, which ends its own."""
    site = site_of(request)
    await posted(request)
    await site.sessions.end(site.cookies.of(request, site.cookies.session))
    answer = RedirectResponse(await site.sign_in.address_to_sign_out(request.state.language), HTTPStatus.SEE_OTHER)
    site.cookies.remove(answer, site.cookies.session)
    site.cookies.remove(answer, site.cookies.form)  # results of forms are not for the next person here
    return answer


async def _session_of(request: Request, is_use: bool) -> StaffSession:  # noqa: FBT001  as `stay_routes` calls it
    site = site_of(request)
    return await site.sessions.present(site.cookies.of(request, site.cookies.session), is_use=is_use)


async def show_signed_out(request: Request) -> Response:
    """That the session is over, here and at the provider."""
    return view(request, "staff/signed_out.html", is_here_alone=False)


async def show_signed_out_here(request: Request) -> Response:
    """That it is over here, and the provider's may not be."""
    return view(request, "staff/signed_out.html", is_here_alone=True)


ROUTES: Final = (
    Route("/", show, methods=["GET"]),
    Route("/belepes", begin, methods=["POST"]),
    Route(ANSWER_PATH, complete, methods=["GET"]),
    Route("/kilepes", sign_out, methods=["POST"]),
    Route(SIGNED_OUT_PATH, show_signed_out, methods=["GET"]),
    Route(SIGNED_OUT_HERE_PATH, show_signed_out_here, methods=["GET"]),
    *stay_routes(StaffSite.stay_path, _session_of),
)
