"""No sentence has a period or a number of tries in its words: it is a fact, of the policy or of a constant."""

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Message

from registration.statuses import Language
from starter.dev.extraction import extracted
from starter.dev.words import CATALOGUE, read

ROOT: Final = Path(__file__).parents[2]
LETTERS: Final = ROOT / "activities" / "letters" / "templates"
PERIODS: Final = {
    Language.EN: re.compile(
        r"\b(\d+|one|two|three|four|five|six|seven|ten|fifteen|thirty|sixty|half an?) "
        r"(second|minute|hour|day|week|month|year|time|attempt)s?\b",
        re.IGNORECASE,
    ),
    Language.HU: re.compile(
        r"\b(\d+|két|kettő|három|négy|öt|hat|hét|tíz|tizenöt|harminc|hatvan|fél) "
        r"(másodperc|perc|óra|órá|nap|hét|hónap|év|alkalom|alkalm)",
        re.IGNORECASE,
    ),
}
IN_JINJA: Final = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
FIXED: Final = {
    "1 year": "a choice of the form, as are the next two",
    "6 months": "",
    "3 months": "",
    "You need an e-mail address that only you read. It takes about 5 minutes.": "an estimate",
    "If something is not accessible to you, tell any registration body, in person or by letter; the list has their "
    "addresses. They also do in person all that this site does. By law you get an answer within 30 days.": "a law",
    "disagreements in 24 hours": "what is measured, as in the next two",
    "undelivered letters in 24 hours": "",
    "A task has waited for more than 30 seconds: look whether the workers that run are well, or start more.": "",
}
"""Numbers that no rule decides, each with why."""


def texts(part: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [part or ""] if isinstance(part, str | None) else list(part)


@cache
def messages() -> list[Message]:
    return [message for message in extracted(ROOT) if message.id and not stays_in_dev(message)]


def stays_in_dev(message: Message) -> bool:
    return all(file.startswith("starter/dev/") for file, _ in message.locations)


def test_no_message_has_one() -> None:
    found = {text for message in messages() for text in texts(message.id) if PERIODS[Language.EN].search(text)}
    assert found == {text for text in FIXED if PERIODS[Language.EN].search(text)}


def test_no_translation_has_one_that_its_message_has_not() -> None:
    kept = read(ROOT / CATALOGUE)
    for message in messages():
        found = kept.get(message.id, message.context)
        ours, theirs = " ".join(texts(message.id)), " ".join(texts(found.string if found else None))
        if not PERIODS[Language.EN].search(ours):
            assert not PERIODS[Language.HU].search(theirs), theirs


@pytest.mark.parametrize("language", Language)
def test_no_letter_has_one(language: Language) -> None:
    """But the reminder of the last day, which is spread over the 24 hours before."""
    said = {
        found[0]
        for file in LETTERS.rglob(f"*.{language}.*")
        for found in PERIODS[language].finditer(IN_JINJA.sub("", file.read_text(encoding="utf-8")))
    }
    assert said == {{Language.EN: "two days", Language.HU: "két nap"}[language]}
