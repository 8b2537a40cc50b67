"""Bulk extensions: an operator counts and asks, another person approves, an operator starts, pauses and resumes."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from registration.errors import InvalidInput
from registration.extension_answers import ExtensionItem, ExtensionStatus
from registration.extensions import MOST_DAYS, USUAL_RATE, ExtensionState, is_second_person
from registration.input_rules import InputRule
from registration.messages import ActorKind
from registration.operations import Operation
from registration.sentences import N_
from registration.times import time_of
from starter.gateway import OperationsGateway, StaffSession
from starter.gateway.csv_lines import csv_header, csv_row
from starter.pages.browser import posted
from starter.pages.forms import PostedForm
from starter.pages.once import once, result_of
from starter.pages.rendering import refused_view, view
from starter.pages.staff.operations.gateway import ROOT, operations_of
from starter.pages.staff.routes import StaffRoute, put_on_record

PATH: Final = f"{ROOT}/hosszabbitasok"
_NEW: Final = f"{PATH}/uj"
_ONE: Final = f"{PATH}/{{id:uuid}}"

_DECIMAL: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")
"""As JSON has numbers: Python also reads other digits, and underscores between them."""

Act = Callable[[OperationsGateway, str, PostedForm], Awaitable[ExtensionStatus]]


async def show_all(request: Request, session: StaffSession) -> Response:
    """The newest, 20 a page."""
    older_than = request.query_params.get("older_than")
    found = await operations_of(request, session).extensions.newest(older_than)
    return view(
        request,
        "staff/operations/extensions.html",
        found=found,
        waiting=[each for each in found.extensions if _may_approve(each, session)],
        path_of_list=PATH,
        may_ask=session.principal.actor.kind is ActorKind.OPERATOR,
    )


async def show_new(request: Request, session: StaffSession) -> Response:
    """The form; with a date, how many accounts it would be for, and the button that asks for it. Writes nothing."""
    form, outcome = PostedForm(dict(request.query_params)), None
    if form.values:
        try:
            before, days = _asked(form)
            outcome = await operations_of(request, session).extensions.count(before, days=days)
        except InvalidInput as refusal:
            await put_on_record(request, refusal)
            return refused_view(
                request, "staff/operations/new_extension.html", form, refusal, at="before", outcome=None, new_path=_NEW
            )
    return view(request, "staff/operations/new_extension.html", form=form, outcome=outcome, new_path=_NEW)


async def ask(request: Request, session: StaffSession) -> Response:
    """Asks for what was counted; leads to it."""
    form, extensions = await posted(request), operations_of(request, session).extensions

    async def act(request_id: str) -> object:
        before, days = _asked(form)
        return await extensions.request(before, days=days, request_id=request_id)

    try:
        key = await once(request, form, act)
    except InvalidInput as refusal:
        await put_on_record(request, refusal)
        return refused_view(
            request, "staff/operations/new_extension.html", form, refusal, at="before", outcome=None, new_path=_NEW
        )
    result = await result_of(request, _NEW, key)
    return RedirectResponse(f"{PATH}/{result['extension_id']}" if result else PATH, HTTPStatus.SEE_OTHER)


async def show(request: Request, session: StaffSession) -> Response:
    """One: who asked, who approved, how far it is, and what this person can do with it now."""
    extensions = operations_of(request, session).extensions
    status = await extensions.status(str(request.path_params["id"]))
    facts = _facts(status, session)
    return view(
        request, "staff/operations/extension.html", form=PostedForm({"rate": f"{status.rate or USUAL_RATE:g}"}), **facts
    )


async def show_progress(request: Request, session: StaffSession) -> Response:
    """The part of that page that moves, for its script; asking for it is no use of the session."""
    status = await operations_of(request, session).extensions.status(str(request.path_params["id"]))
    return view(request, "staff/operations/progress.html", **_facts(status, session))


async def report(request: Request, session: StaffSession) -> Response:
    """Every account with what came of it, as CSV, by opaque id."""
    extension_id = str(request.path_params["id"])
    items = await operations_of(request, session).extensions.report(extension_id)

    async def lines() -> Any:  # noqa: ANN401  what a streamed answer takes
        yield csv_header(ExtensionItem)
        async for item in items:
            yield csv_row(item)

    name = f'attachment; filename="hosszabbitas-{extension_id}.csv"'
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


def _acting(act: Act) -> Callable[[Request, StaffSession], Awaitable[Response]]:
    """Does an act once, and shows the extension again."""

    async def do(request: Request, session: StaffSession) -> Response:
        form, operations = await posted(request), operations_of(request, session)
        extension_id = str(request.path_params["id"])
        try:
            await once(request, form, lambda _request_id: act(operations, extension_id, form))
        except InvalidInput as refusal:
            await put_on_record(request, refusal)
            facts = _facts(await operations.extensions.status(extension_id), session)
            return refused_view(request, "staff/operations/extension.html", form, refusal, at="rate", **facts)
        return RedirectResponse(f"{PATH}/{extension_id}", HTTPStatus.SEE_OTHER)

    return do


async def _approve(operations: OperationsGateway, extension_id: str, _form: PostedForm) -> ExtensionStatus:
    return await operations.extensions.approve(extension_id)


async def _start(operations: OperationsGateway, extension_id: str, form: PostedForm) -> ExtensionStatus:
    return await operations.extensions.start(extension_id, _rate(form))


async def _pause(operations: OperationsGateway, extension_id: str, _form: PostedForm) -> ExtensionStatus:
    return await operations.extensions.pause(extension_id)


async def _resume(operations: OperationsGateway, extension_id: str, form: PostedForm) -> ExtensionStatus:
    return await operations.extensions.resume(extension_id, _rate(form))


def _asked(form: PostedForm) -> tuple[Any, int | None]:
    """Raises `InvalidInput`."""
    if not form["before"].strip():
        raise InvalidInput(field="before", rule=InputRule.REQUIRED)
    days = form["days"].strip()
    if days and not (days.isascii() and days.isdecimal() and len(days) <= len(str(MOST_DAYS))):
        raise InvalidInput(field="days", rule=InputRule.VALIDITY, least="1", most=str(MOST_DAYS))
    return time_of("before", form["before"], by_a_person=True), int(days) if days else None


def _rate(form: PostedForm) -> float:
    """What is no number is out of bounds. Raises nothing: the gateway refuses it."""
    typed = form["rate"].strip().replace(",", ".")
    return float(typed) if _DECIMAL.fullmatch(typed) else 0


def _may_approve(status: ExtensionStatus, session: StaffSession) -> bool:
    return status.state is ExtensionState.REQUESTED and is_second_person(status.requested_by, session.principal.id)


def _facts(status: ExtensionStatus, session: StaffSession) -> dict[str, Any]:
    """What the page shows; the gateway refuses all that it does not offer."""
    is_operator = session.principal.actor.kind is ActorKind.OPERATOR
    progress, done = status.progress, status.progress.total - status.progress.open
    return {
        "extension": status,
        "one_path": f"{PATH}/{status.extension_id}",
        "path_of_list": PATH,
        "done": done,
        "percent": 100 * done // progress.total if progress.total else 0,
        "moves": status.state is ExtensionState.RUNNING,
        "may_approve": _may_approve(status, session),
        "may_start": is_operator and status.state in {ExtensionState.APPROVED, ExtensionState.STOPPED},
        "may_pause": is_operator and status.state is ExtensionState.RUNNING,
        "may_resume": is_operator and status.state is ExtensionState.PAUSED,
    }


ROUTES: Final = (
    StaffRoute(PATH, show_all, operation=Operation.OPERATIONS_EXTENSIONS, menu=N_("Bulk extensions")),
    StaffRoute(_NEW, show_new, operation=Operation.OPERATIONS_COUNT_EXTENSION),
    StaffRoute(_NEW, ask, operation=Operation.OPERATIONS_REQUEST_EXTENSION, method="POST"),
    StaffRoute(_ONE, show, operation=Operation.OPERATIONS_EXTENSION),
    StaffRoute(f"{_ONE}/allas", show_progress, operation=Operation.OPERATIONS_EXTENSION, is_use=False),
    StaffRoute(f"{_ONE}/jelentes.csv", report, operation=Operation.OPERATIONS_EXTENSION_REPORT),
    StaffRoute(
        f"{_ONE}/jovahagyas", _acting(_approve), operation=Operation.OPERATIONS_APPROVE_EXTENSION, method="POST"
    ),
    StaffRoute(f"{_ONE}/inditas", _acting(_start), operation=Operation.OPERATIONS_START_EXTENSION, method="POST"),
    StaffRoute(f"{_ONE}/szunet", _acting(_pause), operation=Operation.OPERATIONS_PAUSE_EXTENSION, method="POST"),
    StaffRoute(f"{_ONE}/folytatas", _acting(_resume), operation=Operation.OPERATIONS_RESUME_EXTENSION, method="POST"),
)
