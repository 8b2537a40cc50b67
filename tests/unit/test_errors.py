"""What is refused is said in one sentence, in English and in Hungarian, with every blank filled."""

import re
import string
from enum import StrEnum
from pathlib import Path

import pytest

from registration import errors, signature_errors
from registration.catalogue import ENGLISH, HUNGARIAN
from registration.errors import InvalidInput, UgyfelkapuError
from registration.input_rules import InputRule
from registration.messages import ActorKind
from registration.operations import ACTS
from registration.rules import MESSAGES
from registration.signer_rules import SignerRule
from registration.statuses import Language, Status

CLASSES = {
    name: kind
    for name, kind in (vars(errors) | vars(signature_errors)).items()
    if isinstance(kind, type) and issubclass(kind, UgyfelkapuError)
}


OPERATIONS = {
    name
    for file in (Path(__file__).parents[2] / "starter/gateway").glob("*.py")
    for name in re.findall(r'"((?:desk|operations|admin|audit)\.\w+)"', file.read_text(encoding="utf-8"))
}
WAYS_OUT = {"visit_a_body", "register", "come_again", "nothing"}


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def english(kind: type[UgyfelkapuError]) -> str:
    return kind.__doc__ or ""


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_has_a_hungarian_sentence_with_blanks_that_the_english_one_has(name: str) -> None:
    """Only the name of a status may be missing in one of them; what no sentence asks for is never a fact."""
    assert blanks(HUNGARIAN[name]) == blanks(english(CLASSES[name]))


@pytest.mark.parametrize("rule", [*InputRule, *SignerRule])
def test_every_rule_of_input_has_its_hungarian_half_with_the_same_blanks(rule: StrEnum) -> None:
    assert blanks(HUNGARIAN[rule]) == blanks(rule)
    assert HUNGARIAN[rule] != rule


@pytest.mark.parametrize("word", [*Status, *ActorKind])
def test_every_word_that_fills_a_blank_has_its_hungarian_one(word: str) -> None:
    assert re.fullmatch(r"[a-záéíóöőúüű ]+", HUNGARIAN[word])


@pytest.mark.parametrize("act", [*(row.name for row in MESSAGES.values()), *sorted(OPERATIONS), *ActorKind])
def test_every_message_and_every_operation_of_staff_has_words_in_both_languages(act: str) -> None:
    """A refusal names them; no person reads `request_code` or `desk.access_entries`."""
    for word in (HUNGARIAN[act], ENGLISH[act]):
        assert re.fullmatch(r"[a-záéíóöőúüű, -]+", word)
    assert HUNGARIAN[act] != ENGLISH[act]


def test_the_catalogue_says_nothing_that_nobody_asks_for() -> None:
    assert set(HUNGARIAN) == {*CLASSES, *Status, *ActorKind, *InputRule, *SignerRule, *ACTS}
    assert set(ENGLISH) == {*ActorKind, *ACTS}
    assert set(ACTS) == {*(row.name for row in MESSAGES.values()), *OPERATIONS, *WAYS_OUT}


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
    assert str(refusal) == refusal.sentence(Language.EN)
    assert str(refusal) == "The role auditor does not allow this: closing the registration."
    assert refusal.sentence(Language.HU) == "Erre ellenőr nem jogosult: a regisztráció megszüntetése."


def test_an_id_is_told_as_it_is_though_it_looks_like_a_word() -> None:
    refusal = errors.AlreadyReactivated(clerk="close", office="nothing", at="2027-03-01 10:00")
    assert "by close of office nothing" in str(refusal)
    assert "újraaktiválta close (nothing hivatal)" in refusal.sentence(Language.HU)


def test_what_an_older_worker_offers_instead_is_told_in_words_too() -> None:
    """Versions meet while one replaces the other: what they do not know of each other is told as it is."""
    refusal = errors.NotAccepted(status=Status.ACTIVE, message="reactivate", instead="close, what_comes_later")
    assert "possible instead: closing the registration, what_comes_later." in str(refusal)


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
