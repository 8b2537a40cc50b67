"""What the auditor's pages have in common: the gateway of who is signed in, lists in pages, and downloads."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from registration.errors import UgyfelkapuError
from registration.messages import ActorKind
from registration.operations import Operation
from registration.sentences import Vocabulary
from registration.statuses import Language
from starter.gateway import AuditorGateway, StaffSession
from starter.gateway.csv_lines import csv_header, csv_of, csv_row
from starter.pages.assets import AUDIT_STYLE_PATH
from starter.pages.forms import PostedForm
from starter.pages.rendering import refused_view, view
from starter.pages.staff.routes import put_on_record
from starter.pages.staff.site import site_of
from starter.translation import translated

ROOT: Final = "/ellenorzes"
CSV: Final = "text/csv; charset=utf-8"
AFTER: Final = "after"


class _ListPage(Protocol):
    """A page of a list; `next` is the place behind it, if there is more."""

    @property
    def next(self) -> str | None: ...


_Page = TypeVar("_Page", bound=_ListPage)


def auditor_of(request: Request, session: StaffSession) -> AuditorGateway:
    """The gateway of the auditor who is signed in."""
    return AuditorGateway(site_of(request).engine, session.principal.id)


def asked(request: Request) -> PostedForm:
    """The form in a page's address: what narrows a list. It names no person."""
    return PostedForm({name: typed for name, typed in request.query_params.items() if name != AFTER})


def after(request: Request) -> str | None:
    """The place in a list that the page is behind."""
    return request.query_params.get(AFTER)


def is_asked(request: Request) -> bool:
    """Whether a form was sent; else it is shown empty, and nothing is looked at."""
    return bool(request.query_params)


def audit_view(request: Request, template: str, **facts: Any) -> Response:  # noqa: ANN401  as view()
    """A page with the style sheet of lives and plots."""
    return view(request, f"staff/audit/{template}", audit_style_path=AUDIT_STYLE_PATH, **facts)


async def refused_audit_view(
    request: Request,
    template: str,
    form: PostedForm,
    refusal: UgyfelkapuError,
    *,
    at: str,
    **facts: Any,  # noqa: ANN401  as view()
) -> Response:
    """The form again with what is wrong, once that is on record."""
    await put_on_record(request, refusal)
    named = f"staff/audit/{template}"
    return refused_view(request, named, form, refusal, at=at, audit_style_path=AUDIT_STYLE_PATH, **facts)


def labels_of(vocabulary: Iterable[Vocabulary], language: Language) -> Callable[[str], str]:
    """What people call a value by the name that the record has; one that is not of the vocabulary stays as it is."""
    labels = {each.value: translated(each, language) for each in vocabulary}
    return lambda name: labels.get(name, name)


def names_of(language: Language) -> dict[str, Callable[[str], str]]:
    """The labels of kinds of users and of operations, for the lists of entries and acts."""
    return {"kind": labels_of(ActorKind, language), "operation": labels_of(Operation, language)}


def address(path: str, /, **parameters: str | None) -> str:
    """A path of this site with those parameters, of whatever names, that have a value."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{query}" if query else path


def download(content: str, media_type: str, name: str) -> Response:
    """A file to be kept."""
    return Response(content, media_type=media_type, headers=_named(name))


def csv_download(kind: type, items: Iterable[object], name: str) -> Response:
    """Answers of one kind as a file for spreadsheets; times in UTC."""
    return download(csv_of(kind, items), CSV, name)


async def paged_csv(
    kind: type,
    name: str,
    read: Callable[[str | None], Awaitable[_Page]],
    rows: Callable[[_Page], Iterable[object]],
) -> Response:
    """A list of any length as such a file; `read` gets the page behind a place. Raises what the first page does.

    One page at a time is in memory. What fails later breaks the answer off, so that no part is taken for the whole.
    """
    first = await read(None)

    async def lines() -> AsyncIterator[str]:
        page = first
        yield csv_header(kind) + "".join(map(csv_row, rows(page)))
        while page.next:
            page = await read(page.next)
            yield "".join(map(csv_row, rows(page)))

    return StreamingResponse(lines(), media_type=CSV, headers=_named(name))


def _named(name: str) -> Mapping[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
