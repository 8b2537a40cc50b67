"""My account: where it is, what happened to it, who looked at it; change password, address and language, close it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.answers import json_of
from registration.descriptions import PresentStatus
from registration.errors import Refusal
from settings.metrics import SESSIONS_OPENED
from starter.gateway import BrowserSession, Destination, LoggedIn, Session
from starter.pages.browser import posted
from starter.pages.citizen.account_form import AccountPageForm, acts_once
from starter.pages.citizen.codes import validities, validity_of
from starter.pages.citizen.continuation import HOME, PATHS
from starter.pages.citizen.login import session_in_force
from starter.pages.citizen.site import CitizenSite, site_of
from starter.pages.client_address import client_address
from starter.pages.forgery import is_surely_own
from starter.pages.forms import LANGUAGES, PostedForm
from starter.pages.numbered import numbered_page
from starter.pages.once import form_id
from starter.pages.problems import StaleForm
from starter.pages.rendering import view
from starter.pages.session_time import stay_routes

_ON_A_PAGE: Final = 20
_LOG_INS_SHOWN: Final = 10
_SESSIONS: Final = "/fiok/munkamenetek"


async def show(request: Request) -> Response:
    """Status, what happens next and when, dates, letters that did not arrive, open sessions, the last log-ins."""
    session, site = await session_in_force(request), site_of(request)
    account = await site.accounts.account(session.registration_id)
    policy = await site.accounts.policy(account.overview.since)
    return view(
        request,
        "citizen/account.html",
        account=account,
        reminders=sorted(policy.password_reminder_days, reverse=True),
        sessions=await site.sessions.of(session),
        log_ins=await site.log_ins.latest(session.registration_id, _LOG_INS_SHOWN),
    )


async def show_life(request: Request) -> Response:
    """The account's life, 20 events a page."""
    session, site = await session_in_force(request), site_of(request)
    life = await site.accounts.life(session.registration_id)
    page = numbered_page(request, life, _ON_A_PAGE)
    return view(
        request,
        "citizen/life.html",
        events=page.items,
        number=page.number,
        pages=page.pages,
        offices=await _office_names(site),
    )


async def show_looks(request: Request) -> Response:
    """Who looked at my data: office, day and kind, never the clerk; the newest days, or those before a day."""
    session, site = await session_in_force(request), site_of(request)
    before = _day(request.query_params.get("elott", ""))
    looks = await site.accounts.looks(session.registration_id, before)
    return view(request, "citizen/looks.html", looks=looks, before=before, offices=await _office_names(site))


async def end_other_sessions(request: Request) -> Response:
    """Signs out everywhere else."""
    await _sent_in_session(request)
    site = site_of(request)
    await site.sessions.end_others(site.cookies.of(request, site.cookies.session))
    return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)


async def end_one_session(request: Request) -> Response:
    """Signs out in one other browser."""
    form, session = await _sent_in_session(request)
    await site_of(request).sessions.end_one(session, form["session_id"])
    return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)


async def _sent_in_session(request: Request) -> tuple[PostedForm, BrowserSession]:
    """The form of a button of the account, and the session it was sent in.

    A log-out takes the form's cookie along: in another tab that is why the form is stale, and what is said. Raises as
    `posted` and `session_in_force`.
    """
    try:
        return await posted(request), await session_in_force(request)
    except StaleForm:
        if is_surely_own(request.headers, site_of(request).origin):
            await session_in_force(Request({**request.scope, "method": "GET", "path": HOME}))
        raise


async def _session_of(request: Request, is_use: bool) -> BrowserSession:  # noqa: FBT001  as `stay_routes` calls it
    site = site_of(request)
    return await site.sessions.present(site.cookies.of(request, site.cookies.session), is_use=is_use)


async def _download_data(request: Request, form: PostedForm) -> Response:
    """All that the account is, as a file."""
    session, site = await session_in_force(request), site_of(request)
    await _confirmed(request, session.registration_id, form)
    data = await site.accounts.data(session.registration_id, request.state.language)
    named = {"Content-Disposition": 'attachment; filename="ugyfelkapu.json"'}
    return Response(json_of(data), media_type="application/json", headers=named)


async def _change_password(request: Request, session: BrowserSession, form: PostedForm, request_id: str) -> LoggedIn:
    """Sets a new password: this browser gets a new session, the others end."""
    site = site_of(request)
    changed = await site.citizen.change_password_of(
        session.registration_id,
        form["present_password"],
        form["password"],
        client_address=client_address(request),
        validity_days=validity_of(form),
        request_id=request_id,
    )
    old = site.cookies.of(request, site.cookies.session)
    request.state.renewed = await site.sessions.renewed(old, request_id, form=form_id(request, form))
    site.metrics.add(SESSIONS_OPENED)
    return LoggedIn(session.registration_id, changed.status, changed.deadline, changed.password_valid_until)


