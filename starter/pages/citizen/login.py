"""Log in and out (S5): the page that everybody begins at."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.errors import (
    InvalidInput,
    LogInRefused,
    RedeemFirst,
    Refusal,
    SessionEnded,
)
from settings.metrics import SESSIONS_OPENED
from starter.gateway import BrowserSession, ClientBrowser, Session
from starter.pages.browser import posted
from starter.pages.citizen.continuation import HOME, awaited, forget, keep_page, path_after_log_in
from starter.pages.citizen.next_step import next_step_view
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.forgery import is_secret, is_surely_own, new_secret
from starter.pages.forms import PostedForm
from starter.pages.once import form_id
from starter.pages.problems import StaleForm
from starter.pages.rendering import refused_view, view
from starter.serving.log_ins import counted_log_in

_PAGE: Final = "citizen/login.html"


@dataclass
class LogInUnderWay:
    """A log-in under way: what was typed, then whose the password is, then the token of the session."""

    request: Request
    form: PostedForm
    browser: ClientBrowser
    client: Session = field(init=False)
    token: str = field(init=False)

    @property
    def form_id(self) -> str:
        """The same for a form that is sent twice."""
        return form_id(self.request, self.form)


Step = Callable[[LogInUnderWay], Awaitable[Response | None]]
"""Answers where the log-in ends or more is to be asked for; else the next step follows."""


async def show(request: Request) -> Response:
    """The log-in page; with a session in force, the account. A cookie whose session is over says so, once.

    So does a page that was asked for without a session, or a form that was sent after a log-out in another tab.
    """
    site = site_of(request)
    if await _is_logged_in(request):
        return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
    token = site.cookies.of(request, site.cookies.session)
    answer = view(request, _PAGE, has_ended=bool(token), continuation=await awaited(request))
    if token:
        site.cookies.remove(answer, site.cookies.session)
    return answer


async def _is_logged_in(request: Request) -> bool:
    site = site_of(request)
    with suppress(SessionEnded):
        await site.sessions.present(site.cookies.of(request, site.cookies.session))
        return True
    return False


async def log_in(request: Request) -> Response:
    """Takes the steps, as far as they lead; then what was asked for before the log-in is shown.

    A form of an older cookie does nothing; where a session is in force, it leads to the account, as the page does.
    """
    try:
        form = await posted(request)
    except StaleForm:
        if await _is_logged_in(request):
            return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
        raise
    under_way = LogInUnderWay(request, form, _browser(request))
    for step in STEPS:
        if answer := await step(under_way):
            return answer
    return await _go_on(under_way)


async def _check_password(under_way: LogInUnderWay) -> Response | None:
    """One answer for a wrong user name and a wrong password; whatever says more needs the right one."""
    request, form, site = under_way.request, under_way.form, site_of(under_way.request)
    try:
        with counted_log_in(site.metrics):
            under_way.client = await site.citizen.authenticate(
                form["user_name"], form["password"], client_address=client_address(request), browser=under_way.browser
            )
    except (LogInRefused, RedeemFirst) as refusal:
        return next_step_view(request, refusal)
    except (Refusal, InvalidInput) as refusal:
        return refused_view(request, _PAGE, form, refusal, at="user_name", has_ended=False, continuation=None)
    return None


async def _open_session(under_way: LogInUnderWay) -> None:
    """Ends the session of whoever was logged in here before. The same form, sent twice, opens one session."""
    request, site = under_way.request, site_of(under_way.request)
    under_way.token = await site.sessions.open(under_way.client, form=under_way.form_id)
    site.metrics.add(SESSIONS_OPENED)
    before = site.cookies.of(request, site.cookies.session)
    if before != under_way.token:
        await site.sessions.end(before)


STEPS: Final[tuple[Step, ...]] = (_check_password, _open_session)
"""A second factor has its place between them."""


async def _go_on(under_way: LogInUnderWay) -> Response:
    """Leads to the page that the log-in was needed for, or to the account."""
    request, cookies = under_way.request, site_of(under_way.request).cookies
    path = await path_after_log_in(request, under_way.client.registration_id, under_way.form_id)
    answer = RedirectResponse(path, HTTPStatus.SEE_OTHER)
    cookies.set(answer, cookies.session, under_way.token)
    cookies.set(answer, cookies.known_browser, under_way.browser.token)
    return answer


def _browser(request: Request) -> ClientBrowser:
    """Who has sent it, by the cookie of an earlier log-in to any account, or by a new one."""
    cookies = site_of(request).cookies
    kept = cookies.of(request, cookies.known_browser)
    return ClientBrowser(kept if is_secret(kept) else new_secret(), request.headers.get("user-agent", ""))


async def log_out(request: Request) -> Response:
    """Ends the session of this browser, on this computer and in the database.

    Also where the form is of an older cookie, such as in a second tab, if our own page has surely sent it.
    """
    site = site_of(request)
    try:
        form = await posted(request)
    except StaleForm as stale:
        if not is_surely_own(request.headers, site.origin):
            raise
        form = stale.form
    await site.sessions.end(site.cookies.of(request, site.cookies.session))
    await forget(request, form)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    site.cookies.remove(answer, site.cookies.session)
    site.cookies.remove(answer, site.cookies.form)  # drafts and results are not for the next person here
    return answer


async def delete_typed(request: Request) -> Response:
    """Deletes what was typed into a form of an account before the session ended; needs no log-in."""
    await forget(request, await posted(request))
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


async def session_in_force(request: Request) -> BrowserSession:
    """The session of whoever is logged in. Raises `SessionEnded`; then the log-in leads to the page asked for."""
    site = site_of(request)
    try:
        session: BrowserSession = await site.sessions.present(site.cookies.of(request, site.cookies.session))
    except SessionEnded:
        await keep_page(request)
        raise
    request.state.session = session
    return session


ROUTES: Final = (
    Route("/", show, methods=["GET"]),
    Route("/", log_in, methods=["POST"]),
    Route("/kilepes", log_out, methods=["POST"]),
    Route("/torles", delete_typed, methods=["POST"]),
)
