"""Every letter in each language: what it must say, and what it must never say."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest

from activities.letters import render as rendering
from activities.letters.facts import LetterFacts
from activities.letters.render import TEXT_COLUMNS, render
from registration.letters import LetterKind
from registration.log_ins import BrowserFamily
from registration.statuses import Language, Status
from starter.pages.citizen import account, codes, information, login, registration, reset

HU, EN = Language.HU, Language.EN
TEMPLATES = Path(rendering.__file__).with_name("templates")
PORTAL = "https://ugyfelkapu.example"
CODE = "7K3M-Q9TX-0ABD-ZW42"
DATE = {HU: "2026. november 22. 19:05", EN: "22 November 2026 at 19:05"}
BUDAPEST_TIME = {HU: "(budapesti idő szerint)", EN: "(Budapest time)"}
CODES = {kind for kind in LetterKind if kind.row.purpose}
DATED = CODES | {
    LetterKind.TEMPORARY,
    LetterKind.TEMPORARY_ENDING,
    LetterKind.ACTIVE,
    LetterKind.PASSWORD_EXPIRING,
    LetterKind.PASSWORD_EXPIRED,
    LetterKind.PASSWORD_CHANGED,
    LetterKind.NEW_BROWSER,
}
VOID = {"meta", "br"}
SITE = (*login.ROUTES, *registration.ROUTES, *codes.ROUTES, *reset.ROUTES, *account.ROUTES, *information.ROUTES)


def facts(kind: LetterKind, language: Language = HU, status: Status = Status.ACTIVE) -> LetterFacts:
    return LetterFacts(
        kind=kind,
        language=language,
        status=status,
        family_name="Kovács",
        given_name="Anna",
        portal_url=PORTAL,
        date=datetime(2026, 11, 22, 18, 5, 59, tzinfo=UTC),
        days=7,
        code=CODE,
        browser=BrowserFamily.FIREFOX,
    )


def link(kind: LetterKind) -> str:
    """The one link of a letter."""
    return PORTAL if kind.row.page == "/" else PORTAL + kind.row.page


class Page(HTMLParser):
    """Reads a page: its visible words, its tags, and whether every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    @property
    def text(self) -> str:
        return " ".join("".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self._words.append(data)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_says_the_same_in_text_and_html_and_nothing_else(kind: LetterKind, language: Language) -> None:
    letter = render(facts(kind, language))
    page = Page(letter.html)
    text = " ".join(letter.text.split())

    # The page repeats the subject as its title and heading, under the name of the service.
    assert page.text.removeprefix(f"{letter.subject} Ügyfélkapu {letter.subject} ") == text
    assert text.startswith("Tisztelt Kovács Anna!" if language is HU else "Dear Anna Kovács,")
    assert (f"{DATE[language]}" in text) == (kind in DATED)
    assert (BUDAPEST_TIME[language] in text) == (kind in DATED)
    assert (CODE in text) == (kind in CODES)
    assert link(kind) in letter.text.splitlines()
    for part in (letter.subject, letter.text, letter.html):
        assert not re.search(r"\{[{%#]|[}%#]\}|None|undefined|\N{NO-BREAK SPACE}", part, re.IGNORECASE)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_is_well_made(kind: LetterKind, language: Language) -> None:
    letter = render(facts(kind, language))

    assert letter == render(facts(kind, language))
    assert letter.subject == letter.subject.strip()
    assert 0 < len(letter.subject) <= TEXT_COLUMNS
    assert CODE not in letter.subject
    assert "Kovács" not in letter.subject
    lines = letter.text.split("\n")
    assert [line for line in lines if len(line) > TEXT_COLUMNS] == []
    assert [line for line in lines if line != line.strip()] == []
    assert "\n\n\n" not in letter.text
    assert letter.text.endswith(".\n")
    assert letter.html.startswith("<!DOCTYPE html>\n")
    assert letter.html.endswith("</html>\n")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_page_is_accessible_and_fetches_nothing(kind: LetterKind, language: Language) -> None:
    page = Page(render(facts(kind, language)).html)
    tags = dict(page.tags)

    assert tags["html"]["lang"] == language
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "body", "div", "h1", "p", "strong", "a"
    }  # fmt: skip
    assert {attributes["href"] for _, attributes in page.tags if "href" in attributes} == {link(kind)}
    assert not any("src" in attributes for _, attributes in page.tags)
    styles = " ".join(attributes.get("style") or "" for _, attributes in page.tags)
    assert "url(" not in styles
    assert not re.search(r"(?<![-\w])(color:|background)", styles)  # the reader's own, so that dark mode works


