"""Register online (S1, S3): one group of questions a page, then "check your answers", then the letter is on its way.

What was typed is a draft (starter/gateway/drafts.py): Back, a change link or a lost connection lose nothing. After 15
idle minutes somebody else may be at this computer: then the e-mail address opens it. Once a form is sent in, only its
user name and its address stay, for the page of the result.
"""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.descriptions import Accepted
from registration.errors import DraftLocked, InvalidInput, Refusal, TooManyGuesses, UserNameTaken
from registration.sentences import N_, Sentence
from registration.statuses import Language
from starter.gateway import refused_fields
from starter.pages.browser import posted
from starter.pages.citizen.sent_registration import SENT, sent_registration, sent_view
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.forms import BIRTH_DATE, LANGUAGES, FieldError, PostedForm
from starter.pages.once import KEY_FIELD, once
from starter.pages.rendering import view

_START: Final = "/regisztracio"
CHECK: Final = f"{_START}/ellenorzes"
_CONTINUE: Final = f"{_START}/folytatas"
_OPENED_BY: Final = "draft_email"
"""The field for the address that opens a draft."""

_KEY_BYTES: Final = 16


@dataclass(frozen=True)
class FormStep:
    """A page with one group of questions. `fields` are those of the registration form that it asks for."""

    path: str
    title: str
    template: str
    fields: tuple[str, ...]


STEPS: Final = (
    FormStep(f"{_START}/felhasznalonev", N_("Choose a user name"), "citizen/register_user_name.html", ("user_name",)),
    FormStep(f"{_START}/email", N_("Your e-mail address"), "citizen/register_email.html", ("email", "language")),
    FormStep(
        f"{_START}/nev",
        N_("Your name"),
        "citizen/register_name.html",
        ("family_name", "given_name", "birth_name"),
    ),
    FormStep(
        f"{_START}/szuletes",
        N_("Your birth"),
        "citizen/register_birth.html",
        ("birth_place", "birth_date", "mothers_birth_name"),
    ),
)
"""In the order of the pages."""


class _AnswersChanged(Exception):
    """Another tab has changed the answers since this page showed them."""


