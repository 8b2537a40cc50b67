"""Which browser a log-in came from, and when it leads to a letter "was it you?"."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from registration.log_ins import BrowserFamily, DueNotice, KnownBrowsers, browser_family, notice_is_due
from registration.statuses import Language
from starter.translation import translated

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)
A_DAY = timedelta(days=1)
NEW_ONE = KnownBrowsers(has_this=False, has_any=True, by_new_code=False, last_notice=None)
"""A browser that is new at an account that knows another one."""


def test_a_browser_that_is_new_beside_a_known_one_leads_to_a_notice() -> None:
    assert notice_is_due(NEW_ONE, NOW)


@pytest.mark.parametrize(
    "known",
    [
        replace(NEW_ONE, has_this=True),
        replace(NEW_ONE, has_any=False),
        replace(NEW_ONE, by_new_code=True),
        replace(NEW_ONE, last_notice=NOW),
        replace(NEW_ONE, last_notice=NOW - A_DAY + timedelta(seconds=1)),
    ],
    ids=["a known browser", "the first browser", "after a code", "the second at once", "the second of a day"],
)
def test_none_leads_to_one(known: KnownBrowsers) -> None:
    assert not notice_is_due(known, NOW)


def test_a_day_after_a_notice_there_may_be_another() -> None:
    assert notice_is_due(replace(NEW_ONE, last_notice=NOW - A_DAY), NOW)


_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (f"{_WINDOWS} Safari/537.36", BrowserFamily.CHROME),
        (f"{_WINDOWS.replace('Chrome', 'HeadlessChrome')} Safari/537.36", BrowserFamily.CHROME),
        (f"{_WINDOWS} Safari/537.36 Edg/142.0.0.0", BrowserFamily.EDGE),
        (f"{_ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0", BrowserFamily.EDGE),
        (f"{_IPHONE} Version/18.0 EdgiOS/142.0.0.0 Mobile/15E148 Safari/605.1.15", BrowserFamily.EDGE),
        (f"{_WINDOWS} Safari/537.36 OPR/124.0.0.0", BrowserFamily.OPERA),
        (f"{_ANDROID} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36", BrowserFamily.SAMSUNG),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", BrowserFamily.FIREFOX),
        (f"{_IPHONE} FxiOS/145.0 Mobile/15E148 Safari/605.1.15", BrowserFamily.FIREFOX),
        (f"{_IPHONE} CriOS/142.0.0.0 Mobile/15E148 Safari/604.1", BrowserFamily.CHROME),
        (f"{_IPHONE} Version/26.0 Mobile/15E148 Safari/604.1", BrowserFamily.SAFARI),
        ("Lynx/2.9.2 libwww-FM/2.14", BrowserFamily.OTHER),
        ("curl/8.14.1", BrowserFamily.OTHER),
        ("", BrowserFamily.OTHER),
        (f"{'x' * 512}Firefox/145.0", BrowserFamily.OTHER),
    ],
)
def test_the_family_of_a_browser_is_what_it_says(user_agent: str, family: BrowserFamily) -> None:
    """As browsers of today introduce themselves; of a long header only the beginning is read."""
    assert browser_family(user_agent) is family


def test_the_letter_of_a_notice_is_the_same_one_each_time() -> None:
    assert DueNotice("r-1", "n-1").letter_id == "n-1-new_browser"


def test_a_browser_without_a_known_name_has_words() -> None:
    assert translated(BrowserFamily.OTHER, Language.HU) == "más böngésző"
    assert translated(BrowserFamily.FIREFOX, Language.HU) == "Firefox"