@pytest.mark.parametrize(
    ("status", "hungarian", "english"),
    [
        (Status.SUBMITTED, "regisztrációjának aktiválásához", "To activate"),
        (Status.AWAITING_ACTIVATION, "regisztrációjának aktiválásához", "To activate"),
        (Status.INACTIVE, "regisztrációjának újraaktiválásához", "To reactivate"),
        (Status.AWAITING_REACTIVATION, "regisztrációjának újraaktiválásához", "To reactivate"),
        (Status.TEMPORARY, "új jelszó megadására", "new password has been requested"),
        (Status.ACTIVE, "új jelszó megadására", "new password has been requested"),
        (Status.PASSWORD_EXPIRED, "új jelszó megadására", "new password has been requested"),
    ],
)
def test_the_code_letter_tells_its_occasion(status: Status, hungarian: str, english: str) -> None:
    for language, words in ((HU, hungarian), (EN, english)):
        letter = render(facts(LetterKind.CODE_PASSWORD, language, status))
        assert words in " ".join(letter.text.split())
        assert CODE in letter.text.splitlines()
        assert f">{CODE}<" in letter.html


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (LetterKind.CODE_PASSWORD, Status.AWAITING_ACTIVATION),
        (LetterKind.CODE_PASSWORD, Status.AWAITING_REACTIVATION),
        (LetterKind.CODE_PASSWORD, Status.ACTIVE),
        (LetterKind.CODE_NEW_EMAIL, Status.ACTIVE),
        (LetterKind.CODE_CLOSURE, Status.ACTIVE),
    ],
)
def test_no_code_letter_redeems_by_a_link_and_all_say_that_nobody_asks_for_it(
    kind: LetterKind, status: Status, language: Language
) -> None:
    letter = render(facts(kind, language, status))
    text = " ".join(letter.text.split())

    assert re.findall(r"https?://\S+", letter.text) == [link(kind)]
    assert ("soha, semmilyen módon nem kérik el" if language is HU else "never ask you for it") in text
    assert ("Ha nem Ön" if language is HU else "If you did not") in text


@pytest.mark.parametrize(
    ("kind", "hungarian", "english"),
    [
        (LetterKind.CODE_NEW_EMAIL, ["hagyja figyelmen kívül"], ["ignore this letter"]),
        (
            LetterKind.CODE_CLOSURE,
            ["végleges", "személyes adatait töröljük", "válasszon haladéktalanul új jelszót"],
            ["is final", "your personal data is erased", "choose a new password at once"],
        ),
    ],
)
def test_a_confirmation_letter_says_what_the_code_does_and_what_to_do_with_one_nobody_asked_for(
    kind: LetterKind, hungarian: list[str], english: list[str]
) -> None:
    for language, unchanged, words in (
        (HU, "Amíg be nem váltják, semmi sem változik", hungarian),
        (EN, "Nothing changes unless it is redeemed", english),
    ):
        text = " ".join(render(facts(kind, language)).text.split())
        assert [each for each in (unchanged, *words) if each not in text] == []


@pytest.mark.parametrize(
    ("browser", "told"), [(BrowserFamily.FIREFOX, " (Firefox)."), (BrowserFamily.OTHER, "."), (None, ".")]
)
def test_a_letter_about_a_new_browser_names_one_that_has_a_name(browser: BrowserFamily | None, told: str) -> None:
    for language, words in ((HU, "korábban nem használt"), (EN, "not been used for it before")):
        letter = render(replace(facts(LetterKind.NEW_BROWSER, language), browser=browser))
        assert words + told in " ".join(letter.text.split())
        assert words + told in " ".join(letter.html.split())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "kind",
    [LetterKind.TEMPORARY, LetterKind.TEMPORARY_ENDING, LetterKind.INACTIVE, LetterKind.EMAIL_CHANGED_OLD],
)
def test_a_letter_that_sends_its_reader_in_person_says_where_and_with_what(
    kind: LetterKind, language: Language
) -> None:
    text = " ".join(render(facts(kind, language)).text.split())
    words = {
        HU: ["okmányirodát", "Ügyfélközpontot", "adóhatóságot", "személyazonosító", "útlevelét", "kártyaformátumú"],
        EN: ["document office", "client centre", "tax authority", "identity card", "passport", "card-format driving"],
    }
    assert [word for word in words[language] if word not in text] == []


@pytest.mark.parametrize(
    ("days", "hungarian", "english"),
    [
        (30, "mintegy 30 nap múlva lejár", "expires in about 30 days"),
        (7, "mintegy 7 nap múlva lejár", "expires in about 7 days"),
        (1, "két napon belül lejár", "expires within two days"),
    ],
)
def test_a_reminder_says_how_near_the_expiry_is(days: int, hungarian: str, english: str) -> None:
    reminder = replace(facts(LetterKind.PASSWORD_EXPIRING), days=days)
    assert hungarian in render(reminder).subject
    assert english in render(replace(reminder, language=EN)).subject


