"""What a desk's pages are about, each for one session: searches, visits of clients, data that was disclosed."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Final, TypeVar

from registration.comparing import check_compared
from registration.errors import DisclosedDataEnded, NotCompared, VisitEnded
from registration.messages import Actor
from registration.operations import Operation
from starter.gateway.engine import Engine, answering, now
from starter.gateway.staff_door import StaffWork
from store.rows import DeskPage, DeskSearch, DeskVisit, DisclosedPage

_IDLE: Final = timedelta(minutes=15)
"""A visit or a search that is not used ends then: the next person at the desk may be another one. None outlives its
session, whose token opens it."""

_NOTED_EVERY: Final = timedelta(minutes=1)
"""A use is written at most so often: a page may end by so much earlier, never later."""

DISCLOSED: Final = timedelta(minutes=10)
"""To read the data out, or to print the receipt once more."""

_ID_BYTES: Final = 16
_BATCH: Final = 1_000
"""Rows deleted at once: a few milliseconds."""

_Page = TypeVar("_Page", bound=DeskPage)


class DeskPages:
    """Pages with opaque ids, which lead nowhere without the token of their session. Every method raises `Unavailable`.

    Those that open a page raise `VisitEnded` where it has ended, or is of another session.
    """

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine
        self._store = engine.desk_pages

    @answering
    async def keep_search(self, token: str, criterion: Mapping[str, str]) -> str:
        """The id of the page with the results of a search; `criterion` has fields of `SearchForm`."""
        page_id = secrets.token_urlsafe(_ID_BYTES)
        await self._store.put(token, page_id, DeskSearch(ends_at=now() + _IDLE, **criterion))
        return page_id

    @answering
    async def search(self, token: str, page_id: str) -> dict[str, str]:
        """The criterion of a page of results."""
        found = await self._used(token, page_id, DeskSearch)
        return {name: typed for name, typed in asdict(found).items() if name != "ends_at" and typed is not None}

    @answering
    async def begin_visit(self, token: str, registration_id: str, *, matches: bool = False, **seen: Any) -> str:  # noqa: ANN401  fields of DeskVisit
        """The id of the page of a client who is at the desk now."""
        page_id, begun_at = secrets.token_urlsafe(_ID_BYTES), now()
        visit = DeskVisit(
            ends_at=begun_at + _IDLE, begun_at=begun_at, registration_id=registration_id, matches=matches, **seen
        )
        await self._store.put(token, page_id, visit)
        return page_id

    @answering
    async def visit(self, token: str, page_id: str) -> DeskVisit:
        """The visit of a page."""
        return await self._used(token, page_id, DeskVisit)

    @answering
    async def visit_for(self, token: str, page_id: str, operation: Operation, actor: Actor) -> DeskVisit:
        """The same, for an operation that needs to know the person. Raises `NotCompared` too, on record."""
        visit = await self._used(token, page_id, DeskVisit)
        try:
            check_compared(operation, actor.kind, matches=visit.matches)
        except NotCompared as refusal:
            await StaffWork(self._engine, actor, operation, registration_id=visit.registration_id).refuse(refusal)
            raise
        return visit

    @answering
    async def update_visit(self, token: str, page_id: str, **changes: Any) -> None:  # noqa: ANN401  fields of DeskVisit
        """Notes what is known of a visit by now."""
        await self._use(token, page_id, DeskVisit, **changes)

    @answering
    async def keep_disclosed(self, token: str, request_id: str, registration_id: str, operation: Operation) -> None:
        """Lets the page of this id show, for 10 minutes, what an operation disclosed under it."""
        page = DisclosedPage(ends_at=now() + DISCLOSED, registration_id=registration_id, operation=operation)
        await self._store.put(token, request_id, page)

    @answering
    async def disclosed(self, token: str, visit_id: str, request_id: str, operation: Operation, actor: Actor) -> str:
        """The registration whose data the operation disclosed under an id, in a visit that has not ended.

        Raises `DisclosedDataEnded` where it is no longer shown, or was never disclosed here, and `NotCompared`, on
        record: since then the person may have turned out to be somebody else.
        """
        visit = await self.visit_for(token, visit_id, operation, actor)
        page = await self._store.find(token, request_id, DisclosedPage)
        if page is None or now() >= page.ends_at:
            raise DisclosedDataEnded
        if (page.registration_id, page.operation) != (visit.registration_id, operation):
            raise DisclosedDataEnded
        return visit.registration_id

    @answering
    async def forget_old(self) -> None:
        """Deletes the rows of pages that have ended, in batches."""
        while await self._store.forget(now(), _BATCH) == _BATCH:
            pass

    async def _used(self, token: str, page_id: str, kind: type[_Page]) -> _Page:
        """A page that ends by so much later because it is used."""
        page = await self._open(token, page_id, kind)
        return page if _is_noted(page) else await self._use(token, page_id, kind)

    async def _use(self, token: str, page_id: str, kind: type[_Page], **changes: Any) -> _Page:  # noqa: ANN401  fields of `kind`
        def change(page: _Page) -> _Page:
            if now() >= page.ends_at:
                raise VisitEnded
            return replace(page, ends_at=page.ends_at if _is_noted(page) else now() + _IDLE, **changes)

        page = await self._store.change(token, page_id, kind, change)
        if page is None:
            raise VisitEnded
        return page

    async def _open(self, token: str, page_id: str, kind: type[_Page]) -> _Page:
        page = await self._store.find(token, page_id, kind)
        if page is None or now() >= page.ends_at:
            raise VisitEnded
        return page


def _is_noted(page: DeskPage) -> bool:
    """Whether a use within the last minute is written."""
    return page.ends_at - now() > _IDLE - _NOTED_EVERY
