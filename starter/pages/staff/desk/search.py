"""Find a registration by one criterion: it is kept for this session, and the page of the results has an opaque id."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput
from registration.operations import Operation
from registration.sentences import N_
from starter.gateway import StaffSession, checked_criterion, refused_fields
from starter.pages.browser import posted
from starter.pages.forms import PostedForm
from starter.pages.rendering import refused_view, view
from starter.pages.staff.desk.counter import Counter
from starter.pages.staff.routes import StaffRoute, put_on_record

PATH: Final = "/pult"
IDENTITY: Final = ("birth_name", "birth_date", "mothers_birth_name")
"""The fields of a person."""

_RESULTS: Final = f"{PATH}/talalatok"
_FIELDS: Final = ("receipt_number", "user_name", "email", *IDENTITY)


async def show(request: Request, _session: StaffSession) -> Response:
    """The form."""
    return view(request, "staff/desk/search.html")


async def search(request: Request, session: StaffSession) -> Response:
    """Leads to the results."""
    form = await posted(request)
    typed = {name: form.birth_date if name == "birth_date" else form[name] for name in _FIELDS}
    criterion = {name: value for name, value in typed.items() if value.strip()}
    try:
        checked_criterion(criterion)
    except InvalidInput as refusal:
        await put_on_record(request, refusal)
        is_person = criterion and set(criterion) <= set(IDENTITY)
        person = {name: typed[name] for name in IDENTITY} if is_person else {}
        refused = PostedForm({**form.values, **typed}).refused_by(refused_fields(person), IDENTITY[0])
        return refused_view(request, "staff/desk/search.html", refused, refusal, at="receipt_number")
    at = Counter.of(request, session)
    return RedirectResponse(f"{_RESULTS}/{await at.pages.keep_search(at.token, criterion)}", HTTPStatus.SEE_OTHER)


async def show_results(request: Request, session: StaffSession) -> Response:
    """What is found now."""
    at, page_id = Counter.of(request, session), request.path_params["page"]
    result = await at.desk.search(await at.pages.search(at.token, page_id))
    return view(request, "staff/desk/results.html", result=result, page_id=page_id)


ROUTES: Final = (
    StaffRoute(PATH, show, operation=Operation.DESK_SEARCH, menu=N_("Find a registration")),
    StaffRoute(PATH, search, operation=Operation.DESK_SEARCH, method="POST"),
    StaffRoute(f"{_RESULTS}/{{page}}", show_results, operation=Operation.DESK_SEARCH),
)
