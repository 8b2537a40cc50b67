"""The access record of an office for a day in Budapest, which parts of two chains have, a page at a time."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from registration.access import Access, AccessPlace
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.times import span_of
from starter.gateway import accesses
from starter.gateway.accesses import Accesses
from store.accesses import AccessStore
from tests.store.lives import Store

DAY: Final = date(2027, 3, 2)
OFFICE: Final = "1051"


def at(day: int, hour: int, minute: int = 30) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


EARLIER: Final = (at(1, 9), at(1, 10), at(1, 22))
WITHIN: Final = (at(1, 23), at(2, 8), at(2, 9), at(2, 10), at(2, 22))
LATER: Final = (at(2, 23), at(2, 23, 31), at(2, 23, 32), at(3, 8))


@pytest.mark.parametrize("most", [1, 2, 3, 500])
async def test_every_entry_of_the_day_is_on_one_page_the_newest_first(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """However many entries of the days around it lie between; another office's are never shown."""
    monkeypatch.setattr(accesses, "_MOST", most)
    clock = iter([*EARLIER, *WITHIN, *LATER, *WITHIN])
    record = Accesses(AccessStore(store.pool), lambda: next(clock))
    for office in [OFFICE] * len(EARLIER + WITHIN + LATER) + ["9021"] * len(WITHIN):
        await record.add(Access(Actor(ActorKind.CLERK, "clerk-7", office), Operation.DESK_SEARCH))

    shown: list[datetime] = []
    place: AccessPlace | None = AccessPlace(DAY + timedelta(days=9), OFFICE, 1)
    while place:
        page = await record.newest_within(OFFICE, *span_of(DAY), place)
        assert 0 < len(page.entries) <= most or page.end is None
        shown += [entry.at for entry in page.entries]
        place = page.end
    assert shown == list(WITHIN[::-1])


async def test_a_day_without_entries_has_no_page(store: Store) -> None:
    record = Accesses(AccessStore(store.pool), lambda: at(2, 8))
    assert (await record.newest_within(OFFICE, *span_of(DAY), None)).entries == ()
