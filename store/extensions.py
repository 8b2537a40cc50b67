"""Bulk extensions in the database: who requested and approved them, the accounts on the list, and their outcomes."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from registration.access import LISTING, Access
from registration.administration import Administered, Content, ListContent
from registration.extension_answers import ExtensionItem
from registration.extensions import (
    Expiring,
    Extension,
    ExtensionOutcome,
    Progress,
    extension_request_id,
)
from registration.statuses import Status
from store.administrative_changes import Change, changing
from store.database import queries, retried

if TYPE_CHECKING:
    import asyncpg

_PAGE: Final = 1000
"""Rows of one statement: some tens of milliseconds."""

_LIST_SECONDS: Final = 600
"""A database that sorts half a million rows before it gives the first."""

_FIRST: Final = UUID(int=0)
_LAST: Final = UUID(int=2**128 - 1)
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
_LONG_AHEAD: Final = datetime(9999, 1, 1, tzinfo=UTC)


class ExtensionStore:
    """Writes and reads through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Does not own it."""
        self._pool = pool

    @retried
    async def add(self, extension: Extension, by: Access) -> Extension:
        """Writes a requested extension; one that has this id already is left as it is, and returned."""
        async with changing(self._pool, by, extension.requested_at) as change:
            row = await queries.insert_extension(
                change.connection,
                id=extension.id,
                before=extension.before,
                days=extension.days,
                requested_by=extension.requested_by,
                requested_at=extension.requested_at,
            )
            await change.enter([Content.of(Administered.EXTENSION, row)] if row else [])
        return await self.find(extension.id) or extension

    async def find(self, extension_id: str) -> Extension | None:
        """An extension."""
        row = await queries.find_extension(self._pool, id=extension_id)
        return None if row is None else _extension(row)

    async def newest(self, older_than: Extension | None, most: int) -> list[tuple[Extension, Progress]]:
        """The newest extensions, or the newest of those older than one, and how far each has come."""
        rows = queries.newest_extensions(
            self._pool,
            requested_at=older_than.requested_at if older_than else _LONG_AHEAD,
            id=older_than.id if older_than else _LAST,
            most=most,
        )
        return [(_extension(row), _progress(row)) async for row in rows]

    @retried
    async def approve(self, extension_id: str, by: Access, now: datetime) -> None:
        """Writes the approval, unless there is one. Raises `asyncpg.CheckViolationError` for the requester's own."""
        async with changing(self._pool, by, now) as change:
            row = await queries.approve_extension(
                change.connection, id=extension_id, approved_by=by.actor.id, approved_at=now
            )
            await change.enter([Content.of(Administered.APPROVAL, row)] if row else [])

    async def expiring(self, before: datetime) -> AsyncIterator[list[Expiring]]:
        """The accounts whose password expires before a moment, as of one moment, each once; in pages of 1,000."""
        since, after = _LONG_AGO, _FIRST
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            while page := [
                row
                async for row in queries.expiring_accounts(
                    connection, before=before, since=since, after=after, most=_PAGE
                )
            ]:
                yield [
                    Expiring(str(row["id"]), Status(row["status"]), row["password_valid_until"], row["submitted_at"])
                    for row in page
                ]
                since, after = page[-1]["password_valid_until"], page[-1]["id"]

    async def fix_list(self, extension_id: str, pages: AsyncIterator[Sequence[ExtensionItem]], now: datetime) -> None:
        """Fixes the list, once and in one transaction: it has exactly these accounts.

        Its content goes into the access record. A list that is fixed already does not change.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            if await queries.lock_unlisted_extension(connection, id=extension_id) is None:
                return
            await queries.clear_extension_items(connection, extension_id=extension_id)
            async for items in pages:
                await queries.insert_extension_items(
                    connection,
                    extension_id=extension_id,
                    registration_ids=[item.registration_id for item in items],
                    valid_until=[item.valid_until for item in items],
                    until=[item.until for item in items],
                )
            await queries.note_extension_listed(connection, id=extension_id, listed_at=now)
            fixed = ListContent(extension_id)
            listed = connection.cursor(
                queries.extension_list.sql, UUID(extension_id), prefetch=_PAGE, timeout=_LIST_SECONDS
            )
            async for row in listed:
                fixed.add(dict(row))
            await Change(connection, LISTING, now).enter([fixed.content()])

    async def open_items(self, extension_id: str, after: str | None, most: int) -> dict[str, datetime]:
        """The next accounts without an outcome, by id, and until when each is to be extended."""
        rows = queries.open_extension_items(
            self._pool, extension_id=extension_id, after=UUID(after) if after else _FIRST, most=most
        )
        return {str(row["registration_id"]): row["until"] async for row in rows}

    async def settle(self, extension_id: str, registration_ids: Collection[str]) -> set[str]:
        """Notes the outcome of those of these accounts whose record has one, and returns their ids."""
        asked = list(registration_ids)
        rows = queries.settle_extension_items(
            self._pool,
            extension_id=extension_id,
            registration_ids=asked,
            request_ids=[extension_request_id(extension_id, registration_id) for registration_id in asked],
        )
        return {str(row["registration_id"]) async for row in rows}

    async def refuse(self, extension_id: str, registration_ids: Collection[str]) -> None:
        """Notes that these accounts cannot be extended: they have no workflow."""
        await queries.refuse_extension_items(
            self._pool, extension_id=extension_id, registration_ids=list(registration_ids)
        )

    async def finish(self, extension_id: str, now: datetime) -> None:
        """Notes the end if every account has its outcome."""
        await queries.finish_extension(self._pool, id=extension_id, finished_at=now)

    async def progress(self, extension_id: str) -> Progress:
        """How far an extension has come."""
        return _progress(await queries.extension_progress(self._pool, extension_id=extension_id))

    async def items(self, extension_id: str) -> AsyncIterator[ExtensionItem]:
        """The whole list, by id, read as it is needed."""
        after = _FIRST
        while page := [
            row
            async for row in queries.extension_items_of(self._pool, extension_id=extension_id, after=after, most=_PAGE)
        ]:
            for row in page:
                yield ExtensionItem(
                    registration_id=str(row["registration_id"]),
                    valid_until=row["valid_until"],
                    until=row["until"],
                    outcome=ExtensionOutcome(row["outcome"] or ExtensionOutcome.OPEN),
                    reason=row["detail"],
                )
            after = page[-1]["registration_id"]


def _extension(row: "asyncpg.Record") -> Extension:
    return Extension(
        id=str(row["id"]),
        before=row["expiring_before"],
        days=row["days"],
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        approved_by=row["approved_by"],
        approved_at=row["approved_at"],
        listed_at=row["listed_at"],
        finished_at=row["finished_at"],
    )


def _progress(row: "asyncpg.Record") -> Progress:
    return Progress(row["total"], row["extended"], row["refused"], row["open"])
