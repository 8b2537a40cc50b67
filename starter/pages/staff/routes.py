"""A page for staff: who may see it is declared with its route, and checked before the page is made."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.errors import InvalidInput, Refusal, SessionEnded, UgyfelkapuError, Unavailable, WrongRole
from registration.operations import Operation
from starter.gateway import StaffSession
from starter.pages.problems import on_refusal
from starter.pages.staff.continuation import keep_form, leads_here, show_kept_form
from starter.pages.staff.site import site_of

StaffPage = Callable[[Request, StaffSession], Awaitable[Response]]
"""Answers a request of somebody who is signed in and may do the operation of its route."""


_OTHER_SITES: Final = frozenset({"cross-site", "same-site"})
"""What `Sec-Fetch-Site` says of a link at another site, or at another port or subdomain."""


class _Number(Convertor[int]):
    """A number in a path, `{…:number}`. Starlette's own takes any length, and Python reads at most 4,300 digits."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


class StaffRoute(Route):
    """A page of one operation, for the roles of that operation's row; every other role gets 403, on record.

    A link at another site leads to the home page.

    Without an operation of its own a page is for everybody who is signed in. With `menu` (a message id) the page is in
    the menu of those who may see it.
    """

    def __init__(  # noqa: PLR0913  what a route declares
        self,
        path: str,
        page: StaffPage,
        *,
        operation: Operation = Operation.PAGES_SESSION,
        method: str = "GET",
        menu: str | None = None,
        is_use: bool = True,
    ) -> None:
        """Serves `page` at a path; without `is_use` a script asks by itself, which keeps no session open."""
        self.operation = operation
        self.menu = menu

        async def guarded(request: Request) -> Response:
            is_from_elsewhere = method == "GET" and request.headers.get("sec-fetch-site") in _OTHER_SITES
            if is_from_elsewhere and not await leads_here(request):
                return RedirectResponse("/", HTTPStatus.SEE_OTHER)  # a link elsewhere makes no entry in anybody's name
            try:
                session = await self._admitted(request, is_use=is_use)
            except SessionEnded:
                await keep_form(request)
                raise
            await show_kept_form(request, session)
            return await page(request, session)

        super().__init__(path, guarded, methods=[method])

    def is_for(self, session: StaffSession) -> bool:
        """Whether this person may see the page."""
        return session.principal.actor.kind in self.operation.row.actors

    async def _admitted(self, request: Request, *, is_use: bool) -> StaffSession:
        """The session of who may see the page. Raises `SessionEnded`, `StaffDisabled`, `OfficeNotOpen`, `WrongRole`."""
        site = site_of(request)
        token = site.cookies.of(request, site.cookies.session)
        session: StaffSession = await site.sessions.present(token, is_use=is_use)
        request.state.session = session
        if not self.is_for(session):
            raise WrongRole(actor=session.principal.actor.kind, message=self.operation)
        return session


async def put_on_record(request: Request, refusal: UgyfelkapuError) -> None:
    """Notes what refuses somebody who is signed in, unless a gateway has put it on record. Raises `Unavailable`.

    A page that shows a refusal in its form awaits this first; every other refusal comes here by itself.
    """
    session: StaffSession | None = getattr(request.state, "session", None)
    if session and isinstance(refusal, Refusal | InvalidInput) and not refusal.is_on_record:
        actor, operation = session.principal.actor, _operation(request.scope.get("route"))
        about = request.path_params.get("id")
        await site_of(request).door.turn_away(actor, operation, type(refusal).__name__, about and str(about))
        refusal.is_on_record = True


async def on_staff_refusal(request: Request, refusal: Exception) -> Response:
    """The page of a refusal, once it is on record."""
    if isinstance(refusal, UgyfelkapuError):
        try:
            await put_on_record(request, refusal)
        except Unavailable as trouble:
            refusal = trouble
    return await on_refusal(request, refusal)


def _operation(route: Any) -> Operation:  # noqa: ANN401  whatever route was matched
    return route.operation if isinstance(route, StaffRoute) else Operation.PAGES_SESSION
