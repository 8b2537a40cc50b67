"""Checkpoints with their signatures, the keys that verify them, and a comparison with an auditor's own copy."""

import hashlib
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.answers import json_of
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.operations import Operation
from registration.sentences import N_
from starter.gateway import StaffSession
from starter.pages.browser import posted
from starter.pages.forms import PostedForm
from starter.pages.once import once, result_of
from starter.pages.staff.audit_parts import ROOT, audit_view, auditor_of, download, refused_audit_view
from starter.pages.staff.routes import StaffRoute
from starter.translation import catalogue

_PATH: Final = f"{ROOT}/ellenorzopontok"
_ON_A_PAGE: Final = 20
_COPY: Final = "copy"


async def show(request: Request, session: StaffSession) -> Response:
    """The newest, or those before a number, 20 a page; the keys; the form for a copy."""
    return audit_view(request, "checkpoints.html", **await _listed(request, session))


async def show_one(request: Request, session: StaffSession) -> Response:
    """One document: what was signed, and the signature, which holds."""
    number: int = request.path_params["number"]
    document = await auditor_of(request, session).checkpoints.document(number)
    return audit_view(request, "checkpoint.html", number=number, document=document, path_of_list=_PATH)


async def download_one(request: Request, session: StaffSession) -> Response:
    """Its file, byte for byte, as auditors get it by e-mail."""
    number: int = request.path_params["number"]
    text = await auditor_of(request, session).checkpoints.file(number)
    return download(text, "application/json", f"{number:06}.json")


async def download_keys(request: Request, session: StaffSession) -> Response:
    """The public keys, to be kept outside this system."""
    keys = await auditor_of(request, session).checkpoints.keys()
    return download(json_of(keys), "application/json", "kulcsok.json")


async def compare(request: Request, session: StaffSession) -> Response:
    """Compares what is here with an auditor's own copy of a document."""
    form, checkpoints = await posted(request, most_files=1), auditor_of(request, session).checkpoints
    kept = form.files.get(_COPY, b"")

    async def act(_request_id: str) -> object:
        if not kept:
            raise InvalidInput(field=_COPY, rule=InputRule.REQUIRED)
        return await checkpoints.compare(kept, catalogue(request.state.language))

    try:
        key = await once(request, PostedForm({**form.values, _COPY: hashlib.sha256(kept).hexdigest()}), act)
    except InvalidInput as refusal:
        facts = await _listed(request, session)
        return await refused_audit_view(request, "checkpoints.html", form, refusal, at=_COPY, **facts)
    return RedirectResponse(f"{_PATH}/osszevetes/{key}", HTTPStatus.SEE_OTHER)


async def show_comparison(request: Request, _session: StaffSession) -> Response:
    """The result, for this browser alone."""
    result = await result_of(request, _PATH, request.path_params["key"])
    if result is None:
        return RedirectResponse(_PATH, HTTPStatus.SEE_OTHER)
    return audit_view(request, "compared.html", report=result, path_of_list=_PATH)


async def _listed(request: Request, session: StaffSession) -> dict[str, Any]:
    checkpoints = auditor_of(request, session).checkpoints
    typed = request.query_params.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < len("1000000000") else None
    numbers = [each for each in (await checkpoints.numbers()).numbers if before is None or each < before]
    shown = numbers[: -_ON_A_PAGE - 1 : -1]
    return {
        "documents": await checkpoints.documents(shown),
        "earlier": shown[-1] if len(numbers) > len(shown) else None,
        "keys": (await checkpoints.keys()).keys,
        "path_of_list": _PATH,
    }


ROUTES: Final = (
    StaffRoute(_PATH, show, operation=Operation.AUDIT_CHECKPOINTS, menu=N_("Checkpoints")),
    StaffRoute(_PATH, compare, operation=Operation.AUDIT_CHECKPOINT, method="POST"),
    StaffRoute(f"{_PATH}/kulcsok.json", download_keys, operation=Operation.AUDIT_KEYS),
    StaffRoute(f"{_PATH}/osszevetes/{{key}}", show_comparison, operation=Operation.AUDIT_CHECKPOINT),
    StaffRoute(f"{_PATH}/{{number:number}}", show_one, operation=Operation.AUDIT_CHECKPOINT),
    StaffRoute(f"{_PATH}/{{number:number}}.json", download_one, operation=Operation.AUDIT_CHECKPOINT),
)
