"""The access record, and everything whose digest it contains, for an audit, from one snapshot."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from registration.administration import Administered, Content, ListContent
from store.database import queries

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_BATCH: Final = 2000
_SECONDS: Final = 600
"""Time for a database that sorts the whole access record before the first row."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class AuditedDay:
    """One chain of the access record: its end as `access_chains` has it, if it has it, and its entries in order."""

    office: str
    day: str
    end: Row | None
    entries: list[Row]


_ADMINISTERED: Final[Mapping[Administered, Any]] = {
    Administered.POLICY: queries.every_policy,
    Administered.OFFICE: queries.every_office,
    Administered.STAFF: queries.every_disabled_staff,
}


class AccessRecord:
    """One transaction."""

    def __init__(self, connection: "Connection") -> None:
        """The caller opens and ends the transaction."""
        self._connection = connection

    async def days(self) -> AsyncIterator[AuditedDay]:
        """The access record, chain by chain; entries without a chain's end are chains too."""
        ends = rows_in_order(self._connection, queries.access_chains_in_order.sql)
        end = await anext(ends, None)
        async for key, entries in _grouped(rows_in_order(self._connection, queries.access_entries_in_order.sql)):
            while end and _place(end) < key:
                yield AuditedDay(*_place(end), end, [])
                end = await anext(ends, None)
            if end and _place(end) == key:
                yield AuditedDay(*key, end, entries)
                end = await anext(ends, None)
            else:
                yield AuditedDay(*key, None, entries)
        while end:
            yield AuditedDay(*_place(end), end, [])
            end = await anext(ends, None)

    async def administered(self) -> AsyncIterator[Content]:
        """The content of every stored policy, office, bulk extension and so on."""
        for about, query in _ADMINISTERED.items():
            async for row in query(self._connection):
                yield Content.of(about, dict(row))
        async for row in queries.every_extension(self._connection):
            terms = dict(row)
            yield Content.of(Administered.EXTENSION, terms)
            if terms["approved_by"] is not None:
                yield Content.of(Administered.APPROVAL, terms)
            if terms["listed_at"] is not None:
                yield await self._list(terms["id"])

    async def unfinished(self) -> list[str]:
        """The bulk extensions that are marked as finished although accounts have no outcome."""
        return [str(row["id"]) async for row in queries.unfinished_extensions(self._connection)]

    async def _list(self, extension_id: UUID) -> Content:
        fixed = ListContent(str(extension_id))
        async for row in rows_in_order(self._connection, queries.extension_list.sql, extension_id):
            fixed.add(row)
        return fixed.content()


def _place(row: Row) -> tuple[str, str]:
    return row["office"], row["day"].isoformat()


async def _grouped(rows: AsyncIterator[Row]) -> AsyncIterator[tuple[tuple[str, str], list[Row]]]:
    """The entries of one chain at a time."""
    entries: list[Row] = []
    async for row in rows:
        if entries and _place(entries[0]) != _place(row):
            yield _place(entries[0]), entries
            entries = []
        entries.append(row)
    if entries:
        yield _place(entries[0]), entries


async def rows_in_order(connection: "Connection", sql: str, *arguments: object) -> AsyncIterator[Any]:
    """The rows of a query in a transaction, however many."""
    cursor = await connection.cursor(sql, *arguments, timeout=_SECONDS)
    while rows := await cursor.fetch(_BATCH, timeout=_SECONDS):
        for row in rows:
            yield row
