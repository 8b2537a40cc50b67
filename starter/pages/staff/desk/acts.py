"""Acts in person: each has a form with its evidence, and leads to its result."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput, Refusal
from registration.operations import Operation
from starter.gateway import StaffSession
from starter.pages.browser import posted
from starter.pages.forms import LANGUAGES
from starter.pages.once import once, result_of
from starter.pages.rendering import refused_view, view
from starter.pages.staff.desk.act_table import ACTS, DeskAct
from starter.pages.staff.desk.counter import Counter
from starter.pages.staff.desk.evidence import DOCUMENT, KINDS, evidence_of, refused, seen_before, to_keep
from starter.pages.staff.desk.visit import VISIT
from starter.pages.staff.routes import StaffPage, StaffRoute, put_on_record

_TEMPLATE: Final = "staff/desk/act.html"
RECEIPT: Final = next(act for act in ACTS if act.operation is Operation.DESK_RECEIPT)


def _form_of(act: DeskAct, *, is_new: bool = False) -> StaffPage:
    """The page with the form of an act; `is_new` of a registration that was just opened."""

    async def show(request: Request, session: StaffSession) -> Response:
        at, page_id = Counter.of(request, session), request.path_params["visit"]
        visit = await at.pages.visit_for(at.token, page_id, act.operation, at.actor)
        return view(
            request,
            _TEMPLATE,
            form=seen_before(visit),
            act=act,
            visit_path=f"{VISIT}/{page_id}",
            kinds=KINDS,
            languages=LANGUAGES,
            is_new=is_new,
            matches=visit.matches,
        )

    return show


def _done_by(act: DeskAct) -> StaffPage:
    """Does an act once, and leads to its result."""

    async def do(request: Request, session: StaffSession) -> Response:
        form, at = await posted(request), Counter.of(request, session)
        page_id = request.path_params["visit"]
        path = f"{VISIT}/{page_id}/{act.path}"
        visit = await at.pages.visit_for(at.token, page_id, act.operation, at.actor)

        async def acting(request_id: str) -> object:
            done = await act.run(at.desk_for(visit), visit.registration_id, form, evidence_of(form), request_id)
            if act.discloses:
                await at.pages.keep_disclosed(at.token, request_id, visit.registration_id, act.operation)
            return done

        try:
            key = await once(request, form, acting)
        except (Refusal, InvalidInput) as refusal:
            await put_on_record(request, refusal)
            return refused_view(
                request,
                _TEMPLATE,
                refused(form, (*act.fields, *DOCUMENT), act.answers(form), refusal, discloses=act.discloses),
                refusal,
                at="document_number",
                act=act,
                kinds=KINDS,
                languages=LANGUAGES,
                is_new=False,
                matches=visit.matches,
                visit_path=f"{VISIT}/{page_id}",
            )
        await at.pages.update_visit(at.token, page_id, **to_keep(form))
        result = await result_of(request, path, key) if act.discloses else None
        return RedirectResponse(
            f"{path}/{result['request_id']}" if result else f"{path}/kesz/{key}", HTTPStatus.SEE_OTHER
        )

    return do


async def show_data(request: Request, session: StaffSession) -> Response:
    """The data that was disclosed; each time it is looked at, that is on record first."""
    at, request_id = Counter.of(request, session), request.path_params["page"]
    about = await _disclosed(request, at, Operation.DESK_DISCLOSE)
    data = await at.desk.views.disclosed(about, request_id)
    return view(request, "staff/desk/data.html", data=data, visit_path=f"{VISIT}/{request.path_params['visit']}")


async def show_receipt(request: Request, session: StaffSession) -> Response:
    """The receipt, to be printed; the same."""
    at, request_id = Counter.of(request, session), request.path_params["page"]
    about = await _disclosed(request, at, Operation.DESK_RECEIPT)
    receipt = await at.desk.views.issued_receipt(about, request_id)
    return view(
        request, "staff/desk/receipt.html", receipt=receipt, visit_path=f"{VISIT}/{request.path_params['visit']}"
    )


async def _disclosed(request: Request, at: Counter, operation: Operation) -> str:
    visit_id, request_id = request.path_params["visit"], request.path_params["page"]
    return await at.pages.disclosed(at.token, visit_id, request_id, operation, at.actor)


def _routes(act: DeskAct) -> tuple[StaffRoute, ...]:
    path = f"{VISIT}/{{visit}}/{act.path}"
    return (
        StaffRoute(path, _form_of(act), operation=act.operation),
        StaffRoute(path, _done_by(act), operation=act.operation, method="POST"),
    )


ROUTES: Final = (
    *(route for act in ACTS for route in _routes(act)),
    StaffRoute(f"{VISIT}/{{visit}}/adatok/{{page}}", show_data, operation=Operation.DESK_DISCLOSED),
    StaffRoute(f"{VISIT}/{{visit}}/nyugta/uj", _form_of(RECEIPT, is_new=True), operation=Operation.DESK_RECEIPT),
    StaffRoute(f"{VISIT}/{{visit}}/nyugta/{{page}}", show_receipt, operation=Operation.DESK_DISCLOSED),
)
