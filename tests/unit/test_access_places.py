"""The place of an entry in the access record, which a page names for the next one."""

from datetime import date

import pytest

from registration.access import AccessPlace
from registration.errors import InvalidInput

PLACE = AccessPlace(date(2027, 3, 1), "1051", 17)


@pytest.mark.parametrize("place", [PLACE, AccessPlace(date(2027, 3, 1), "-", 1)], ids=str)
def test_a_place_is_read_as_it_was_written(place: AccessPlace) -> None:
    assert AccessPlace.parse("after", str(place)) == place


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
