"""What an entry of the access record says besides its operation: short in the record, in words on a page."""

import pytest

from registration.access_details import AccessDetail, detail_in_words, event_numbered, found_by
from registration.searching import Criterion
from registration.statuses import Language
from starter.translation import translated


@pytest.mark.parametrize(
    ("stored", "english", "hungarian"),
    [
        (AccessDetail.MATCH, "the person matches", "a személy egyezik"),
        (AccessDetail.WITHOUT_MATCH, "decided without a match", "egyezés nélkül döntött"),
        (
            found_by(Criterion.USER_NAME, 1, more=False),
            "by user name; found: 1",
            "felhasználói név szerint; találat: 1",
        ),
        (found_by(Criterion.EMAIL, 50, more=True), "by e-mail address; found: 50+", "e-mail-cím szerint; találat: 50+"),
        (event_numbered(3), "event 3", "3. esemény"),
        ("1051", "1051", "1051"),
        (None, "–", "–"),
    ],
)
def test_a_detail_is_translated_where_it_is_a_word_and_an_id_stays_as_it_is(
    stored: str | None, english: str, hungarian: str
) -> None:
    as_read = None if stored is None else str(stored)
    words = [translated(detail_in_words(as_read), language) for language in (Language.EN, Language.HU)]
    assert words == [english, hungarian]


def test_the_record_keeps_what_it_has_always_kept() -> None:
    assert [*AccessDetail] == ["match", "no match", "without a match", "data", "receipt", "without signals"]
    assert (found_by(Criterion.IDENTITY, 50, more=True), event_numbered(3)) == ("identity: 50+", "event 3")
