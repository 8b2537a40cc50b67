"""What is refused is said in one sentence, in English and in Hungarian, with every blank filled."""

import re
import string

import pytest

from registration import errors, signature_errors
from registration.catalogue import HUNGARIAN
from registration.errors import InvalidInput, UgyfelkapuError
from registration.input_rules import InputRule
from registration.messages import ActorKind
from registration.statuses import Language, Status

CLASSES = {
    name: kind
    for name, kind in (vars(errors) | vars(signature_errors)).items()
    if isinstance(kind, type) and issubclass(kind, UgyfelkapuError)
}


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def english(kind: type[UgyfelkapuError]) -> str:
    return kind.__doc__ or ""


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_has_a_hungarian_sentence_with_blanks_that_the_english_one_has(name: str) -> None:
    """Only the name of a status may be missing in one of them; what no sentence asks for is never a fact."""
    assert blanks(HUNGARIAN[name]) == blanks(english(CLASSES[name]))


@pytest.mark.parametrize("rule", InputRule)
def test_every_rule_of_input_has_its_hungarian_half_with_the_same_blanks(rule: InputRule) -> None:
    assert blanks(HUNGARIAN[rule]) == blanks(rule)
    assert HUNGARIAN[rule] != rule


@pytest.mark.parametrize("word", [*Status, *ActorKind])
def test_every_word_that_fills_a_blank_has_its_hungarian_one(word: str) -> None:
    assert re.fullmatch(r"[a-záéíóöőúüű ]+", HUNGARIAN[word])


def test_the_catalogue_says_nothing_that_nobody_asks_for() -> None:
    assert set(HUNGARIAN) == {*CLASSES, *Status, *ActorKind, *InputRule}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CLASSES)
def test_all_blanks_fill(name: str, language: Language) -> None:
    facts = {blank: f"<{blank}>" for blank in blanks(english(CLASSES[name]))}
    sentence = CLASSES[name](**facts).sentence(language)
    assert all(fact in sentence for fact in facts.values())
    assert not set("{}\n") & set(sentence)
    assert sentence.endswith(".")
    assert "  " not in sentence


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("rule", InputRule)
def test_the_blanks_of_a_rule_fill_too(rule: InputRule, language: Language) -> None:
    facts = {blank: f"<{blank}>" for blank in blanks(rule)}
    sentence = InvalidInput(field="birth_date", rule=rule, **facts).sentence(language)
    assert sentence.startswith("birth_date: ")
    assert all(fact in sentence for fact in facts.values())
    assert "{" not in sentence


def test_statuses_and_actors_are_told_in_the_language_of_the_sentence() -> None:
    refusal = errors.NotAllowed(actor=ActorKind.AUDITOR, message="close")
    assert str(refusal) == refusal.sentence(Language.EN) == "A AUDITOR may not send close."
    assert refusal.sentence(Language.HU).endswith("nem küldheti: ellenőr.")


def test_the_tree_at_the_top_of_the_module_is_the_tree_of_the_classes() -> None:
    """Each class once, under its parent, and no other."""
    drawn: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([│ ]*)(?:[├└]── )?([A-Z]\w+)(?:\s{2,}.*)?$", line)
        if found:
            depth = 0 if line == found[2] else len(found[1]) // 4 + 1
            drawn.append((depth, found[2]))
    ancestors: dict[int, str] = {}
    for depth, name in drawn:
        ancestors[depth] = name
        assert CLASSES[name].__base__ is (CLASSES[ancestors[depth - 1]] if depth else Exception)
    assert sorted(name for _, name in drawn) == sorted(CLASSES)


def test_an_error_crosses_temporal_by_its_name() -> None:
    assert UgyfelkapuError.kinds == {name: kind for name, kind in CLASSES.items() if kind is not UgyfelkapuError}
