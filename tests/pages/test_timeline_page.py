"""The page of a life: whole, safe, and readable, whatever is in the record and however long the life is."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from registration.letters import LetterKind, LetterName, LetterOutcome
from registration.messages import Actor, ActorKind
from registration.policy import Policy
from registration.record import Event, EventKind, UnreadableEvent
from registration.statuses import Channel, Language, Status
from registration.timeline import Posted, Run, Source, Timeline, entries_of
from starter.pages.picture import Bar, picture_of
from starter.pages.timeline import timeline_page
from starter.translation import translated

OPENED = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
SYSTEM = Actor(ActorKind.SYSTEM, "lifecycle")
CITIZEN = Actor(ActorKind.CITIZEN, "applicant")
SVG = "{http://www.w3.org/2000/svg}"
VOID_TAGS = {"meta", "link", "img", "br", "hr", "input", "base"}


def life(scale: timedelta, *, hostile: str = "clerk-7", cycles: int = 4) -> Timeline:
    """Opened, redeemed, verified, and so many times expired and renewed: a step in each `scale`."""
    clerk = Actor(ActorKind.CLERK, hostile, "1051")
    steps: list[tuple[EventKind, Status, Actor]] = [
        (EventKind.REGISTRATION_OPENED, Status.AWAITING_ACTIVATION, CITIZEN),
        (EventKind.CODE_REDEEMED, Status.TEMPORARY, CITIZEN),
        (EventKind.IDENTITY_VERIFIED, Status.ACTIVE, clerk),
    ]
    for _ in range(cycles):
        steps += [
            (EventKind.PASSWORD_EXPIRED, Status.PASSWORD_EXPIRED, SYSTEM),
            (EventKind.CODE_REDEEMED, Status.ACTIVE, CITIZEN),
        ]
    first = Event("r-1", 1, OPENED, steps[0][0], CITIZEN, steps[0][1], False, "m", 1, "0")
    events = [
        replace(
            first,
            sequence=number,
            at=OPENED + scale * (number - 1),
            kind=kind,
            status=status,
            actor=actor,
            deadline=OPENED + scale * number,
        )
        for number, (kind, status, actor) in enumerate(steps, 1)
    ]
    letters = [
        Posted(LetterName(1, LetterKind.CODE_PASSWORD), LetterOutcome.SENT, OPENED),
        Posted(LetterName(3, LetterKind.PASSWORD_EXPIRING, 30), LetterOutcome.UNDELIVERED, OPENED + scale * 2.5),
    ]
    last = events[-1]
    return Timeline(
        "r-1",
        Channel.ONLINE,
        "1051",
        last.status,
        last.deadline,
        entries_of(events, letters, {1: Policy()}, OPENED),
        (
            Run("run-1", Source.ARCHIVE, OPENED, OPENED + scale * 4, "CONTINUED_AS_NEW", 90),
            Run("run-2", Source.TEMPORAL, OPENED + scale * 4, None, "RUNNING", 30),
            Run("run-0", Source.MISSING),
        ),
        as_of=OPENED,
    )


LONG, SHORT = life(timedelta(days=365)), life(timedelta(seconds=5))


class Strict(HTMLParser):
    """Notes every tag with its attributes, and fails where one is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(page: str) -> Strict:
    strict = Strict()
    strict.feed(page)
    strict.close()
    assert strict.open == []
    return strict


def picture(page: str) -> ET.Element:
    """The picture as XML: well-formed, or this fails."""
    found = re.search(r"<svg.*</svg>", page, re.DOTALL)
    assert found
    return ET.fromstring(found[0])  # noqa: S314  our own page


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("shown", [LONG, SHORT, life(timedelta(days=30), cycles=60)])
def test_a_page_is_well_formed_in_both_languages(shown: Timeline, language: Language) -> None:
    page = timeline_page(shown, language)
    strict = parsed(page)
    picture(page)
    assert strict.tags[0] == ("html", {"lang": language})
    words = " ".join(strict.text)
    for entry in shown.entries:
        assert translated(entry.what, language) in words
        assert entry.why is None or translated(entry.why.sentence, language) in words


def test_the_languages_differ_and_neither_has_words_of_the_other() -> None:
    hungarian, english = (" ".join(parsed(timeline_page(LONG, language)).text) for language in Language)
    assert "Egy regisztráció élete" in hungarian
    assert "The life of a registration" in english
    assert "password" not in hungarian.replace("password_expiring", "")
    assert not re.search(r"[áéíóöőúüű]", english.replace("–", ""))