async def _changed_before(request: Request, request_id: str) -> LoggedIn | None:
    """What a change has led to whose answer died with its process: it has ended the session that it was made in."""
    session = await site_of(request).citizen.session_by_change(request_id)
    return LoggedIn.of(session) if session else None


async def _stay_logged_in(request: Request, form: PostedForm, result: dict[str, Any], answer: Response) -> None:
    """Gives this browser its new session; a form that is sent again brings the old one, and the new password."""
    site, token = site_of(request), getattr(request.state, "renewed", None)
    if token is None and (registration_id := result.get("registration_id")):  # which older answers lack
        with suppress(Refusal):  # such as another password since: then the client logs in
            session = await _confirmed(request, registration_id, form)
            token = await site.sessions.open(session, form=form_id(request, form))
    if token:
        site.cookies.set(answer, site.cookies.session, token)


async def _validities(request: Request, _session: BrowserSession) -> Mapping[str, Any]:
    return {"validities": validities(await site_of(request).accounts.policy())}


async def _policy(request: Request, _session: BrowserSession) -> Mapping[str, Any]:
    return {"policy": await site_of(request).accounts.policy()}


async def _request_email_change(
    request: Request, session: BrowserSession, form: PostedForm, request_id: str
) -> PresentStatus:
    """Sends a code to the new address; the present one stays until it is entered."""
    await _confirmed(request, session.registration_id, form)
    return await site_of(request).citizen.request_email_change(
        session.registration_id,
        form["email"],
        client_address=client_address(request),
        credential_id=session.credential_id,
        request_id=request_id,
    )


async def _change_language(
    request: Request, session: BrowserSession, form: PostedForm, request_id: str
) -> PresentStatus:
    """Letters follow in the language that was chosen."""
    return await site_of(request).citizen.change_language(
        session.registration_id,
        form["language"],
        client_address=client_address(request),
        credential_id=session.credential_id,
        request_id=request_id,
    )


async def _letter_language(request: Request, session: BrowserSession) -> Mapping[str, Any]:
    account = await site_of(request).accounts.account(session.registration_id)
    return {"letter_language": account.language, "languages": LANGUAGES}


async def _present_address(request: Request, session: BrowserSession) -> Mapping[str, Any]:
    return {"present": (await site_of(request).accounts.account(session.registration_id)).email}


async def _request_closure(
    request: Request, session: BrowserSession, form: PostedForm, request_id: str
) -> PresentStatus:
    """Sends a code; nothing changes until it is entered."""
    await _confirmed(request, session.registration_id, form)
    return await site_of(request).citizen.request_closure(
        session.registration_id,
        client_address=client_address(request),
        credential_id=session.credential_id,
        request_id=request_id,
    )


async def _confirmed(request: Request, registration_id: str, form: PostedForm) -> Session:
    """Whoever sits at the computer knows the password, too: asked in the form itself, it is seconds old.

    Raises `WrongPassword`, `TooManyGuesses`.
    """
    return await site_of(request).citizen.confirm_password(
        registration_id, form["password"], client_address=client_address(request)
    )


def _day(typed: str) -> date | None:
    """The day that a link of ours names; `None` for whatever is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


async def _office_names(site: CitizenSite) -> dict[str, str]:
    return {office.code: office.name for office in await site.accounts.offices()}


FORMS: Final = (
    AccountPageForm(Destination.DATA, "citizen/data.html", _download_data),
    AccountPageForm(
        Destination.PASSWORD,
        "citizen/password.html",
        acts_once(_change_password, _stay_logged_in, _changed_before),
        done="citizen/password_changed.html",
        password_field="present_password",  # noqa: S106  a name
        kept=("validity_days",),
        facts=_validities,
    ),
    AccountPageForm(
        Destination.EMAIL,
        "citizen/email.html",
        acts_once(_request_email_change),
        done="citizen/email_code_sent.html",
        kept=("email",),
        facts=_present_address,
    ),
    AccountPageForm(
        Destination.LANGUAGE,
        "citizen/language.html",
        acts_once(_change_language),
        done="citizen/language_changed.html",
        password_field="language",  # noqa: S106  a name
        kept=("language",),
        facts=_letter_language,
    ),
    AccountPageForm(
        Destination.CLOSING,
        "citizen/closing.html",
        acts_once(_request_closure),
        done="citizen/closing_code_sent.html",
        facts=_policy,
    ),
)

ROUTES: Final = (
    Route(HOME, show, methods=["GET"]),
    Route(PATHS[Destination.LIFE], show_life, methods=["GET"]),
    Route(PATHS[Destination.LOOKS], show_looks, methods=["GET"]),
    Route(_SESSIONS, end_other_sessions, methods=["POST"]),
    Route(f"{_SESSIONS}/vege", end_one_session, methods=["POST"]),
    *stay_routes(CitizenSite.stay_path, _session_of),
    *(route for form in FORMS for route in form.routes()),
)
