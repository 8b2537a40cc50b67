"""Open a registration in person (S2): form and evidence on one page, then the receipt."""

from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput, Refusal
from registration.forms import EvidenceForm
from registration.operations import Operation
from registration.sentences import N_
from registration.statuses import Language
from starter.gateway import OpenedVisit, StaffSession, refused_fields
from starter.pages.browser import posted
from starter.pages.forms import PostedForm
from starter.pages.once import once, result_of
from starter.pages.rendering import view
from starter.pages.staff.desk.counter import Counter
from starter.pages.staff.desk.evidence import KINDS, as_asked, evidence_of, to_keep
from starter.pages.staff.desk.search import PATH
from starter.pages.staff.desk.visit import VISIT
from starter.pages.staff.routes import StaffRoute, put_on_record

_NEW: Final = f"{PATH}/uj"
_FIELDS: Final = (
    *("family_name", "given_name", "birth_name", "birth_place", "birth_date", "mothers_birth_name"),
    *("user_name", "email", "language"),
)
"""In the order of the page: what is in the document, then what the client chooses."""

_LANGUAGES: Final = ((Language.HU, "Magyar"), (Language.EN, "English"))


async def show(request: Request, _session: StaffSession) -> Response:
    """The empty form."""
    return _form_view(request, PostedForm({"language": Language.HU}))


async def register(request: Request, session: StaffSession) -> Response:
    """Opens the registration and begins the client's visit, both once, and leads to the receipt."""
    form, at = await posted(request), Counter.of(request, session)
    answers = {name: form.birth_date if name == "birth_date" else form[name] for name in _FIELDS}

    async def act(request_id: str) -> object:
        opened = await at.desk.register(answers, evidence_of(form), request_id=request_id)
        recipient = f"{form['family_name'].strip()} {form['given_name'].strip()}"
        seen = {**to_keep(form), "recipient": recipient}
        return OpenedVisit(await at.pages.begin_visit(at.token, opened.registration_id, matches=True, **seen))

    try:
        key = await once(request, form, act)
    except (Refusal, InvalidInput) as refusal:
        await put_on_record(request, refusal)
        return _form_view(request, _refused(form, answers, refusal), status=refusal.problem.status)
    opened: dict[str, Any] = await result_of(request, _NEW, key) or {}
    return RedirectResponse(f"{VISIT}/{opened['visit']}/nyugta/uj", HTTPStatus.SEE_OTHER)


def _refused(form: PostedForm, answers: dict[str, str], refusal: Refusal | InvalidInput) -> PostedForm:
    """With all that is wrong with the fields, each beside its own."""
    asked = as_asked(PostedForm({**form.values, **answers}))
    wrong: list[Refusal | InvalidInput] = [*refused_fields(answers)]
    try:
        EvidenceForm.parse(evidence_of(form))
    except InvalidInput as other:
        wrong.append(other)
    for each in wrong or [refusal]:
        asked = asked.refused(each, "user_name")
    return asked


def _form_view(request: Request, form: PostedForm, *, status: int = 200) -> Response:
    return view(request, "staff/desk/register.html", status=status, form=form, kinds=KINDS, languages=_LANGUAGES)


ROUTES: Final = (
    StaffRoute(_NEW, show, operation=Operation.DESK_REGISTER, menu=N_("Open a registration")),
    StaffRoute(_NEW, register, operation=Operation.DESK_REGISTER, method="POST"),
)
