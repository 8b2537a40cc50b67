"""Open a registration in person (S2): form and evidence on one page, then the receipt."""

from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput, Refusal
from registration.operations import Operation
from registration.sentences import N_
from registration.statuses import Language
from starter.gateway import OpenedVisit, StaffSession
from starter.pages.browser import posted
from starter.pages.forms import LANGUAGES, PostedForm
from starter.pages.once import once, result_of
from starter.pages.rendering import refused_view, view
from starter.pages.staff.desk.counter import Counter
from starter.pages.staff.desk.evidence import DOCUMENT, KINDS, evidence_of, refused, to_keep
from starter.pages.staff.desk.search import PATH
from starter.pages.staff.desk.visit import VISIT
from starter.pages.staff.routes import StaffRoute, put_on_record

_NEW: Final = f"{PATH}/uj"
_TEMPLATE: Final = "staff/desk/register.html"
_PERSON: Final = ("family_name", "given_name", "birth_name", "birth_place", "birth_date", "mothers_birth_name")
_CHOSEN: Final = ("user_name", "email", "language")
_FIELDS: Final = (*_PERSON, *DOCUMENT, *_CHOSEN)
"""In the order of the page: what is in the document, then what the client chooses."""


async def show(request: Request, _session: StaffSession) -> Response:
    """The empty form."""
    form = PostedForm({"language": Language.HU})
    return view(request, _TEMPLATE, form=form, kinds=KINDS, languages=LANGUAGES)


async def register(request: Request, session: StaffSession) -> Response:
    """Opens the registration and begins the client's visit, both once, and leads to the receipt."""
    form, at = await posted(request), Counter.of(request, session)
    answers = {name: form.birth_date if name == "birth_date" else form[name] for name in (*_PERSON, *_CHOSEN)}

    async def act(request_id: str) -> object:
        opened = await at.desk.register(answers, evidence_of(form), request_id=request_id)
        recipient = f"{form['family_name'].strip()} {form['given_name'].strip()}"
        seen = {**to_keep(form), "recipient": recipient}
        return OpenedVisit(await at.pages.begin_visit(at.token, opened.registration_id, matches=True, **seen))

    try:
        key = await once(request, form, act)
    except (Refusal, InvalidInput) as refusal:
        await put_on_record(request, refusal)
        wrong = refused(form, _FIELDS, answers, refusal)
        return refused_view(request, _TEMPLATE, wrong, refusal, at="user_name", kinds=KINDS, languages=LANGUAGES)
    opened: dict[str, Any] = await result_of(request, _NEW, key) or {}
    return RedirectResponse(f"{VISIT}/{opened['visit']}/nyugta/uj", HTTPStatus.SEE_OTHER)


ROUTES: Final = (
    StaffRoute(_NEW, show, operation=Operation.DESK_REGISTER, menu=N_("Open a registration")),
    StaffRoute(_NEW, register, operation=Operation.DESK_REGISTER, method="POST"),
)
