"""The way to the sign-in and back: what was typed at a desk before the session ended, for the same person alone."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from registration.errors import InvalidInput, TooManyGuesses
from registration.sentences import N_, Sentence
from starter.gateway import Continuation, Destination, StaffSession, owner_of
from starter.pages.browser import posted
from starter.pages.client_address import client_address
from starter.pages.forgery import TOKEN_FIELD
from starter.pages.forms import OWNER_FIELD, PostedForm
from starter.pages.once import KEY_FIELD
from starter.pages.problems import PageProblem
from starter.pages.staff.site import site_of

HOME: Final = "/"
_PATHS: Final[Mapping[Destination, str]] = {
    Destination.DESK_SEARCH: "/pult",
    Destination.DESK_REGISTRATION: "/pult/uj",
}
"""Forms that are about no visit: that ends with the session."""

_DESTINATIONS: Final = {path: destination for destination, path in _PATHS.items()}
_NEVER_KEPT: Final = frozenset({TOKEN_FIELD, KEY_FIELD, OWNER_FIELD, "consent"})
"""Consent is given anew."""

_FILLED_IN_AGAIN: Final = Sentence(
    N_("What you typed before your session ended is here again, once. Nothing of it was done. Check it, and send it.")
)


async def keep_form(request: Request) -> None:
    """The form that came too late is where the next sign-in of its owner leads, with what was typed."""
    destination = _DESTINATIONS.get(request.url.path)
    if request.method != "POST" or destination is None:
        return
    with suppress(PageProblem, HTTPException, InvalidInput, TooManyGuesses):  # not our form, or too much
        form, site, cookie, address = (
            await posted(request),
            site_of(request),
            request.state.form_secret,
            client_address(request),
        )
        if not form[OWNER_FIELD]:
            return
        typed = {n: v for n, v in form.values.items() if v and n not in _NEVER_KEPT}
        owner = owner_of(cookie, form[OWNER_FIELD])
        if await site.account_drafts.save(cookie, owner, destination, typed, client_address=address):
            await site.continuations.keep(cookie, Continuation(destination, owner), client_address=address)


async def is_form_kept(request: Request) -> bool:
    """Whether the next sign-in in this browser may go on with a form."""
    site = site_of(request)
    if not site.cookies.of(request, site.cookies.form):
        return False
    return await site.continuations.find(request.state.form_secret) is not None


async def path_after_sign_in(request: Request, principal_id: str) -> str:
    """Where the sign-in leads: to the form of the same person, once; somebody else begins anew."""
    continuations, cookie = site_of(request).continuations, request.state.form_secret
    if destination := await continuations.take(cookie, principal_id, form=""):
        return _PATHS[destination]
    await continuations.delete(cookie)
    return HOME


async def leads_here(request: Request) -> bool:
    """Whether a sign-in leads to this page: for the browser that is a way from the provider's site."""
    if request.url.path not in _DESTINATIONS:
        return False
    found = await site_of(request).continuations.find(request.state.form_secret)
    return found is not None and _PATHS.get(found.destination) == request.url.path


async def show_kept_form(request: Request, session: StaffSession) -> None:
    """Lets the page show what this person typed, once: the next client's form is empty."""
    destination = _DESTINATIONS.get(request.url.path)
    if request.method != "GET" or destination is None or hasattr(request.state, "sent_again"):
        return
    site, cookie = site_of(request), request.state.form_secret
    owner = owner_of(cookie, session.principal.id)
    if typed := await site.account_drafts.load(cookie, owner, destination):
        await site.account_drafts.delete(cookie, owner)
        await site.continuations.delete(cookie)
        request.state.sent_again = PostedForm(typed, notice=_FILLED_IN_AGAIN)
