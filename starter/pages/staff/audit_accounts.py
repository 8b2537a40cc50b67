"""One account as an auditor reads it: its life, why it is in its state, and the proof that its record is whole."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.answers import json_of
from registration.errors import BeforeTheBeginning, BeyondTheRecord, InvalidInput, RecordUnreadable, Refusal
from registration.names import workflow_id
from registration.operations import Operation
from registration.sentences import N_
from registration.timeline import RUN_OUTCOMES, Run
from registration.timeline_lines import TimelineAnswer, TimelineLine
from registration.times import time_of
from starter.gateway import ReplayReport, StaffSession
from starter.pages.browser import posted
from starter.pages.picture import WIDTH, picture_of
from starter.pages.rendering import local, utc
from starter.pages.staff.audit_parts import (
    ROOT,
    asked,
    audit_view,
    auditor_of,
    csv_download,
    download,
    refused_audit_view,
)
from starter.pages.staff.routes import StaffRoute
from starter.pages.staff.site import site_of
from starter.translation import catalogue

_ACCOUNT: Final = f"{ROOT}/fiokok/{{id:uuid}}"


def account_path(registration_id: str) -> str:
    """The page of an account."""
    return f"{ROOT}/fiokok/{registration_id}"


async def show_search(request: Request, _session: StaffSession) -> Response:
    """The form that asks for an account."""
    return audit_view(request, "search.html")


async def search(request: Request, session: StaffSession) -> Response:
    """Leads to the account, whose address has its opaque id alone."""
    form = await posted(request)
    try:
        registration_id = await auditor_of(request, session).find(form["reference"])
    except (Refusal, InvalidInput) as refusal:
        return await refused_audit_view(request, "search.html", form, refusal, at="reference")
    return RedirectResponse(account_path(registration_id), HTTPStatus.SEE_OTHER)


async def show(request: Request, session: StaffSession) -> Response:
    """The whole life: why it is in its state, the picture, events, letters, runs."""
    auditor, registration_id = auditor_of(request, session), _id(request)
    life = await auditor.timeline(registration_id)
    return audit_view(
        request,
        "account.html",
        life=life,
        picture=picture_of(life),
        width=WIDTH,
        letters=await auditor.letters(registration_id),
        explained=await auditor.explain_end(life),
        run_address=_run_address(request, registration_id),
        run_outcomes=RUN_OUTCOMES,
        **_of_account(request),
    )


async def download_life(request: Request, session: StaffSession) -> Response:
    """The same as CSV."""
    life = await auditor_of(request, session).timeline(_id(request))
    lines = TimelineAnswer.of(life, catalogue(request.state.language)).entries
    return csv_download(TimelineLine, lines, "elet.csv")


async def explain(request: Request, session: StaffSession) -> Response:
    """Which status it had on a day, and why."""
    form, facts = asked(request), _of_account(request)
    try:
        explained = await auditor_of(request, session).explain(
            _id(request), time_of("at", form["at"], by_a_person=True)
        )
    except (BeforeTheBeginning, BeyondTheRecord, RecordUnreadable, InvalidInput) as refusal:
        return await refused_audit_view(request, "explanation.html", form, refusal, at="at", explained=None, **facts)
    return audit_view(request, "explanation.html", form=form, explained=explained, **facts)


async def replay(request: Request, session: StaffSession) -> Response:
    """Whether every decision in its histories follows from the present rules."""
    outcomes = await auditor_of(request, session).replay(_id(request))
    report = ReplayReport.of(outcomes, catalogue(request.state.language))
    run_address = _run_address(request, _id(request))
    return audit_view(request, "replay.html", report=report, run_address=run_address, **_of_account(request))


async def verify(request: Request, session: StaffSession) -> Response:
    """Whether its record agrees with everything that witnesses it."""
    verification, words = auditor_of(request, session).verification, catalogue(request.state.language)
    report = await verification.one(_id(request), catalogue=words)
    return audit_view(request, "verification.html", report=report, **_of_account(request))


async def prove(request: Request, session: StaffSession) -> Response:
    """The proof that the last checkpoint holds its chain, as `docs/verify_proof.py` reads it, with its events."""
    proof = await auditor_of(request, session).checkpoints.proof(_id(request), with_events=True)
    return download(json_of(proof), "application/json", "bizonyitek.json")


def _id(request: Request) -> str:
    return str(request.path_params["id"])


def _of_account(request: Request) -> dict[str, Any]:
    """What each page of an account shows."""
    language = request.state.language
    return {
        "registration_id": _id(request),
        "account": account_path(_id(request)),
        "local": lambda moment: local(moment, language),
        "utc": utc,
    }


def _run_address(request: Request, registration_id: str) -> Callable[[Run], str] | None:
    """Where Temporal's web UI shows a run, if this installation has one."""
    namespace = site_of(request).temporal_ui
    if namespace is None:
        return None
    workflow = f"{namespace.rstrip('/')}/workflows/{workflow_id(registration_id)}"
    return lambda run: f"{workflow}/{run.run_id}/history"


ROUTES: Final = (
    StaffRoute(ROOT, show_search, operation=Operation.AUDIT_TIMELINE, menu=N_("Audit an account")),
    StaffRoute(ROOT, search, operation=Operation.AUDIT_TIMELINE, method="POST"),
    StaffRoute(_ACCOUNT, show, operation=Operation.AUDIT_TIMELINE),
    StaffRoute(f"{_ACCOUNT}/elet.csv", download_life, operation=Operation.AUDIT_TIMELINE),
    StaffRoute(f"{_ACCOUNT}/magyarazat", explain, operation=Operation.AUDIT_EXPLAIN),
    StaffRoute(f"{_ACCOUNT}/visszajatszas", replay, operation=Operation.AUDIT_REPLAY),
    StaffRoute(f"{_ACCOUNT}/epseg", verify, operation=Operation.AUDIT_VERIFY),
    StaffRoute(f"{_ACCOUNT}/bizonyitek.json", prove, operation=Operation.AUDIT_PROVE),
)
