"""Registration bodies' offices: a list, and a form that adds or changes one."""

from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput, OfficeChanged
from registration.offices import OFFICE_COLUMNS, Body, Office
from registration.operations import Operation
from registration.sentences import N_
from starter.gateway import StaffSession
from starter.pages.browser import posted
from starter.pages.forms import PostedForm
from starter.pages.once import once
from starter.pages.rendering import refused_view, view
from starter.pages.staff.operations.gateway import ROOT, operations_of
from starter.pages.staff.routes import StaffRoute, put_on_record
from starter.translation import translated

PATH: Final = f"{ROOT}/hivatalok"
_FORM: Final = f"{PATH}/adatok"
_SHOWN: Final = "shown"
_TEMPLATE: Final = "staff/operations/office.html"


async def show_all(request: Request, session: StaffSession) -> Response:
    """All offices, by code."""
    found = await operations_of(request, session).offices.every()
    return view(request, "staff/operations/offices.html", offices=found.offices, form_path=_FORM)


async def show_form(request: Request, session: StaffSession) -> Response:
    """The form, filled with the office that the address names."""
    code = request.query_params.get("office")
    if code is None:
        return view(request, _TEMPLATE, form=PostedForm({"open": "true"}), **_facts(request))
    offices = (await operations_of(request, session).offices.every()).offices
    office = next((each for each in offices if each.code == code), None)
    if office is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return view(request, _TEMPLATE, form=_filled(office), **_facts(request))


async def put(request: Request, session: StaffSession) -> Response:
    """Adds an office, or replaces the one that the form showed; one that has changed since is shown instead."""
    form, offices = await posted(request), operations_of(request, session).offices
    line = {name: form[name] for name in OFFICE_COLUMNS}

    async def act(_request_id: str) -> object:
        await offices.put(line, shown=form[_SHOWN])
        return Office.parse(line)

    try:
        await once(request, form, act)
    except InvalidInput as refusal:
        await put_on_record(request, refusal)
        return refused_view(request, _TEMPLATE, form, refusal, at="code", **_facts(request))
    except OfficeChanged as refusal:
        await put_on_record(request, refusal)
        present = next((each for each in (await offices.every()).offices if each.code == form["code"].strip()), None)
        shown = _filled(present) if present else PostedForm({**form.values, _SHOWN: ""})
        return refused_view(request, _TEMPLATE, shown, refusal, at="code", **_facts(request))
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


def _filled(office: Office) -> PostedForm:
    return PostedForm({**vars(office), "open": str(office.open).lower(), _SHOWN: office.digest})


def _facts(request: Request) -> dict[str, Any]:
    return {
        "bodies": [(body.value, translated(body, request.state.language)) for body in Body],
        "truths": (("true", N_("Open: clerks can act for it")), ("false", N_("Closed: nobody acts for it any more"))),
        "form_path": _FORM,
        "path_of_list": PATH,
    }


ROUTES: Final = (
    StaffRoute(PATH, show_all, operation=Operation.OPERATIONS_OFFICES, menu=N_("Offices")),
    StaffRoute(_FORM, show_form, operation=Operation.OPERATIONS_OFFICES),
    StaffRoute(_FORM, put, operation=Operation.OPERATIONS_PUT_OFFICE, method="POST"),
)
