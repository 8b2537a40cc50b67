"""Register with an electronic signature (S4): download the filled form, sign it with a program of one's own, upload it.

The questions are those of the online form, and so is the draft. What is uploaded need not be what was downloaded here:
the gateway takes any form that its applicant has signed, so signing may take days and another computer.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.descriptions import Accepted
from registration.errors import InvalidInput, Refusal, RequestInProgress, UgyfelkapuError
from registration.input_rules import InputRule
from registration.sentences import N_, Sentence
from registration.signature_errors import SignatureRefused
from registration.statuses import Language
from starter.pages.browser import posted
from starter.pages.citizen.form_pdf import pdf_of
from starter.pages.citizen.registration import STEPS
from starter.pages.citizen.sent_registration import sent_registration, sent_view
from starter.pages.citizen.signed_advice import advice_on
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.forms import LABELS, LANGUAGES, FieldError, PostedForm
from starter.pages.once import once
from starter.pages.problems import SignaturesNotTaken
from starter.pages.rendering import view
from starter.translation import translated

PATH: Final = "/regisztracio/alairas"
MOST_BYTES: Final = 640 * 1024
"""Of an upload: two files as large as the gateway takes them, and room to refuse a larger one in words. Starlette
keeps the parts of so small a body in memory."""

_DOCUMENT: Final = "document"
_SIGNATURE: Final = "signature"
_FIELDS: Final = tuple(name for step in STEPS for name in step.fields)
"""Of the registration form, in the order of its pages."""


def _offered(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A page that is there only where signatures are taken. Raises `SignaturesNotTaken`."""

    @wraps(page)
    async def offered(request: Request) -> Response:
        if not site_of(request).portal.takes_signatures:
            raise SignaturesNotTaken
        return await page(request)

    return offered


@_offered
async def show(request: Request) -> Response:
    """The three steps: form, signature, upload."""
    return view(request, "citizen/signed.html", **await _facts(request))


@_offered
async def download_pdf(request: Request) -> Response:
    """The filled form as a PDF with the form in it."""
    answers = await _answers(request)
    if answers is None:
        return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
    language = request.state.language
    readable = {**answers, "language": dict(LANGUAGES)[Language(answers["language"])]}
    shown = {translated(Sentence(LABELS[name]), language): answer for name, answer in readable.items()}
    title = translated(Sentence(N_("Registration form of the client gate")), language)
    return _download(pdf_of(title, shown, _json(answers)), "application/pdf", "urlap.pdf")


@_offered
async def download_json(request: Request) -> Response:
    """The filled form as JSON."""
    answers = await _answers(request)
    if answers is None:
        return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
    return _download(_json(answers), "application/json", "urlap.json")


@_offered
async def upload(request: Request) -> Response:
    """Opens the registration, once; the code goes out by e-mail."""
    form = await posted(request, most_files=2)
    document, signature = form.files.get(_DOCUMENT, b""), form.files.get(_SIGNATURE) or None
    site = site_of(request)

    async def act(request_id: str) -> object:
        if not document:
            raise InvalidInput(field=_DOCUMENT, rule=InputRule.REQUIRED)
        accepted = await site.portal.register_signed(
            document, signature, client_address=client_address(request), request_id=request_id
        )
        return Accepted(accepted)

    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in form.files.items()}
    try:
        key = await once(request, PostedForm(hashes), act)  # the same files are the same act, whatever form has them
    except RequestInProgress:
        raise
    except (Refusal, InvalidInput) as refusal:
        refused, status = _refused(refusal, is_chosen=bool(document)), refusal.problem.status
        return view(request, "citizen/signed.html", status=status, form=refused, **await _facts(request))
    return RedirectResponse(f"{PATH}/kesz/{key}", HTTPStatus.SEE_OTHER)


async def show_result(request: Request) -> Response:
    """Where the code was sent to, and what it does."""
    sent = await sent_registration(request, PATH, request.path_params["key"])
    if sent is None:
        return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
    return await sent_view(request, sent, "citizen/signed_sent.html")


async def _answers(request: Request) -> dict[str, str] | None:
    """All answers of the draft, by field; `None` where one is missing."""
    draft: Mapping[str, str] = await site_of(request).drafts.load(request.state.form_secret) or {}
    return {name: draft[name] for name in _FIELDS} if all(name in draft for name in _FIELDS) else None


async def _facts(request: Request) -> dict[str, Any]:
    """What the page shows without a refusal."""
    is_filled = await _answers(request) is not None
    return {"is_filled": is_filled, "first": STEPS[0].path, "path_of_form": PATH}


def _json(answers: Mapping[str, str]) -> bytes:
    return json.dumps(answers, ensure_ascii=False, indent=2).encode()


def _download(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _refused(refusal: UgyfelkapuError, *, is_chosen: bool) -> PostedForm:
    """What is wrong, and what to do next; `is_chosen` is whether a file came at all."""
    refused = PostedForm().refused(refusal, _DOCUMENT)
    if isinstance(refusal, SignatureRefused):
        refused = PostedForm(errors=(FieldError(_DOCUMENT, refusal.sentence),))
    return replace(refused, advice=advice_on(refusal, is_chosen=is_chosen) or refused.advice)


ROUTES: Final = (
    Route(PATH, show, methods=["GET"]),
    Route(PATH, upload, methods=["POST"]),
    Route(f"{PATH}/urlap.pdf", download_pdf, methods=["GET"]),
    Route(f"{PATH}/urlap.json", download_json, methods=["GET"]),
    Route(f"{PATH}/kesz/{{key}}", show_result, methods=["GET"]),
)
