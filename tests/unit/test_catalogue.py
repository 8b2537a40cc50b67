"""The catalogue has exactly what the product says, and each lapse is found."""

from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from registration.errors import WrongCode
from registration.sentences import Phrases, Vocabulary
from registration.statuses import Language
from starter.dev import words
from starter.dev.extraction import extracted, messages_of

ROOT = Path(__file__).parents[2]
ID = "In the status {status}."


@pytest.fixture
def template() -> Catalog:
    found = Catalog()
    found.add(ID, locations=[("a.py", 1)])
    found.add("active", context="Status", locations=[("b.py", 1)])
    return found


@pytest.fixture
def kept() -> Catalog:
    found = Catalog(locale=Language.HU)
    found.add(ID, "„{status}” állapotban.")
    found.add("active", "aktív", context="Status")
    return found


def test_the_catalogue_is_whole() -> None:
    assert list(words.problems(words.read(ROOT / words.CATALOGUE), extracted(ROOT))) == []


def test_what_fits_is_no_problem(kept: Catalog, template: Catalog) -> None:
    assert list(words.problems(kept, template)) == []


@pytest.mark.parametrize("translation", [None, ""])
def test_a_missing_translation_is_found(kept: Catalog, template: Catalog, translation: str | None) -> None:
    template.add("inactive", context="Status")
    if translation is not None:
        kept.add("inactive", translation, context="Status")
    assert list(words.problems(kept, template)) == ["missing: [Status] inactive"]


def test_a_translation_in_another_context_is_missing(kept: Catalog, template: Catalog) -> None:
    template.add("active", context="LetterKind")
    assert list(words.problems(kept, template)) == ["missing: [LetterKind] active"]


def test_a_fuzzy_translation_is_found(kept: Catalog, template: Catalog) -> None:
    kept[ID].flags.add("fuzzy")
    assert list(words.problems(kept, template)) == [f"fuzzy: {ID}"]


def test_a_stale_translation_is_found(kept: Catalog, template: Catalog) -> None:
    kept.add("Gone.", "Már nincs.")
    assert list(words.problems(kept, template)) == ["stale: Gone."]


def test_a_translation_that_is_only_kept_as_a_comment_is_stale(kept: Catalog, template: Catalog) -> None:
    kept.add("Gone.", "Már nincs.")
    kept.obsolete["Gone."] = kept["Gone."]
    kept.delete("Gone.")
    assert list(words.problems(kept, template)) == ["stale: Gone."]


@pytest.mark.parametrize("translation", ["Állapotban.", "„{state}” állapotban.", "{status} {office}", "{status", "{}"])
def test_a_translation_with_other_names_in_braces_is_found(kept: Catalog, template: Catalog, translation: str) -> None:
    kept[ID].string = translation
    assert list(words.problems(kept, template)) == [f"names in braces differ: {ID}"]


def test_every_form_of_a_plural_keeps_the_names(kept: Catalog, template: Catalog) -> None:
    template.add(("{count} day", "{count} days"))
    kept.add(("{count} day", "{count} days"), ("{number} nap",))
    assert list(words.problems(kept, template)) == ["names in braces differ: {count} day"]


def test_an_update_adds_what_is_new_and_drops_what_is_gone(kept: Catalog, template: Catalog, tmp_path: Path) -> None:
    """A reworded sentence keeps its old translation, marked as fuzzy until somebody has looked at it."""
    kept.add("Gone.", "Már nincs.")
    template.delete(ID)
    template.add("In this status {status}.")
    template.add("An altogether different thing.")
    words.update(kept, template)
    words.write(tmp_path / "hu.po", kept)
    again = words.read(tmp_path / "hu.po")
    assert list(words.problems(again, template)) == [
        "missing: An altogether different thing.",
        "fuzzy: In this status {status}.",
    ]
    assert again["In this status {status}."].string == "„{status}” állapotban."


def test_what_is_written_twice_is_the_same(kept: Catalog, template: Catalog, tmp_path: Path) -> None:
    texts = []
    for _ in range(2):
        words.update(kept, template)
        words.write(tmp_path / "hu.po", kept)
        texts.append((tmp_path / "hu.po").read_text(encoding="utf-8"))
        kept = words.read(tmp_path / "hu.po")
    assert texts[0] == texts[1]


class Colour(Vocabulary):
    """Of a test."""

    RED = "RED"
    GREY = "GREY", "neither black nor white"


class Rule(Phrases):
    """Of a test."""

    SHORT = "must be short"


@dataclass(frozen=True)
class Shown:
    """Of a test."""

    colour: Colour = field(metadata={"title": "colour of it", "description": "Which colour it has."})
    bare: str = ""


def test_the_extractor_reads_labels_rules_titles_and_docstrings_of_refusals() -> None:
    module = ModuleType(__name__)
    vars(module).update(Colour=Colour, Rule=Rule, Shown=Shown, WrongCode=WrongCode)
    assert list(messages_of(module)) == [
        ("red", "Colour"),
        ("neither black nor white", "Colour"),
        ("must be short", None),
        ("colour of it", None),
    ]


def test_the_extractor_reads_calls_and_templates() -> None:
    found = extracted(ROOT)
    assert WrongCode.message_id() in found
    assert "Registration receipt" in found
    assert found["Letter sent: {letter}, {count} day ahead."].pluralizable
    assert [name for name, _ in found["Nothing was found."].locations] == ["starter/cli/output.py"]