@pytest.mark.parametrize("language", Language)
def test_a_page_loads_and_runs_nothing(language: Language) -> None:
    """Its policy forbids all but the one style sheet in it, whose hash it names; and it asks for nothing."""
    strict = parsed(timeline_page(LONG, language))
    tags = {tag for tag, _ in strict.tags}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use", "a"})
    for tag, attributes in strict.tags:
        assert not {name for name in attributes if name.startswith("on")}, tag
        assert "style" not in attributes, tag
        assert not {"src", "href", "xlink:href", "srcset", "action"} & attributes.keys(), tag
    (policy,) = [a["content"] or "" for tag, a in strict.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    (style,) = [text for text in strict.text if "@media print" in text]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_names_the_hash_of_the_style_sheet_exactly() -> None:
    """A byte more or less, and a browser would show the page without its style."""
    page = timeline_page(LONG, Language.HU)
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "\"'><img src=x onerror=y>", "</title></svg><b>", "{{ 7*7 }}"]
)
@pytest.mark.parametrize("language", Language)
def test_whatever_stands_in_the_record_is_text_on_the_page(hostile: str, language: Language) -> None:
    """Who forged a row of the record must not speak through the page that shows it."""
    forged = life(timedelta(days=1), hostile=hostile)
    forged = replace(forged, registration_id=hostile, office=hostile, runs=(Run(hostile, Source.TEMPORAL, OPENED),))
    page = timeline_page(forged, language)
    strict, harmless = parsed(page), parsed(timeline_page(life(timedelta(days=1)), language))
    assert {tag for tag, _ in strict.tags} == {tag for tag, _ in harmless.tags}
    assert hostile in " ".join(strict.text)
    picture(page)


@pytest.mark.parametrize("shown", [LONG, SHORT, life(timedelta(days=30), cycles=60), life(timedelta(microseconds=1))])
def test_bars_follow_each_other_without_gap_and_can_be_seen(shown: Timeline) -> None:
    """Each status from its event to the next, from end to end."""
    drawn = picture_of(shown)
    assert drawn
    bars: tuple[Bar, ...] = drawn.bars
    statuses = [entry.status for entry in shown.entries if entry.sequence]
    assert [bar.status for bar in bars] == statuses
    for before, after in pairwise(bars):
        assert before.x + before.width == pytest.approx(after.x)
    assert bars[0].x == pytest.approx(drawn.left)
    assert bars[-1].x + bars[-1].width == pytest.approx(drawn.right)
    assert all(bar.width > 2 for bar in bars)
    xs = [mark.x for mark in drawn.events]
    assert xs == sorted(xs)
    assert [float(rect.get("x", "")) for rect in bar_rects(shown)] == pytest.approx([bar.x for bar in bars], abs=0.06)


def test_a_status_of_seconds_has_its_place_in_a_life_of_ten_years() -> None:
    """The first three steps within a minute, then years: each of them can still be read."""
    seconds = (0, 20, 60)
    events = [entry for entry in LONG.entries if entry.sequence]
    moved = [replace(entry, at=OPENED + timedelta(seconds=s)) for entry, s in zip(events, seconds, strict=False)]
    drawn = picture_of(replace(LONG, entries=(*moved, *events[3:])))
    assert drawn
    assert (drawn.bars[-1].until or drawn.flags[-1].at) - OPENED > timedelta(days=9 * 365)
    assert all(bar.width >= 15 for bar in drawn.bars)
    assert all(after.x - before.x >= 15 for before, after in pairwise(drawn.events))
    assert {mark.row for mark in drawn.events[:3]} == {0}


def bar_rects(shown: Timeline) -> list[Any]:
    groups = picture(timeline_page(shown, Language.EN)).iter("{http://www.w3.org/2000/svg}g")
    return [
        group.find("{http://www.w3.org/2000/svg}rect")
        for group in groups
        if "bar" in (group.get("class") or "").split()
    ]


@pytest.mark.parametrize(
    ("shown", "label"),
    [
        (LONG, "2030"),
        (SHORT, "10:30:40"),
        (life(timedelta(days=20)), "2027. 02."),
        (life(timedelta(hours=5)), "11. 26."),
    ],
)
def test_the_axis_counts_in_the_unit_of_the_life(shown: Timeline, label: str) -> None:
    drawn = picture_of(shown)
    assert drawn
    labels = [tick.label for tick in drawn.ticks]
    assert label in labels
    assert all(after.x - before.x >= 60 for before, after in pairwise(drawn.ticks))


def test_a_deadline_that_something_came_before_is_told_from_one_that_came_true() -> None:
    drawn = picture_of(LONG)
    assert drawn
    assert not any(flag.replaced for flag in drawn.flags)
    early = replace(LONG.entries[0], deadline=OPENED + timedelta(days=30 * 365))
    drawn = picture_of(replace(LONG, entries=(early, *LONG.entries[1:])))
    assert drawn
    assert [flag.beyond for flag in drawn.flags if flag.replaced] == [True]


def test_a_registration_without_an_event_has_a_page_that_says_so() -> None:
    page = timeline_page(replace(LONG, entries=(), runs=(), status=Status.SUBMITTED, deadline=None), Language.HU)
    assert "Még semmi sem történt." in " ".join(parsed(page).text)


@pytest.mark.parametrize("language", Language)
def test_a_page_shows_where_an_event_cannot_be_read(language: Language) -> None:
    """Also where it is the first, or there is no other."""
    first = Event("r-1", 2, OPENED, EventKind.CODE_REDEEMED, CITIZEN, Status.TEMPORARY, False, "m", 1, "0")
    records: list[list[Event | UnreadableEvent]] = [
        [UnreadableEvent(1), first, UnreadableEvent(3)],
        [UnreadableEvent(1)],
    ]
    for events in records:
        entries = entries_of(events, [], {1: Policy()}, OPENED)
        assert [(entry.sequence, entry.at) for entry in entries] == [(event.sequence, OPENED) for event in events]
        page = timeline_page(replace(LONG, entries=entries), language)
        assert page.count("audit verify") == 1 + 2 * sum(isinstance(event, UnreadableEvent) for event in events)
        picture(page)
        parsed(page)
