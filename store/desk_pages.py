"""What pages of a desk are about: rows that only the session's cookie finds and opens."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from store.database import queries
from store.documents import dump, load
from store.rows import DeskPage
from store.staff_seals import StaffSeals

if TYPE_CHECKING:
    import asyncpg

    _Database = asyncpg.Pool[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_Page = TypeVar("_Page", bound=DeskPage)


class DeskPageStore:
    """Keeps a page for the session that it was made in; neither the session's token nor the page's id is stored.

    A row is sealed for its place and its kind of page: another session finds nothing, and whoever writes to the
    database can put nothing in place but an older copy, which has its own end.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", seals: StaffSeals) -> None:
        """Does not own the pool."""
        self._pool = pool
        self._seals = seals

    async def put(self, token: str, page_id: str, page: DeskPage) -> None:
        """Keeps what a page is about, in place of what it was about before."""
        await self._put(self._pool, _place(token, page_id), token, page)

    async def change(
        self, token: str, page_id: str, kind: type[_Page], change: Callable[[_Page], _Page]
    ) -> _Page | None:
        """Changes what a page is about, one change after the other, and returns that; `None` where there is none.

        Raises what `change` raises. A page that stays the same is not written.
        """
        place = _place(token, page_id)
        async with self._pool.acquire() as connection, connection.transaction():
            page = self._opened(await queries.lock_desk_page(connection, id=place), kind, place, token)
            changed = None if page is None else change(page)
            if changed is not None and changed != page:
                await self._put(connection, place, token, changed)
            return changed

    async def find(self, token: str, page_id: str, kind: type[_Page]) -> _Page | None:
        """What a page of this kind is about, whether or not it has ended; `None` where this session has none."""
        place = _place(token, page_id)
        return self._opened(await queries.find_desk_page(self._pool, id=place), kind, place, token)

    async def forget(self, before: datetime, most: int) -> int:
        """Deletes at most `most` pages that ended before a moment; returns how many."""
        return int(await queries.forget_desk_pages(self._pool, before=before, most=most))

    async def _put(self, database: "_Database", place: bytes, token: str, page: DeskPage) -> None:
        key_id, sealed = self._seals.seal(dump(page), _context(type(page), place), token)
        await queries.put_desk_page(database, id=place, key_id=key_id, sealed=sealed, ends_at=page.ends_at)

    def _opened(self, row: "asyncpg.Record | None", kind: type[_Page], place: bytes, token: str) -> _Page | None:
        opened = None if row is None else self._seals.unseal(row["key_id"], row["sealed"], _context(kind, place), token)
        return None if opened is None else load(kind, opened)


def _context(kind: type[DeskPage], place: bytes) -> str:
    return f"desk_pages|{kind.__name__}|{place.hex()}"


def _place(token: str, page_id: str) -> bytes:
    return hashlib.sha256(f"{token}|{page_id}".encode(errors="replace")).digest()
