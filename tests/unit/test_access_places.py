"""The place of an entry in the access record, which a page names for the next one."""

from datetime import UTC, date, datetime

import pytest

from registration.access import Access, AccessEntry, AccessPlace
from registration.errors import InvalidInput
from registration.messages import Actor, ActorKind

PLACE = AccessPlace(date(2027, 3, 1), "1051", 17)


@pytest.mark.parametrize("place", [PLACE, AccessPlace(date(2027, 3, 1), "-", 1)], ids=str)
def test_a_place_is_read_as_it_was_written(place: AccessPlace) -> None:
    assert AccessPlace.parse("after", str(place)) == place


def test_an_entry_stands_at_its_place() -> None:
    access = Access(Actor(ActorKind.CLERK, "clerk-7", "1051"), "desk.look")
    entry = AccessEntry("1051", PLACE.day, 17, datetime(2027, 3, 1, tzinfo=UTC), access, "0" * 64)
    assert AccessPlace.of(entry) == PLACE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "17",
        "2027-03-01/1051",
        "2027-03-01/1051/17/18",
        "20270301/1051/17",
        "2027-02-30/1051/17",
        "2027-03-01/1051/017",
        "2027-03-01/1051/+17",
        "2027-03-01/1051/0",
        "2027-03-01/1051/-1",
        "2027-03-01/1051/2147483648",
        "2027-03-01/Kovács Anna/17",
        "2027-03-01/10\x0051/17",
        "2027-03-01//17",
    ],
)
def test_what_no_page_has_named_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="after: "):
        AccessPlace.parse("after", typed)
