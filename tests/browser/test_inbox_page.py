"""The inbox of `dev` in a browser: newest first, each letter as it looks, and nothing of a letter acts."""

import mailbox
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest_asyncio
from playwright.async_api import Browser

from starter.dev.inbox_page import running_inbox
from starter.dev.ports import ReservedPorts
from tests.support.accessibility import assert_accessible
from tests.support.browsing import Person, Version, person_at

HOSTILE = """<!doctype html><html><body><p id="shown">Shown</p>
<script>parent.postMessage('ran', '*'); document.getElementById('shown').textContent = 'ran'</script>
<img src="data:," onerror="document.getElementById('shown').textContent = 'ran'">
<form action="http://127.0.0.1:1/"><button id="send">Send</button></form>
<a id="out" href="http://127.0.0.1:1/" target="_top">Away</a></body></html>"""
MARKUP = "</title><script>document.title = 'ran'</script><b>bold</b>"


@dataclass
class Letters:
    """An inbox whose letters a test writes itself."""

    folder: Path
    person: Person

    def deliver(self, subject: str, *, text: str = "Text", html: str | None = None, raw: bytes | None = None) -> None:
        """A letter, as the inbox stores it."""
        letter = EmailMessage()
        letter["Subject"] = subject
        letter["From"], letter["To"] = "ugyfelkapu@example.hu", "teszt@example.org"
        letter["Date"] = "Tue, 01 Dec 2026 08:00:00 +0000"
        letter.set_content(text)
        if html is not None:
            letter.add_alternative(html, subtype="html")
        mailbox.Maildir(self.folder).add(raw or letter.as_bytes())

    async def subjects(self) -> list[str]:
        """Those of the list, from the top."""
        return await self.person.page.get_by_role("row").get_by_role("link").all_inner_texts()


@pytest_asyncio.fixture(loop_scope="session")
async def inbox(browser: Browser, version: Version, tmp_path: Path) -> AsyncIterator[Letters]:
    folder, port = tmp_path / "inbox", ReservedPorts(1).numbers[0]
    async with running_inbox(folder, port) as url, person_at(browser, url, version) as person:
        yield Letters(folder, person)


async def test_the_newest_letter_is_first_and_each_is_shown_as_it_looks(inbox: Letters) -> None:
    person = inbox.person
    await person.open("/")
    assert person.words("No letter has arrived yet. Load this page again after a registration.") in await person.text()
    await assert_accessible(person)
    for subject in ("Első", "Második", "Harmadik"):
        inbox.deliver(subject, text=f"{subject} szöveg", html=f"<!doctype html><p>{subject} <b>kép</b></p>")
    await person.page.reload()
    assert await inbox.subjects() == ["Harmadik", "Második", "Első"]
    await assert_accessible(person)

    await person.follow("Második")
    assert await person.heading() == "Második"
    assert "Második szöveg" in await person.text()
    frame = person.page.frame_locator("iframe")
    assert await frame.locator("p").inner_text() == "Második kép"
    ground = await person.page.locator("iframe").evaluate("it => getComputedStyle(it).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (person.version.colours == "light"), "our letters take the reader's ink"
    await person.page.locator("a.back").click()
    assert await inbox.subjects() == ["Harmadik", "Második", "Első"]


async def test_nothing_of_a_letter_acts(inbox: Letters) -> None:
    """No script, no form, no way out of the frame; what is blocked is not even tried."""
    person = inbox.person
    inbox.deliver("Hostile", html=HOSTILE)
    await person.open("/1")
    frame = person.page.frame_locator("iframe")
    assert await frame.locator("#shown").inner_text() == "Shown"
    for control in ("#send", "#out"):
        await frame.locator(control).click()
    assert await person.heading() == "Hostile"
    assert await frame.locator("#shown").inner_text() == "Shown"
    answer = await person.open("/1/html")
    assert "sandbox" in answer.headers["content-security-policy"].split("; ")
    assert await person.page.locator("#shown").inner_text() == "Shown"
    assert all(line.startswith("console: ") and "sandboxed" in line for line in person.findings.lines)
    person.findings.lines.clear()


async def test_what_a_header_says_is_only_text(inbox: Letters) -> None:
    """Markup is shown as it is; an encoded line break in a subject makes no header; what is missing is a dash."""
    person = inbox.person
    inbox.deliver(MARKUP, text=MARKUP)
    inbox.deliver("", raw=b"Subject: =?utf-8?q?One=0D=0ATo=3A_other=40example=2Eorg?=\r\nDate: never\r\n\r\nText")
    inbox.deliver("", raw=b"Content-Type: text/plain; charset=x-unknown\r\n\r\nNo header at all")
    await person.open("/")
    dash, encoded, markup = await inbox.subjects()
    assert (dash, markup) == ("–", MARKUP)
    assert encoded.startswith("One")
    rows = await person.page.get_by_role("row").all_inner_texts()
    assert not [row for row in rows if row.startswith("ran")]
    for number, shown in ((1, MARKUP), (3, "No header at all")):
        await person.open(f"/{number}")
        assert shown in await person.text()
        assert await person.page.locator("main b, main script").count() == 0
        assert await person.page.title() != "ran"
        await assert_accessible(person)


async def test_an_unknown_letter_and_another_host_are_refused(inbox: Letters) -> None:
    person = inbox.person
    answer = await person.open("/1")
    assert answer.status == 404
    assert await person.heading() == person.words("There is no such letter")
    await assert_accessible(person)
    async with httpx.AsyncClient(base_url=person.origin) as http:
        rebound = await http.get("/", headers={"Host": "letters.example.org"})
    assert rebound.status_code == 400