def _opened(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A page that shows a draft, or leads to where a locked one is opened."""

    @wraps(page)
    async def opened(request: Request) -> Response:
        try:
            return await page(request)
        except DraftLocked:
            return RedirectResponse(_CONTINUE, HTTPStatus.SEE_OTHER)

    return opened


async def start(request: Request) -> Response:
    """The ways to an account, and what is needed for each."""
    site = site_of(request)
    return view(
        request,
        "citizen/register.html",
        first=STEPS[0].path,
        takes_signatures=site.portal.takes_signatures,
        policy=await site.accounts.policy(),
    )


@_opened
async def show_step(request: Request) -> Response:
    """A group of questions, with what was answered before."""
    step, draft = _step_of(request), await _draft(request)
    if SENT in draft:
        if step is not STEPS[0]:
            return RedirectResponse(_next(draft), HTTPStatus.SEE_OTHER)
        draft = {}  # the form of somebody else, or another one
    return _step_view(request, step, PostedForm({"language": request.state.language, **_typed(draft)}))


async def answer_step(request: Request) -> Response:
    """Keeps the answers, and leads to the next page, or back to the check where all was answered before."""
    step, form = _step_of(request), await posted(request)
    try:
        draft = await _draft(request, form[_OPENED_BY])
    except DraftLocked:
        return _locked_view(request, step.path, form)
    if SENT in draft:
        if step is not STEPS[0]:
            return RedirectResponse(_next(draft), HTTPStatus.SEE_OTHER)
        draft = {}
    answers = _answers(form, step.fields)
    refused = PostedForm({**form.values, **answers}).refused_by(refused_fields(answers), step.fields[0])
    if not refused.errors and "user_name" in answers:
        refused = await _with_free_name(request, form)
    if refused.errors:
        return _step_view(request, step, refused, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    draft |= answers
    try:
        await _save(request, draft)
    except TooManyGuesses as refusal:
        return _step_view(request, step, form.refused(refusal, step.fields[0]), status=refusal.problem.status)
    return RedirectResponse(_next(draft), HTTPStatus.SEE_OTHER)


@_opened
async def check(request: Request) -> Response:
    """All answers, each with a link to change it."""
    draft = await _draft(request)
    if (missing := _next(draft)) != CHECK:
        return RedirectResponse(missing, HTTPStatus.SEE_OTHER)
    return _check_view(request, draft)


@_opened
async def submit(request: Request) -> Response:
    """Opens the registration, once for the same answers; the code goes out by e-mail."""
    form, draft = await posted(request), await _draft(request)
    site, is_shown = site_of(request), form[KEY_FIELD] == _key_of(request, draft)

    async def act(request_id: str) -> object:
        if not is_shown or _next(draft) != CHECK:
            raise _AnswersChanged
        accepted = await site.portal.register(draft, client_address=client_address(request), request_id=request_id)
        return Accepted(accepted)

    try:
        key = await once(request, PostedForm({KEY_FIELD: form[KEY_FIELD]}), act)
    except _AnswersChanged:
        if (elsewhere := _next(draft)) != CHECK:
            return RedirectResponse(elsewhere, HTTPStatus.SEE_OTHER)
        return _check_view(request, draft, status=HTTPStatus.CONFLICT, has_changed=True)
    except (UserNameTaken, InvalidInput) as refusal:
        refused = PostedForm(_typed(draft)).refused(refusal, "user_name")
        wrong = next((step for step in STEPS if refused.errors[0].name in step.fields), STEPS[0])
        return _step_view(request, wrong, refused, status=refusal.problem.status)
    if is_shown:
        kept = {SENT: key, "user_name": draft["user_name"], "email": draft["email"]}
        await _save(request, kept)
    return RedirectResponse(_result(key), HTTPStatus.SEE_OTHER)


async def show_result(request: Request) -> Response:
    """Where the code was sent to, and what happens next. Whom it is about is seen for 15 idle minutes."""
    sent = await sent_registration(request, CHECK, request.path_params["key"])
    if sent is None:
        return RedirectResponse(_START, HTTPStatus.SEE_OTHER)
    return await sent_view(request, sent, "citizen/registered.html")


async def go_on(request: Request) -> Response:
    """The next page of a draft that its address has opened."""
    form = await posted(request)
    try:
        draft = await _draft(request, form[_OPENED_BY])
    except DraftLocked:
        return _locked_view(request, _CONTINUE, form)
    return RedirectResponse(_next(draft) if draft else _START, HTTPStatus.SEE_OTHER)


async def show_locked(request: Request) -> Response:
    """Asks for the address of a locked draft."""
    try:
        draft = await _draft(request)
    except DraftLocked:
        return _locked_view(request, _CONTINUE, PostedForm(), status=200)
    return RedirectResponse(_next(draft) if draft else _START, HTTPStatus.SEE_OTHER)


async def delete_draft(request: Request) -> Response:
    """Deletes what was typed."""
    await posted(request)
    await site_of(request).drafts.delete(request.state.form_secret)
    return RedirectResponse(_START, HTTPStatus.SEE_OTHER)


async def _draft(request: Request, email: str = "") -> dict[str, str]:
    """What was typed; empty where nothing is kept. Raises `DraftLocked` where `email` does not open it."""
    kept = await site_of(request).drafts.load(request.state.form_secret, email=email or None)
    return dict(kept or {})


async def _save(request: Request, draft: Mapping[str, str]) -> None:
    """Keeps what was typed. Raises `TooManyGuesses` where too many browsers at this address have begun a form."""
    await site_of(request).drafts.save(request.state.form_secret, draft, client_address=client_address(request))


def _key_of(request: Request, draft: Mapping[str, str]) -> str:
    """The form key of these answers in this browser: two tabs with the same answers are one form."""
    secret, answers = request.state.form_secret.encode(), json.dumps(draft, sort_keys=True).encode()
    digest = hmac.digest(secret, b"answers|" + answers, "sha256")
    return base64.urlsafe_b64encode(digest[:_KEY_BYTES]).rstrip(b"=").decode()


def _result(key: str) -> str:
    return f"{CHECK}/kesz/{key}"


async def _with_free_name(request: Request, form: PostedForm) -> PostedForm:
    """The form, with an error where somebody has the user name already."""
    try:
        is_free = await site_of(request).portal.user_name_is_free(
            form["user_name"], client_address=client_address(request)
        )
    except (Refusal, InvalidInput) as refusal:
        return form.refused(refusal, "user_name")
    return form if is_free else form.refused(UserNameTaken(), "user_name")


def _answers(form: PostedForm, fields: tuple[str, ...]) -> dict[str, str]:
    return {name: form.birth_date if name == "birth_date" else form[name] for name in fields}


def _typed(draft: Mapping[str, str]) -> dict[str, str]:
    """A draft as the pages ask for it."""
    parts = dict(zip(BIRTH_DATE, draft.get("birth_date", "").split("-"), strict=False))
    return {**draft, **{name: part.lstrip("0") for name, part in parts.items()}}


def _next(draft: Mapping[str, str]) -> str:
    """The first page whose questions are not all answered; the check where none is left; the result once it is sent."""
    if SENT in draft:
        return _result(draft[SENT])
    return next((step.path for step in STEPS if any(name not in draft for name in step.fields)), CHECK)


def _step_of(request: Request) -> FormStep:
    return next(step for step in STEPS if step.path == request.url.path)


def _step_view(request: Request, step: FormStep, form: PostedForm, *, status: int = 200) -> Response:
    place = STEPS.index(step)
    return view(
        request,
        step.template,
        status=status,
        form=form,
        step=step,
        number=place + 1,
        count=len(STEPS),
        back=STEPS[place - 1].path if place else _START,
        languages=LANGUAGES,
    )


def _check_view(
    request: Request, draft: Mapping[str, str], *, status: int = 200, has_changed: bool = False
) -> Response:
    return view(
        request,
        "citizen/register_check.html",
        status=status,
        draft=draft,
        birth_date=date.fromisoformat(draft["birth_date"]),
        key=_key_of(request, draft),
        has_changed=has_changed,
        steps=STEPS,
        back=STEPS[-1].path,
        language_name=dict(LANGUAGES).get(Language(draft["language"]), ""),
        takes_signatures=site_of(request).portal.takes_signatures,
    )


def _locked_view(request: Request, action: str, form: PostedForm, *, status: int = HTTPStatus.FORBIDDEN) -> Response:
    """Asks for the address that opens the draft; what the browser has just sent to `action` goes along."""
    names = {name for step in STEPS for name in step.fields} | set(BIRTH_DATE)
    typed = {name: value for name, value in form.values.items() if name in names}
    if form[_OPENED_BY]:
        wrong = FieldError(_OPENED_BY, Sentence(N_("This is not the e-mail address of the form.")))
        form = PostedForm(form.values, (wrong,))
    return view(
        request, "citizen/register_continue.html", status=status, form=form, action=action, name=_OPENED_BY, typed=typed
    )


ROUTES: Final = (
    Route(_START, start, methods=["GET"]),
    *(Route(step.path, show_step, methods=["GET"]) for step in STEPS),
    *(Route(step.path, answer_step, methods=["POST"]) for step in STEPS),
    Route(CHECK, check, methods=["GET"]),
    Route(CHECK, submit, methods=["POST"]),
    Route(_result("{key}"), show_result, methods=["GET"]),
    Route(_CONTINUE, show_locked, methods=["GET"]),
    Route(_CONTINUE, go_on, methods=["POST"]),
    Route(f"{_START}/torles", delete_draft, methods=["POST"]),
)
