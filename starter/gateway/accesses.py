"""The access record, as gateways and the HTTP layer write it: every look, every act and every refused attempt."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError

from registration.access import (
    NO_OFFICE,
    Access,
    AccessEntry,
    AccessOutcome,
    AccessPage,
    AccessPlace,
    without_refused_beginnings,
)
from registration.messages import Actor
from registration.operations import Operation
from registration.times import is_shown
from store.accesses import AccessStore
from store.documents import load

_MOST: Final = 500
"""Entries of a page: some hundred kilobytes."""


_APART: Final = timedelta(minutes=10)
"""So far the clocks of processes may be apart: the entries of a chain are in the order in which they were written."""


@dataclass(frozen=True)
class _NewerAccess(Access):
    operation: str  # type: ignore[assignment]  # any: that of a process of a newer version


@dataclass(frozen=True)
class _NewerEntry(AccessEntry):
    access: _NewerAccess


class Accesses:
    """Adds entries at the gateway's clock; each is durable when the call returns."""

    def __init__(self, store: AccessStore, clock: Callable[[], datetime]) -> None:
        """Shares the process's pool."""
        self._store = store
        self._clock = clock

    async def add(self, access: Access) -> None:
        """Adds an entry to the chain of the actor's office and of today (UTC)."""
        await self._store.add(access, self._clock())

    async def note_refusal(
        self, actor: Actor, operation: Operation, refusal: str, registration_id: str | None = None
    ) -> None:
        """Notes an attempt that was refused before any gateway was asked, such as a role that does not suffice."""
        await self.add(Access(actor, operation, AccessOutcome.REFUSED, registration_id, refusal=refusal))

    async def entries(self, office: str | None, day: date) -> list[AccessEntry]:
        """One chain in order; `None` is that of those who act for no office."""
        return [_entry(row["body"]) async for row in self._store.entries(office or NO_OFFICE, day)]

    async def entries_within(self, office: str | None, since: datetime, until: datetime) -> list[AccessEntry]:
        """The entries of an office from `since` until before `until`, of a day or two."""
        first, last = (moment.astimezone(UTC).date() for moment in (since, until))
        days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
        entries = [entry for day in days for entry in await self.entries(office, day)]
        return [entry for entry in entries if since <= entry.at < until]

    async def newest_within(
        self, office: str | None, since: datetime, until: datetime, before: AccessPlace | None
    ) -> AccessPage:
        """At most 500 of them, the newest first; the next page is before the place of the last entry."""
        first, last = (moment.astimezone(UTC).date() for moment in (since, until))
        is_within = before is not None and before.day <= last
        place = before if is_within else AccessPlace(last + timedelta(days=1), "", 0)
        while place:
            rows = await self._store.newest_at(office or NO_OFFICE, first, place, most=_MOST + 1)
            page = _page(rows)
            within = tuple(entry for entry in page.entries if since <= entry.at < until)
            is_last = not page.entries or page.entries[-1].at < since - _APART
            place = None if is_last else page.end
            if within or place is None:
                return await self._listed(replace(page, entries=within, end=place))
        return AccessPage((), None)

    async def page_of_chain(self, office: str, day: date, after: AccessPlace | None) -> AccessPage:
        """At most 500 entries of one chain in order, from behind a place on; a refused act is one of them."""
        begin = after.sequence if after else 0
        return await self._listed(_page(await self._store.page_of_chain(office, day, begin, most=_MOST + 1)))

    async def page_about(self, registration_id: str, after: AccessPlace | None) -> AccessPage:
        """At most 500 entries about a registration, by day, office and place in the chain, from behind a place on."""
        begin = after or AccessPlace(date.min, "", 0)
        return await self._listed(_page(await self._store.page_about(registration_id, begin, most=_MOST + 1)))

    async def newest_about(self, registration_id: str, before: AccessPlace | None) -> AccessPage:
        """The same from the newest on, towards the oldest; the next page is before the place of the last entry.

        What cannot be read is left out and counted: verification names it to auditors.
        """
        end = before or AccessPlace(date.max, "", 0)
        rows = await self._store.newest_about(registration_id, end, most=_MOST + 1)
        entries = _readable(rows[:_MOST])
        unreadable = len(rows[:_MOST]) - len(entries)
        return await self._listed(AccessPage(tuple(entries), _end(rows), unreadable))

    async def listed(self, entries: Sequence[AccessEntry]) -> list[AccessEntry]:
        """The entries as a list shows them: a refused act is one line, also where both its entries are in the chain."""
        begun = {entry.access.request_id for entry in entries if entry.access.outcome is AccessOutcome.BEGUN}
        rows = await self._store.with_requests({request_id for request_id in begun if request_id})
        return list(without_refused_beginnings(entries, _readable(rows)))

    async def _listed(self, page: AccessPage) -> AccessPage:
        return replace(page, entries=tuple(await self.listed(page.entries)))


def _page(rows: Sequence[Mapping[str, Any]]) -> AccessPage:
    """A page of rows of which one more was asked for than it may have."""
    return AccessPage(tuple(_entry(row["body"]) for row in rows[:_MOST]), _end(rows))


def _entry(body: str) -> AccessEntry:
    """An entry; an operation that only a newer process knows is its name. Raises `ValidationError`."""
    try:
        return load(AccessEntry, body)
    except ValidationError:
        return load(_NewerEntry, body)


def _end(rows: Sequence[Mapping[str, Any]]) -> AccessPlace | None:
    """From the last row's columns: a body may have been changed to name another place."""
    if len(rows) <= _MOST:
        return None
    last = rows[_MOST - 1]
    return AccessPlace(last["day"], last["office"], last["sequence"])


def _readable(rows: Iterable[Mapping[str, Any]]) -> list[AccessEntry]:
    """The entries of which body and time can be read."""
    entries = []
    for row in rows:
        with suppress(ValidationError):
            entries.append(_entry(row["body"]))
    return [entry for entry in entries if is_shown(entry.at)]
