"""The access record: who looked at an account, acted on it or was refused; or who did at an office on a day."""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from registration.access import AccessOutcome
from registration.access_lines import AccessLine, AccessList
from registration.errors import InvalidInput
from registration.forms import checked_past
from registration.operations import Operation
from registration.sentences import N_
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

_OF_ACCOUNT: Final = f"{ROOT}/fiokok/{{id:uuid}}/betekintesek"
_OF_OFFICE: Final = f"{ROOT}/naplo"
_OUTCOMES: Final = {
    AccessOutcome.DONE: N_("looked at"),
    AccessOutcome.BEGUN: N_("undertaken"),
    AccessOutcome.REFUSED: N_("refused"),
}


async def show_of_account(request: Request, session: StaffSession) -> Response:
    """What was done to one account, 500 entries a page."""
    registration_id = str(request.path_params["id"])
    page = await auditor_of(request, session).accesses_about(registration_id, after(request))
    account = account_path(registration_id)
    return audit_view(
        request, "accesses_of_account.html", account=account, registration_id=registration_id, **_listed(request, page)
    )


async def download_of_account(request: Request, session: StaffSession) -> Response:
    """All of it as CSV."""
    auditor, registration_id = auditor_of(request, session), str(request.path_params["id"])

    async def read(place: str | None) -> AccessList:
        return await auditor.accesses_about(registration_id, place)

    return await paged_csv(AccessLine, "betekintesek.csv", read, lambda page: page.entries)


async def show_of_office(request: Request, session: StaffSession) -> Response:
    """What was done at an office on a day (UTC), 500 entries a page."""
    form = asked(request)
    if not is_asked(request):
        return audit_view(request, "accesses_of_office.html", page=None)
    try:
        page = await _of_office(request, session, form, after(request))
    except InvalidInput as refusal:
        return await refused_audit_view(request, "accesses_of_office.html", form, refusal, at="office", page=None)
    return audit_view(request, "accesses_of_office.html", form=form, **_listed(request, page))


async def download_of_office(request: Request, session: StaffSession) -> Response:
    """All of that as CSV."""
    form = asked(request)

    async def read(place: str | None) -> AccessList:
        return await _of_office(request, session, form, place)

    return await paged_csv(AccessLine, "hozzaferesi-naplo.csv", read, lambda page: page.entries)


async def _of_office(request: Request, session: StaffSession, form: PostedForm, place: str | None) -> AccessList:
    day = checked_past("day", form["day"], datetime.now(UTC).date())
    return await auditor_of(request, session).accesses_at(form["office"], day, place)


def _listed(request: Request, page: AccessList) -> dict[str, object]:
    """What a page of entries shows, with the addresses of the next page and of the file."""
    language, chosen = request.state.language, dict(asked(request).values)
    return {
        "page": page,
        "next_page": page.next and address(request.state.path, **chosen, after=page.next),
        "csv": address(f"{request.state.path}.csv", **chosen),
        "local": lambda moment: local(moment, language),
        "utc": utc,
        "account_path": account_path,
        "outcomes": _OUTCOMES,
        **names_of(language),
    }


ROUTES: Final = (
    StaffRoute(_OF_ACCOUNT, show_of_account, operation=Operation.AUDIT_ACCESS_ENTRIES),
    StaffRoute(f"{_OF_ACCOUNT}.csv", download_of_account, operation=Operation.AUDIT_ACCESS_ENTRIES),
    StaffRoute(_OF_OFFICE, show_of_office, operation=Operation.AUDIT_ACCESS_ENTRIES, menu=N_("Access record")),
    StaffRoute(f"{_OF_OFFICE}.csv", download_of_office, operation=Operation.AUDIT_ACCESS_ENTRIES),
)
