"""The way to the log-in page and back: where the log-in leads, and what was typed before the session ended."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from starlette.requests import Request

from registration.errors import InvalidInput, TooManyGuesses
from starter.gateway import BrowserSession, Continuation, Destination, owner_of
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.forms import OWNER_FIELD, PostedForm

HOME: Final = "/fiok"
"""Where a log-in leads that has nothing to go on with."""

PATHS: Final[Mapping[Destination, str]] = {
    Destination.ACCOUNT: HOME,
    Destination.LIFE: "/fiok/elet",
    Destination.LOOKS: "/fiok/betekintesek",
    Destination.DATA: "/fiok/adataim",
    Destination.PASSWORD: "/fiok/jelszo",
    Destination.EMAIL: "/fiok/email",
    Destination.LANGUAGE: "/fiok/nyelv",
    Destination.CLOSING: "/fiok/megszuntetes",
}
"""Every page that a log-in can lead to."""

_DESTINATIONS: Final = {path: destination for destination, path in PATHS.items()}


async def keep_page(request: Request) -> None:
    """The page that was asked for is where the log-in leads, if it can lead there and not too much is kept already."""
    if request.method == "GET" and (destination := _DESTINATIONS.get(request.url.path)):
        with suppress(TooManyGuesses):
            await site_of(request).continuations.keep(
                request.state.form_secret, Continuation(destination), client_address=client_address(request)
            )


async def keep_form(request: Request, destination: Destination, form: PostedForm, fields: tuple[str, ...]) -> None:
    """The form that came too late is where the log-in of the same client leads, with what was typed into `fields`."""
    site, cookie, owner = site_of(request), request.state.form_secret, form[OWNER_FIELD]
    address, typed = client_address(request), {name: form[name] for name in fields if form[name]}
    with suppress(InvalidInput, TooManyGuesses):  # more than a person types, or than people at one address do
        if await site.account_drafts.save(cookie, owner, destination, typed, client_address=address):
            await site.continuations.keep(cookie, Continuation(destination, owner), client_address=address)


async def kept_form(request: Request, session: BrowserSession, destination: Destination) -> PostedForm | None:
    """What this client typed into a form before the session ended."""
    cookie = request.state.form_secret
    typed = await site_of(request).account_drafts.load(cookie, owner_of(cookie, session.registration_id), destination)
    return PostedForm(typed) if typed else None


async def forget_form(request: Request, form: PostedForm) -> None:
    """Deletes what its owner typed before: the form was sent."""
    await site_of(request).account_drafts.delete(request.state.form_secret, form[OWNER_FIELD])


async def forget(request: Request, form: PostedForm) -> None:
    """Deletes page and form, also without a session: they are not for the next person here."""
    site, cookie = site_of(request), request.state.form_secret
    kept = await site.continuations.find(cookie)
    for owner in {form[OWNER_FIELD], kept.owner if kept else ""}:
        await site.account_drafts.delete(cookie, owner)
    await site.continuations.delete(cookie)


async def awaited(request: Request) -> Continuation | None:
    """What the next log-in goes on with: a form where it has an owner, else a page."""
    if not site_of(request).cookies.of(request, site_of(request).cookies.form):
        return None
    found = await site_of(request).continuations.find(request.state.form_secret)
    return found if found and not found.taken_by else None


async def path_after_log_in(request: Request, registration_id: str, form: str) -> str:
    """Where the log-in of a client leads, by the id of its form; what was to be gone on with is so once."""
    destination = await site_of(request).continuations.take(request.state.form_secret, registration_id, form=form)
    return PATHS[destination] if destination else HOME