def test_a_winter_date_and_a_summer_date_are_both_in_budapest_time() -> None:
    for month, hour in ((1, 1), (7, 2)):
        given = replace(facts(LetterKind.ACTIVE), date=datetime(2027, month, 1, 0, 30, tzinfo=UTC))
        assert f"1. {hour:02}:30-ig" in render(given).text


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (LetterKind.CODE_PASSWORD, "/kod/jelszo"),
        (LetterKind.CODE_NEW_EMAIL, "/kod/uj-cim"),
        (LetterKind.CODE_CLOSURE, "/kod/megszuntetes"),
        (LetterKind.ACTIVE, "/"),
        (LetterKind.PASSWORD_EXPIRED, "/elfelejtett-jelszo"),
        (LetterKind.INACTIVE, "/hivatalok"),
        (LetterKind.LAPSED, "/regisztracio"),
        (LetterKind.NEW_BROWSER, "/fiok/jelszo"),
    ],
)
def test_a_letter_names_the_page_of_its_step(kind: LetterKind, path: str) -> None:
    for portal in (PORTAL + "/", PORTAL):
        assert f"{PORTAL}{path}".rstrip("/") == replace(facts(kind), portal_url=portal).page_url.rstrip("/")


@pytest.mark.parametrize("kind", LetterKind)
def test_the_page_of_a_letter_is_one_of_the_site_that_is_only_opened(kind: LetterKind) -> None:
    """A mail scanner opens links; acts are forms that are sent."""
    pages = {route.path for route in SITE if "GET" in (route.methods or ())}
    assert kind.row.page in pages
    assert "{" not in kind.row.page


def test_expired_passwords_are_sent_to_the_link_of_the_portal() -> None:
    for kind in (LetterKind.PASSWORD_EXPIRED, LetterKind.PASSWORD_CHANGED):
        assert "„Elfelejtette jelszavát?”" in " ".join(render(facts(kind)).text.split())


@pytest.mark.parametrize("language", Language)
def test_a_hostile_name_is_shown_and_does_nothing(language: Language) -> None:
    hostile = replace(
        facts(LetterKind.ACTIVE, language), family_name="<script>alert(1)<script>", given_name="{{7*7}}\r\n\r\n&amp;"
    )
    letter = render(hostile)

    assert "&lt;script&gt;" in letter.html
    assert "<script" not in letter.html
    assert "{{7*7}} &amp;amp;" in letter.html
    assert "49" not in letter.html + letter.text
    assert letter.text.split("\n\n")[0].count("{{7*7}} &amp;") == 1  # and its line breaks begin no paragraph


@pytest.mark.parametrize("name", ["https://rossz.example", "www.rossz.example", "rossz.example", "a@rossz.example"])
def test_a_name_that_could_become_a_link_is_left_out(name: str) -> None:
    """Anybody may register a stranger's address under any name; our letter must not carry his advertisement."""
    for language in Language:
        letter = render(replace(facts(LetterKind.CODE_PASSWORD, language), family_name=name))
        assert "rossz" not in letter.text + letter.html


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", LetterKind)
def test_without_a_name_every_letter_greets_neutrally(kind: LetterKind, language: Language) -> None:
    letter = render(replace(facts(kind, language), family_name="", given_name=""))
    greeting = "Tisztelt Ügyfelünk!" if language is HU else "Dear Client,"
    assert letter.text.startswith(f"{greeting}\n\n")
    assert f"<p>{greeting}</p>" in letter.html


def test_a_title_in_a_name_is_no_link() -> None:
    assert replace(facts(LetterKind.ACTIVE), family_name="Dr. Kovács").salutation == "Tisztelt Dr. Kovács Anna!"


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (LetterKind.CODE_PASSWORD, "code"),
        (LetterKind.CODE_NEW_EMAIL, "code"),
        (LetterKind.CODE_CLOSURE, "code"),
        (LetterKind.ACTIVE, "date"),
        (LetterKind.PASSWORD_EXPIRING, "days"),
        (LetterKind.TEMPORARY_ENDING, "days"),
    ],
)
def test_a_missing_fact_is_an_error_and_not_a_gap(kind: LetterKind, missing: str) -> None:
    known: dict[str, Any] = {missing: None}
    with pytest.raises(jinja2.UndefinedError, match=missing):
        render(replace(facts(kind), **known))


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(facts(LetterKind.ACTIVE), date=datetime(2026, 11, 22, 18, 5))  # noqa: DTZ001  the point


def test_representations_show_no_person_and_no_code() -> None:
    given = facts(LetterKind.CODE_PASSWORD)
    for secret in (CODE, "Kovács", "Anna"):
        assert secret not in repr(given) + repr(render(given))


def test_every_kind_of_letter_has_its_folder_and_nothing_else_has() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}
    assert folders == {kind.lower() for kind in LetterKind} | {"shared"}
    expected = {f"{part}.{language}.{form}" for language in Language for part, form in
                (("subject", "txt"), ("body", "txt"), ("body", "html"))}  # fmt: skip
    for kind in LetterKind:
        assert {path.name for path in (TEMPLATES / kind.lower()).iterdir()} == expected
