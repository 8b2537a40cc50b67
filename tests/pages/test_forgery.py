"""A form is taken from a page of this site alone."""

import pytest

from starter.pages.forgery import form_token, is_own, is_token, new_secret

ORIGIN = "https://ugyfelkapu.example.hu"


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "same-site", "origin": ORIGIN}, False),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": ORIGIN}, True),
        ({"origin": "https://ugyfelkapu.example.hu:8443"}, False),
        ({"origin": "http://ugyfelkapu.example.hu"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, True),
    ],
)
def test_a_browser_says_where_a_form_comes_from(headers: dict[str, str], own: bool) -> None:
    """`Sec-Fetch-Site` first, `Origin` of older browsers next; without both the token alone decides."""
    assert is_own(headers, ORIGIN) is own


def test_a_token_belongs_to_one_cookie() -> None:
    """Without a cookie there is no token, and no token shows its cookie."""
    mine, other = new_secret(), new_secret()
    assert is_token(mine, form_token(mine))
    assert not is_token(mine, form_token(other))
    assert not is_token("", form_token(""))
    assert not is_token(mine, "")
    assert not is_token(mine, "ű" * 64)
    assert mine not in form_token(mine)
