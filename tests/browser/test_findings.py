"""What goes wrong in a browser unseen fails a test, and so does a page that is not accessible."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from playwright.async_api import Browser

from tests.support.accessibility import assert_accessible
from tests.support.browsing import ENGLISH, Person, person_at

PAGE = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1>{}</main></html>"
LABELLED = "<label for=name>Name</label><input id=name autocomplete=username>"
CLOSED_PORT = "http://127.0.0.1:1"


@asynccontextmanager
async def person_who_sees(browser: Browser, content: str, *, scripts: bool = True) -> AsyncIterator[Person]:
    """Somebody who has opened a page that no site of ours has."""
    async with person_at(browser, CLOSED_PORT, replace(ENGLISH, scripts=scripts)) as person:
        page = PAGE.format(content)
        await person.page.route(f"{CLOSED_PORT}/", lambda route: route.fulfill(body=page, content_type="text/html"))
        await person.open("/")
        yield person


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        ("<script>console.error('broken')</script>", "console: broken"),
        ("<script>throw new Error('broken')</script>", "script: "),
        (f"<img alt='' src='{CLOSED_PORT}/picture.png'>", f"failed: {CLOSED_PORT}/picture.png"),
        ("<img alt='' src='http://example.org/picture.png'>", "another host: http://example.org/picture.png"),
    ],
)
async def test_what_a_person_would_not_see_is_found(browser: Browser, content: str, finding: str) -> None:
    with pytest.raises(AssertionError, match=rf"^{re.escape(finding)}"):
        async with person_who_sees(browser, content) as person:
            await person.page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_page_without_scripts_runs_none(browser: Browser, scripts: bool) -> None:
    async with person_who_sees(browser, "<script>document.title = 'ran'</script>", scripts=scripts) as person:
        assert await person.page.title() == ("ran" if scripts else "A page")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_page_that_breaks_no_rule_is_accessible(browser: Browser, scripts: bool) -> None:
    async with person_who_sees(browser, LABELLED, scripts=scripts) as person:
        await assert_accessible(person)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("<input id=name>", "label"),
        ("<p style='color: #999; background: #fff'>pale</p>", "color-contrast"),
        ("<h4>too deep</h4>", "heading-order"),
        ("<input aria-label=name autocomplete=nonsense>", "autocomplete-valid"),
        ("<a href='#a' style='display: inline-block; width: 9px; height: 9px'>a</a> <a href='#b'>b</a>", "target-size"),
    ],
)
async def test_a_page_that_breaks_a_rule_is_not(browser: Browser, scripts: bool, content: str, rule: str) -> None:
    async with person_who_sees(browser, content, scripts=scripts) as person:
        with pytest.raises(AssertionError, match=f"^{rule}: "):
            await assert_accessible(person)


async def test_tab_comes_to_what_has_a_name_and_to_nothing_else(browser: Browser) -> None:
    async with person_who_sees(browser, f"{LABELLED}<button type=button>Send</button>") as person:
        await person.tab_to("Send")
        with pytest.raises(AssertionError, match="Tab never comes to 'Nothing'"):
            await person.tab_to("Nothing")
