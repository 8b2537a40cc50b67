"""A person at a browser: opens pages, fills forms and reads answers, in words of the page."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
from playwright.async_api import async_playwright as playwright_driver

from registration.sentences import Sentence
from registration.statuses import Language
from starter.dev.ports import LOOPBACK
from starter.dev.samples import another_address
from starter.translation import translated
from tests.support.chromium import chromium

WAIT_SECONDS: Final = 60
"""For a page and all that it waits for, on a machine with other work."""

_LOOPBACK_HOSTS: Final = frozenset({LOOPBACK, "localhost", "::1"})
_NO_OTHER_HOST: Final = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
_BAD_STATUS: Final = "Failed to load resource: the server responded with a status of"
"""Chromium's line for every status from 400 on; of resources, `Findings` has it from their answers."""

_LEFT: Final = "net::ERR_ABORTED"
"""What a script was fetching when its page was left."""

_ERROR: Final = 400


@dataclass(frozen=True)
class Version:
    """How a person sees and uses pages."""

    name: str
    language: Language
    scripts: bool
    width: int
    height: int
    colours: Literal["light", "dark"]
    is_phone: bool

    def options(self) -> dict[str, Any]:
        """Those of a Playwright context."""
        return {
            "locale": {Language.HU: "hu-HU", Language.EN: "en-GB"}[self.language],
            "java_script_enabled": self.scripts,
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.colours,
            "is_mobile": self.is_phone,
            "has_touch": self.is_phone,
            "device_scale_factor": 2 if self.is_phone else 1,
        }


HUNGARIAN: Final = Version("hungarian-desktop-light-without-scripts", Language.HU, False, 1280, 800, "light", False)
ENGLISH: Final = Version("english-phone-dark-with-scripts", Language.EN, True, 390, 844, "dark", True)
VERSIONS: Final = (HUNGARIAN, ENGLISH)
"""Two that differ in everything: what holds in both is likely to hold in the others."""


@dataclass
class Findings:
    """What went wrong in a browser without a person seeing it; one line each."""

    lines: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Notes errors of scripts and policies, requests to other hosts, resources that cannot be loaded."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.lines.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_BAD_STATUS):
            self.lines.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in {"http", "https", "ws", "wss"} and url.hostname not in _LOOPBACK_HOSTS:
            self.lines.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if not (request.resource_type == "fetch" and request.failure == _LEFT):
            self.lines.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= _ERROR and not response.request.is_navigation_request():
            self.lines.append(f"status {response.status}: {response.url}")


@dataclass(frozen=True)
class Person:
    """Somebody with a browser of their own. Labels and names are English message ids, or texts of no catalogue.

    What is waited for in vain raises Playwright's `TimeoutError` after `WAIT_SECONDS`.
    """

    page: Page
    origin: str
    version: Version
    options: dict[str, Any] = field(repr=False)
    findings: Findings = field(default_factory=Findings)

    def words(self, message: str, **facts: object) -> str:
        """A message id in this person's language."""
        return translated(Sentence(message, facts), self.version.language)

    def counted(self, one: str, many: str, count: int, **facts: object) -> str:
        """The same of a message with a number."""
        return translated(Sentence.counted(one, many, count, **facts), self.version.language)

    async def open(self, path: str) -> Response:
        """Opens a page of the site by its path; the answer."""
        response = await self.page.goto(self.origin + path)
        assert response
        return response

    async def fill(self, fields: dict[str, str]) -> None:
        """Types into the fields with these labels, over what is there."""
        for label, text in fields.items():
            await self.page.get_by_label(self.words(label), exact=True).fill(text)

    async def press(self, button: str) -> None:
        """Clicks the button with this name, and waits for the page that follows."""
        await self._and_then_a_page(self.page.get_by_role("button", name=self.words(button), exact=True).click)

    async def follow(self, link: str) -> None:
        """Clicks the link with this name, and waits for the page that follows."""
        await self._and_then_a_page(self.page.get_by_role("link", name=self.words(link), exact=True).click)

    async def tab_to(self, name: str) -> int:
        """Moves the focus with the Tab key alone, to what has this name; how often it was pressed.

        AssertionError where it comes round.
        """
        wanted, seen = self.words(name), []
        for presses in range(1, 101):
            await self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if not await focused.count():
                break  # the end of the page: the focus is with the browser
            snapshot = await focused.aria_snapshot()
            if f'"{wanted}"' in snapshot:
                return presses
            seen.append(snapshot)
        raise AssertionError(f"Tab never comes to {wanted!r}, only to {seen}")

    async def enter(self) -> None:
        """Presses Enter where the focus is, and waits for the page that follows."""
        await self._and_then_a_page(lambda: self.page.keyboard.press("Enter"))

    async def heading(self) -> str:
        """The one heading of the first level."""
        return (await self.page.get_by_role("heading", level=1).inner_text()).strip()

    async def text(self) -> str:
        """All that the page shows in its main part, without runs of white space."""
        return " ".join((await self.page.get_by_role("main").inner_text()).split())

    async def value(self, label: str) -> str:
        """What is in the field with this label."""
        return await self.page.get_by_label(self.words(label), exact=True).input_value()

    async def errors(self) -> dict[str, str]:
        """The error summary, which must have the focus: the sentences by the names of the fields that they lead to."""
        summary = self.page.get_by_role("alert")
        assert (await self.page.title()).startswith(self.words("Error: ").strip())
        assert not self.version.scripts or await summary.evaluate("it => it.contains(document.activeElement)")
        links = summary.get_by_role("link")
        found = {}
        for link in await links.all():
            target = await link.get_attribute("href") or ""
            assert target.startswith("#"), target
            field_ = self.page.locator(target)
            named = (
                field_
                if await field_.get_attribute("aria-describedby") is not None
                else self.page.locator(f"fieldset:has({target})")
            )
            assert f"{target[1:]}-error" in (await named.get_attribute("aria-describedby") or ""), target
            assert named is not field_ or await field_.get_attribute("aria-invalid") == "true", target
            found[await field_.get_attribute("name") or ""] = (await link.inner_text()).strip()
        return found

    async def _and_then_a_page(self, act: Callable[[], Any]) -> None:
        async with self.page.expect_event("load"):
            await act()


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """A browser without a window. Raises `NoBrowser`."""
    async with playwright_driver() as playwright:
        program = chromium(playwright.chromium.executable_path)
        # Playwright adds --no-sandbox: root has none, many containers have none, and only our own pages are opened.
        running = await playwright.chromium.launch(executable_path=program, args=[_NO_OTHER_HOST])
        try:
            yield running
        finally:
            await running.close()


@asynccontextmanager
async def person_at(
    browser: Browser,
    origin: str,
    version: Version,
    **options: Any,  # noqa: ANN401  whatever a context takes
) -> AsyncIterator[Person]:
    """Somebody with no cookies yet and a network address of their own. AssertionError for what `Findings` has noted.

    `options` are further ones of a Playwright context.
    """
    options = {
        "timezone_id": "Europe/Budapest",
        "reduced_motion": "reduce",
        "extra_http_headers": {"X-Forwarded-For": another_address()},
        **version.options(),
        **options,
    }
    context = await browser.new_context(**options)
    context.set_default_timeout(WAIT_SECONDS * 1000)
    try:
        person = Person(await context.new_page(), origin, version, options)
        person.findings.watch(context)
        yield person
        assert person.findings.lines == [], "\n".join(person.findings.lines)
    finally:
        await context.close()
