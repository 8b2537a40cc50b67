"""What is refused is said in one sentence, in English and in Hungarian, with every blank filled."""

import re
import string

import pytest

from registration import errors, signature_errors
from registration.errors import InvalidInput, UgyfelkapuError
from registration.input_rules import InputRule
from registration.messages import ActorKind
from registration.operations import MessageName
from registration.rules import MESSAGES
from registration.statuses import Language, Status
from starter.api import http_errors
from starter.translation import translated

CLASSES = {
    name: kind
    for name, kind in (vars(errors) | vars(signature_errors) | vars(http_errors)).items()
    if isinstance(kind, type) and issubclass(kind, UgyfelkapuError)
}


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_whatever_a_refusal_names_has_words() -> None:
    """No person reads `request_code`."""
    assert set(MessageName) == {row.name for row in MESSAGES.values()}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CLASSES)
def test_all_blanks_fill(name: str, language: Language) -> None:
    facts = {blank: f"<{blank}>" for blank in blanks(CLASSES[name].message_id())}
    given = {blank: [fact] if blank == "instead" else fact for blank, fact in facts.items()}
    sentence = translated(CLASSES[name](**given).sentence, language)
    assert all(fact in sentence for fact in facts.values())
    assert not set("{}\n") & set(sentence)
    assert sentence.endswith(".")
    assert "  " not in sentence


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("rule", InputRule)
def test_the_blanks_of_a_rule_fill_too(rule: InputRule, language: Language) -> None:
    facts = {blank: f"<{blank}>" for blank in blanks(rule)}
    sentence = translated(InvalidInput(field="birth_date", rule=rule, **facts).sentence, language)
    assert sentence.startswith("birth_date: ")
    assert all(fact in sentence for fact in facts.values())
    assert "{" not in sentence


def test_statuses_and_actors_are_told_in_the_language_of_the_sentence() -> None:
    refusal = errors.NotAllowed(actor=ActorKind.AUDITOR, message="close")
    assert str(refusal) == translated(refusal.sentence, Language.EN)
    assert str(refusal) == "The role auditor does not allow this: closing the registration."
    assert translated(refusal.sentence, Language.HU) == "Erre ellenőr nem jogosult: a regisztráció megszüntetése."


def test_an_id_is_told_as_it_is_though_it_looks_like_a_word() -> None:
    refusal = errors.AlreadyReactivated(clerk="close", office="nothing", at="2027-03-01T10:00:00+00:00")
    assert "by close of office nothing" in str(refusal)
    assert "újraaktiválta close (hivatal: nothing) 2027-03-01 11:00-kor" in translated(refusal.sentence, Language.HU)


def test_what_an_older_worker_offers_instead_is_told_in_words_too() -> None:
    """Versions meet while one replaces the other: what they do not know of each other is shown as it is."""
    refusal = errors.NotAccepted(status=Status.ACTIVE, message="reactivate", instead=["close", "what_comes_later"])
    assert "possible instead: closing the registration, what_comes_later." in str(refusal)


@pytest.mark.parametrize(
    ("document", "modules"),
    [(errors.__doc__, {errors.__name__, signature_errors.__name__}), (http_errors.__doc__, {http_errors.__name__})],
)
def test_the_tree_at_the_top_of_the_module_is_the_tree_of_the_classes(document: str, modules: set[str]) -> None:
    """Each class once, under its parent, and no other; but for those of another module that the tree grows from."""
    drawn: list[tuple[int, str]] = []
    for line in document.splitlines():
        found = re.match(r"^([│ ]*)(?:[├└]── )?([A-Z]\w+)(?:\s{2,}.*)?$", line)
        if found:
            depth = 0 if line == found[2] else len(found[1]) // 4 + 1
            drawn.append((depth, found[2]))
    ancestors: dict[int, str] = {}
    for depth, name in drawn:
        ancestors[depth] = name
        assert not depth or CLASSES[name].__base__ is CLASSES[ancestors[depth - 1]]
    own = [name for _, name in drawn if CLASSES[name].__module__ in modules]
    assert sorted(own) == sorted(name for name, kind in CLASSES.items() if kind.__module__ in modules)


def test_an_error_crosses_temporal_by_its_name() -> None:
    assert UgyfelkapuError.kinds == {name: kind for name, kind in CLASSES.items() if kind is not UgyfelkapuError}
