"""Holds a page against axe-core's rules for WCAG 2.0 to 2.2, A and AA, its best practices, and a narrow screen."""

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.async_api import BrowserContext, Page, Route

from tests.support.browsing import ENGLISH, HUNGARIAN, WAIT_SECONDS, Person

NARROW: Final = replace(ENGLISH, width=320)
"""The width of WCAG 2.2, 1.4.10."""

CHECKED: Final = (HUNGARIAN, NARROW)
"""Each page is checked in both of these versions."""

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN: Final = "rules => axe.run({runOnly: rules, resultTypes: ['violations']})"


@cache
def axe() -> str:
    """The script of axe-core."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


async def assert_accessible(person: Person) -> None:
    """AssertionError with a line for each element of the page, as it is now, that breaks a rule."""
    found = await (_violations(person.page) if person.version.scripts else _violations_of_a_copy(person))
    lines = [
        f"{broken['id']}: {broken['help']}: {' '.join(map(str, node['target']))}: {node['html']}"
        for broken in found
        for node in broken["nodes"]
    ]
    assert lines == [], "\n".join(lines)


async def assert_accessible_and_fits(person: Person) -> None:
    """And nothing of the page is beyond the edge of the screen, nor, with text of twice the size, of a narrow one."""
    assert await person.page.locator("html").get_attribute("lang") == person.version.language
    assert await person.page.get_by_role("heading", level=1).count() == 1
    assert await page_width(person) <= person.version.width
    await assert_accessible(person)
    await person.page.set_viewport_size({"width": NARROW.width, "height": NARROW.height})
    await person.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page_width(person) <= NARROW.width, "with text of twice the size"


async def page_width(person: Person) -> int:
    """In pixels, with what is beyond the edge."""
    return int(await person.page.evaluate("document.documentElement.scrollWidth"))


async def _violations(page: Page) -> list[dict[str, Any]]:
    await page.evaluate(axe())
    found = await page.evaluate(_RUN, list(RULES))
    assert found["passes"], "no rule applied to this page"
    violations: list[dict[str, Any]] = found["violations"]
    return violations


async def _violations_of_a_copy(person: Person) -> list[dict[str, Any]]:
    """Without scripts axe cannot run either: it sees the same HTML where they are on, but the page's are forbidden."""
    browser = person.page.context.browser
    assert browser
    content, url = await person.page.content(), person.page.url
    context: BrowserContext = await browser.new_context(**person.options | {"java_script_enabled": True})
    context.set_default_timeout(WAIT_SECONDS * 1000)

    async def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": "script-src 'none'"}
        await route.fulfill(body=content, content_type="text/html; charset=utf-8", headers=headers)

    try:
        page = await context.new_page()
        await page.route(url, answer)
        await page.goto(url)
        return await _violations(page)
    finally:
        await context.close()
