"""A client at the desk: the registration, what can be done now, whether the person matches, letters."""

from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput, Refusal, TooManyGuesses
from registration.forms import checked_uuid
from registration.messages import ActorKind, SendAgain
from registration.operations import Operation
from registration.record import Event
from registration.sentences import N_, Sentence
from registration.staff_acts import operation_of
from starter.gateway import StaffSession, refused_fields
from starter.pages.browser import posted
from starter.pages.forms import FieldError, PostedForm
from starter.pages.once import once, result_of
from starter.pages.rendering import refused_view, view
from starter.pages.staff.desk.act_table import ACTS, DeskAct
from starter.pages.staff.desk.counter import Counter
from starter.pages.staff.desk.search import IDENTITY, PATH
from starter.pages.staff.routes import StaffRoute, put_on_record

VISIT: Final = f"{PATH}/ugyfel"
_NO_MATCH: Final = Sentence(
    N_("These are not the data of the registration. Compare what you typed with the document; a supervisor decides.")
)


async def open_visit(request: Request, session: StaffSession) -> Response:
    """Begins the visit of a client; who was searched for by a document is compared by the same data."""
    form, at = await posted(request), Counter.of(request, session)
    registration_id = checked_uuid("registration_id", form["registration_id"])
    criterion = await at.pages.search(at.token, form["search"])
    matches = False
    if set(criterion) == set(IDENTITY):
        try:
            matches = (await at.desk.compare(registration_id, criterion)).matches
        except TooManyGuesses:
            matches = False  # the page asks again, and says when
    page_id = await at.pages.begin_visit(at.token, registration_id, matches=matches)
    return RedirectResponse(f"{VISIT}/{page_id}", HTTPStatus.SEE_OTHER)


async def show(request: Request, session: StaffSession) -> Response:
    """The registration."""
    return await visit_view(request, session)


async def show_done(request: Request, session: StaffSession) -> Response:
    """The same after an act, with its result first."""
    page_id, path, key = (request.path_params[name] for name in ("visit", "act", "key"))
    done = next((act for act in ACTS if act.path == path), None)
    if done is None or await result_of(request, f"{VISIT}/{page_id}/{path}", key) is None:
        return RedirectResponse(f"{VISIT}/{page_id}", HTTPStatus.SEE_OTHER)
    return await visit_view(request, session, done=done)


async def compare(request: Request, session: StaffSession) -> Response:
    """Says whether the person matches; a match is kept for the visit."""
    form, at = await posted(request), Counter.of(request, session)
    page_id = request.path_params["visit"]
    visit = await at.pages.visit(at.token, page_id)
    typed = {name: form.birth_date if name == "birth_date" else form[name] for name in IDENTITY}
    asked = PostedForm({**form.values, **typed})
    try:
        compared = await at.desk.compare(visit.registration_id, typed)
    except (Refusal, InvalidInput) as refusal:
        wrong = refused_fields(typed) if isinstance(refusal, InvalidInput) else ()
        refused = asked.refused_by(wrong or [refusal], IDENTITY[0])
        return await visit_view(request, session, form=refused, status=refusal.problem.status)
    if not compared.matches:
        await at.pages.update_visit(at.token, page_id, matches=False)
        refused = PostedForm(asked.values, (FieldError(IDENTITY[0], _NO_MATCH),))
        return await visit_view(request, session, form=refused, status=HTTPStatus.CONFLICT)
    await at.pages.update_visit(at.token, page_id, matches=True)
    return RedirectResponse(f"{VISIT}/{page_id}", HTTPStatus.SEE_OTHER)


async def show_letters(request: Request, session: StaffSession) -> Response:
    """Letters and what became of them."""
    return view(request, "staff/desk/letters.html", **await _letters(request, session))


