"""Every error has its problem: one table, complete, in both languages (RFC 9457)."""

import re
from pathlib import Path

import pytest

from registration.errors import UgyfelkapuError
from registration.sentences import Sentence
from registration.statuses import Language
from starter.api.documented import example_of, problems
from starter.serving.negotiation import preferred_language
from starter.translation import translated

NEVER_RAISED = {"UgyfelkapuError", "Refusal", "SignatureRefused", "HttpRefusal", "HttpTrouble"}
"""They only stand for those below them in the tree."""

EVERY = [kind for name, kind in UgyfelkapuError.kinds.items() if name not in NEVER_RAISED]
DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_declares_a_problem_of_its_own_that_is_stable_and_titled_in_both_languages(
    kind: type[UgyfelkapuError],
) -> None:
    assert "problem" in vars(kind)
    assert re.fullmatch(r"urn:ugyfelkapu:problem:[a-z]+(-[a-z]+)*", kind.problem.uri)
    assert 400 <= kind.problem.status <= 599
    title = Sentence(kind.problem.title)
    assert translated(title, Language.EN) == kind.problem.title != translated(title, Language.HU)


def test_no_two_errors_have_the_same_problem() -> None:
    assert len({kind.problem.name for kind in EVERY}) == len(EVERY)


def test_the_document_has_the_problems_as_they_are_declared() -> None:
    documented = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \| (.+) \|$", DOCUMENT, re.MULTILINE)
    declared = [(kind.problem.name, str(kind.problem.status), kind.problem.advice) for kind in EVERY]
    assert sorted(documented) == sorted(declared)


def test_the_examples_of_the_document_are_problems_with_every_blank_filled() -> None:
    shown = problems(*EVERY)
    examples = [
        (name, example["value"])
        for response in shown.values()
        for name, example in response["content"]["application/problem+json"]["examples"].items()
    ]
    assert {name for name, _ in examples} == {kind.problem.name for kind in EVERY}
    for name, example in examples:
        assert example["type"].endswith(f":{name}")
        assert "{" not in example["detail"]
        assert example["status"] in shown


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", EVERY)
def test_a_problem_is_one_sentence_in_each_language(kind: type[UgyfelkapuError], language: Language) -> None:
    sentence = translated(example_of(kind).sentence, language)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "hu"),
        ("", "hu"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("EN", "en"),
        ("hu-HU,hu;q=0.9,en;q=0.8", "hu"),
        ("en;q=0.8,hu;q=0.9", "hu"),
        ("en;q=0.9, hu;q=0.8", "en"),
        ("en,hu", "en"),
        ("hu,en", "hu"),
        ("de,fr;q=0.9", "hu"),
        ("de, en;q=0.1", "en"),
        ("*", "hu"),
        ("*;q=0.5, en;q=0.4", "hu"),
        ("hu;q=0, *", "en"),
        ("hu;q=0", "hu"),
        ("en;q=0", "hu"),
        ("en;q=x", "hu"),
        ("en;q=2", "hu"),
        ("en;q=nan", "hu"),
        (";;,,=", "hu"),
    ],
)
def test_the_language_is_negotiated_by_weight(header: str | None, language: str) -> None:
    assert preferred_language(header) == language
