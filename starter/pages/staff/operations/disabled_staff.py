"""Staff who may not act any more: a list, and who is added or taken off."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput
from registration.operations import Operation
from registration.sentences import N_
from starter.gateway import StaffSession
from starter.pages.browser import posted
from starter.pages.once import once
from starter.pages.rendering import refused_view, view
from starter.pages.staff.operations.gateway import ROOT, operations_of
from starter.pages.staff.routes import StaffRoute, put_on_record

PATH: Final = f"{ROOT}/letiltottak"
_TEMPLATE: Final = "staff/operations/disabled_staff.html"


async def show(request: Request, session: StaffSession) -> Response:
    """Who may not act, since when, and who said so."""
    found = await operations_of(request, session).disabled_staff()
    return view(request, _TEMPLATE, disabled=found.disabled, path_of_list=PATH)


async def disable(request: Request, session: StaffSession) -> Response:
    """Disables somebody from now on."""
    form, operations = await posted(request), operations_of(request, session)

    async def act(_request_id: str) -> object:
        return await operations.disable_staff(form["ID"].strip())

    try:
        await once(request, form, act)
    except InvalidInput as refusal:
        await put_on_record(request, refusal)
        disabled = (await operations.disabled_staff()).disabled
        return refused_view(request, _TEMPLATE, form, refusal, at="ID", disabled=disabled, path_of_list=PATH)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


async def enable(request: Request, session: StaffSession) -> Response:
    """Lets somebody act again."""
    form, operations = await posted(request), operations_of(request, session)

    async def act(_request_id: str) -> object:
        return await operations.enable_staff(form["staff_id"])

    await once(request, form, act)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


ROUTES: Final = (
    StaffRoute(PATH, show, operation=Operation.OPERATIONS_DISABLED_STAFF, menu=N_("Disabled staff")),
    StaffRoute(PATH, disable, operation=Operation.OPERATIONS_DISABLE_STAFF, method="POST"),
    StaffRoute(f"{PATH}/visszavonas", enable, operation=Operation.OPERATIONS_ENABLE_STAFF, method="POST"),
)