async def send_again(request: Request, session: StaffSession) -> Response:
    """Sends a letter that did not arrive again."""
    form, at = await posted(request), Counter.of(request, session)
    page_id = request.path_params["visit"]
    visit = await at.pages.visit(at.token, page_id)

    async def act(request_id: str) -> object:
        return await at.desk.send_again(visit.registration_id, form["letter"], request_id=request_id)

    try:
        key = await once(request, form, act)
    except (Refusal, InvalidInput) as refusal:
        await put_on_record(request, refusal)
        facts = await _letters(request, session)
        return refused_view(request, "staff/desk/letters.html", form, refusal, at="letters", **facts)
    return RedirectResponse(f"{VISIT}/{page_id}/levelek/kesz/{key}", HTTPStatus.SEE_OTHER)


async def show_sent(request: Request, session: StaffSession) -> Response:
    """The letters, with the result first."""
    page_id, key = request.path_params["visit"], request.path_params["key"]
    is_sent = await result_of(request, f"{VISIT}/{page_id}/levelek", key) is not None
    return view(request, "staff/desk/letters.html", **(await _letters(request, session) | {"is_sent": is_sent}))


async def visit_view(
    request: Request,
    session: StaffSession,
    *,
    done: DeskAct | None = None,
    form: PostedForm | None = None,
    status: int = 200,
) -> Response:
    """The page of a visit: what is possible first, then what is not, with its reason. Raises `VisitEnded`."""
    at, page_id = Counter.of(request, session), request.path_params["visit"]
    visit = await at.pages.visit(at.token, page_id)
    seen = await at.desk.views.registration(visit.registration_id, visit.begun_at)
    return view(
        request,
        "staff/desk/visit.html",
        status=status,
        form=form,
        visit=visit,
        visit_path=f"{VISIT}/{page_id}",
        seen=seen,
        possible=[act for act in ACTS if seen.refusals[act.message] is None],
        impossible=[(act, why.sentence) for act in ACTS if (why := seen.refusals[act.message])],
        acts=[(act, operation_of(act.kind) or act.kind) for act in seen.acts],
        meanwhile=_meanwhile(seen.act_of_another),
        done=done,
        decides=at.actor.kind is ActorKind.SUPERVISOR,
        can_send_again=seen.refusals[SendAgain] is None,
    )


def _meanwhile(act: Event | None) -> Sentence | None:
    """What another clerk has done since the client came to this desk."""
    if act is None:
        return None
    facts = {"who": act.actor.id, "office": act.actor.office or "–", "when": act.at, "act": operation_of(act.kind)}
    return Sentence(N_("Meanwhile {who} of office {office} acted on this registration: {act}, {when}."), facts)


async def _letters(request: Request, session: StaffSession) -> dict[str, Any]:
    at, page_id = Counter.of(request, session), request.path_params["visit"]
    visit = await at.pages.visit(at.token, page_id)
    letters = (await at.desk.letters(visit.registration_id)).letters
    return {"letters": letters, "visit_path": f"{VISIT}/{page_id}", "is_sent": False}


ROUTES: Final = (
    StaffRoute(VISIT, open_visit, operation=Operation.DESK_LOOK, method="POST"),
    StaffRoute(f"{VISIT}/{{visit}}", show, operation=Operation.DESK_LOOK),
    StaffRoute(f"{VISIT}/{{visit}}/egyeztetes", compare, operation=Operation.DESK_COMPARE, method="POST"),
    StaffRoute(f"{VISIT}/{{visit}}/levelek", show_letters, operation=Operation.DESK_LETTERS),
    StaffRoute(f"{VISIT}/{{visit}}/levelek", send_again, operation=Operation.DESK_SEND_AGAIN, method="POST"),
    StaffRoute(f"{VISIT}/{{visit}}/levelek/kesz/{{key}}", show_sent, operation=Operation.DESK_LETTERS),
    StaffRoute(f"{VISIT}/{{visit}}/{{act}}/kesz/{{key}}", show_done, operation=Operation.DESK_LOOK),
)
