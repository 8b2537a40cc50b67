"""The policy: what is in force, what was, and a new one, which is tried before it is adopted."""

from collections.abc import Mapping
from dataclasses import fields
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registration.errors import InvalidInput
from registration.operations import Operation
from registration.policy import Policy
from registration.policy_form import PolicyAnswer
from registration.sentences import N_
from starter.gateway import StaffSession
from starter.pages.browser import posted
from starter.pages.forms import PostedForm
from starter.pages.once import once
from starter.pages.rendering import refused_view, view
from starter.pages.staff.operations.gateway import ROOT, operations_of
from starter.pages.staff.routes import StaffRoute, put_on_record

PATH: Final = f"{ROOT}/szabalyzat"
_NEW: Final = f"{PATH}/uj"
_TEMPLATE: Final = "staff/operations/new_policy.html"
_TITLES: Final[Mapping[str, str]] = {each.name: each.metadata["title"] for each in fields(PolicyAnswer)}
_VERSION: Final = "version"
_LISTED: Final = "password_reminder_days"


async def show(request: Request, session: StaffSession) -> Response:
    """What is in force and what was before."""
    history = await operations_of(request, session).policy_history()
    return view(request, "staff/operations/policy.html", policies=history.policies, titles=_TITLES, new_path=_NEW)


async def show_new(request: Request, session: StaffSession) -> Response:
    """The form, filled with what is in force and the next version; once it is sent, what would change."""
    operations = operations_of(request, session)
    typed = {name: request.query_params[name] for name in _TITLES if name in request.query_params}
    if not typed:
        return view(request, _TEMPLATE, form=_filled(await operations.policy()), **_facts())
    form = PostedForm(typed)
    try:
        tried = await operations.try_policy(_values(form))
    except InvalidInput as refusal:
        return refused_view(request, _TEMPLATE, form, refusal, at=_VERSION, **_facts())
    return view(request, _TEMPLATE, form=form, **_facts(tried.changes))


async def adopt(request: Request, session: StaffSession) -> Response:
    """Puts it in force."""
    form, operations = await posted(request), operations_of(request, session)

    async def act(_request_id: str) -> object:
        return await operations.change_policy(_values(form))

    try:
        await once(request, form, act)
    except InvalidInput as refusal:
        await put_on_record(request, refusal)
        return refused_view(request, _TEMPLATE, form, refusal, at=_VERSION, **_facts())
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


def _filled(present: Policy) -> PostedForm:
    values = {name: str(getattr(present, name)) for name in _TITLES}
    values |= {
        _VERSION: str(present.version + 1),
        _LISTED: ", ".join(map(str, present.password_reminder_days)),
    }
    return PostedForm(values)


def _values(form: PostedForm) -> dict[str, Any]:
    """What was typed, as a file of a policy has it; what is no number stays text, which the rules refuse."""
    values: dict[str, Any] = {name: _number(form[name]) for name in _TITLES}
    values[_LISTED] = [_number(each) for each in form[_LISTED].split(",")]
    return values


def _number(typed: str) -> int | str:
    text = typed.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("1000000000") else text


def _facts(changed: object = None) -> dict[str, Any]:
    return {"changed": changed, "titles": _TITLES, "new_path": _NEW, "path_of_list": PATH}


ROUTES: Final = (
    StaffRoute(PATH, show, operation=Operation.OPERATIONS_POLICY, menu=N_("Policy")),
    StaffRoute(_NEW, show_new, operation=Operation.OPERATIONS_POLICY),
    StaffRoute(_NEW, adopt, operation=Operation.OPERATIONS_ADOPT_POLICY, method="POST"),
)
