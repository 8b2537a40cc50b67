"""Every error has its problem: one table, complete, and told in both languages (RFC 9457)."""

import re
from pathlib import Path

import pytest

from registration import errors, signature_errors
from registration.errors import UgyfelkapuError
from registration.statuses import Language
from starter.api.documented import problems
from starter.api.negotiation import preferred_language
from starter.api.problem_types import OF_ERRORS, OF_HTTP, ProblemType

NEVER_RAISED = {errors.UgyfelkapuError, errors.Refusal, signature_errors.SignatureRefused}
"""They only stand for those below them in the tree."""

EVERY_TYPE: list[ProblemType] = [*OF_ERRORS.values(), *OF_HTTP]
DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_error_of_the_engine_has_a_problem_type_of_its_own() -> None:
    named = [*vars(errors).values(), *vars(signature_errors).values()]
    classes = {kind for kind in named if isinstance(kind, type) and issubclass(kind, UgyfelkapuError)}
    assert set(OF_ERRORS) == classes - NEVER_RAISED
    names = [kind.name for kind in EVERY_TYPE]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", EVERY_TYPE, ids=lambda kind: kind.name)
def test_a_problem_type_is_stable_titled_in_both_languages_and_documented(kind: ProblemType) -> None:
    assert re.fullmatch(r"urn:ugyfelkapu:problem:[a-z]+(-[a-z]+)*", kind.uri)
    assert 400 <= kind.status <= 599
    assert kind.title_in(Language.EN) == kind.title != kind.hungarian == kind.title_in(Language.HU)
    assert f"| `{kind.name}` | {kind.status} |" in DOCUMENT


def test_the_document_knows_no_problem_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `([a-z-]+)` \| \d{3} \|", DOCUMENT, re.MULTILINE)
    assert sorted(documented) == sorted(kind.name for kind in EVERY_TYPE)


@pytest.mark.parametrize("kind", OF_HTTP, ids=lambda kind: kind.name)
def test_a_problem_of_http_is_one_sentence_in_each_language(kind: object) -> None:
    for language in Language:
        sentence = kind.detail_in(language)  # type: ignore[attr-defined]  # HttpProblemType
        assert sentence.endswith(".")
        assert "\n" not in sentence


def test_the_examples_of_the_document_are_problems_with_every_blank_filled() -> None:
    told = problems(*OF_ERRORS)
    examples = [
        (name, example["value"])
        for response in told.values()
        for name, example in response["content"]["application/problem+json"]["examples"].items()
    ]
    assert {name for name, _ in examples} >= {kind.name for kind in OF_ERRORS.values()}
    for name, example in examples:
        assert example["type"].endswith(f":{name}")
        assert "{" not in example["detail"]
        assert example["status"] in told


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
