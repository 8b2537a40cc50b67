"""The form of an answer is negotiated by weight, as its language is."""

import pytest

from starter.serving.negotiation import Media, preferred_media

OFFERED = (Media.JSON, Media.CSV, Media.HTML)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "media"),
    [
        (None, Media.JSON),
        ("", Media.JSON),
        ("*/*", Media.JSON),
        ("application/json", Media.JSON),
        ("text/csv", Media.CSV),
        ("TEXT/CSV; charset=utf-8", Media.CSV),
        (BROWSER, Media.HTML),
        ("text/*", Media.CSV),
        ("text/csv;q=0.2, text/html;q=0.3", Media.HTML),
        ("application/json;q=0, text/html;q=0.1", Media.HTML),
        ("text/*;q=0.9, text/csv;q=0, */*;q=0.1", Media.HTML),
        ("application/xml", Media.JSON),
        ("text/html;q=x", Media.JSON),
        (";;,=/", Media.JSON),
    ],
)
def test_the_form_of_an_answer_is_negotiated_by_weight(header: str | None, media: Media) -> None:
    assert preferred_media(header, OFFERED) is media


def test_a_form_that_is_not_offered_is_never_chosen() -> None:
    assert preferred_media("text/csv", (Media.JSON, Media.HTML)) is Media.JSON
