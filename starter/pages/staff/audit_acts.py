"""What staff did: on which accounts, when, who, for which office. Each list that is looked at is on record."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from registration.errors import InvalidInput
from registration.operations import Operation
from registration.sentences import N_
from registration.staff_acts import ACTS, ActsQuery, StaffAct, StaffActList
from starter.gateway import StaffSession
from starter.pages.forms import PostedForm
from starter.pages.rendering import local, utc
from starter.pages.staff.audit_accounts import account_path
from starter.pages.staff.audit_parts import (
    ROOT,
    address,
    after,
    asked,
    audit_view,
    auditor_of,
    is_asked,
    names_of,
    paged_csv,
    refused_audit_view,
)
from starter.pages.staff.routes import StaffRoute

_PATH: Final = f"{ROOT}/intezkedesek"


async def show(request: Request, session: StaffSession) -> Response:
    """Acts of an office, a span and a kind, oldest first, 500 a page."""
    form = asked(request)
    if not is_asked(request):
        return audit_view(request, "acts.html", page=None, acts=ACTS)
    try:
        page = await auditor_of(request, session).acts(_query(form), after(request))
    except InvalidInput as refusal:
        return await refused_audit_view(request, "acts.html", form, refusal, at="office", page=None, acts=ACTS)
    language, chosen = request.state.language, dict(form.values)
    return audit_view(
        request,
        "acts.html",
        form=form,
        acts=ACTS,
        page=page,
        next_page=page.next and address(_PATH, **chosen, after=page.next),
        csv=address(f"{_PATH}.csv", **chosen),
        local=lambda moment: local(moment, language),
        utc=utc,
        account_path=account_path,
        **names_of(language),
    )


async def download(request: Request, session: StaffSession) -> Response:
    """All of them as CSV; each 500 are a look on record."""
    auditor, query = auditor_of(request, session), _query(asked(request))

    async def read(place: str | None) -> StaffActList:
        return await auditor.acts(query, place)

    return await paged_csv(StaffAct, "intezkedesek.csv", read, lambda page: page.acts)


def _query(form: PostedForm) -> ActsQuery:
    """What was asked for; an empty field narrows nothing. Raises `InvalidInput`."""
    return ActsQuery.parse(
        office=form["office"].strip() or None,
        since=form["since"].strip() or None,
        until=form["until"].strip() or None,
        operations=[form["operation"]] if form["operation"] else (),
        by_a_person=True,
    )


ROUTES: Final = (
    StaffRoute(_PATH, show, operation=Operation.AUDIT_STAFF_ACTS, menu=N_("Acts of staff")),
    StaffRoute(f"{_PATH}.csv", download, operation=Operation.AUDIT_STAFF_ACTS),
)
