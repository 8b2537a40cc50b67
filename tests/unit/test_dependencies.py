"""An operator reads which dependency did not answer; a client reads that the service did not."""

import pytest

from registration.dependencies import Dependency
from registration.errors import UgyfelkapuError, Unavailable
from registration.statuses import Language
from starter.translation import translated

FACTS = {"reason": "TimeoutError"}
KEY = {"key": "m2", "setting": "UGYFELKAPU_MASTER_KEYS"}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("dependency", list(Dependency))
def test_an_operator_reads_dependency_setting_and_next_step(dependency: Dependency, language: Language) -> None:
    trouble = Unavailable(dependency, **(KEY if dependency is Dependency.KEY else FACTS))
    sentence = translated(trouble.for_operators, language)
    assert (dependency.setting(trouble.facts) or "") in sentence
    assert all(fact in sentence for name, fact in trouble.facts.items() if name != "dependency") or (
        dependency is Dependency.HASHING
    )
    assert "{" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("dependency", [None, *Dependency])
def test_a_client_reads_the_same_sentence_whatever_it_was(dependency: Dependency | None, language: Language) -> None:
    assert translated(Unavailable(dependency, **FACTS).sentence, language) == translated(
        Unavailable().sentence, language
    )


def test_without_a_dependency_both_read_the_same() -> None:
    assert translated(Unavailable().for_operators, Language.EN) == translated(Unavailable().sentence, Language.EN)


@pytest.mark.parametrize("dependency", list(Dependency))
def test_it_crosses_temporal_by_its_facts(dependency: Dependency) -> None:
    """A failure is its type and its facts, as JSON."""
    arrived = UgyfelkapuError.kinds["Unavailable"](**Unavailable(dependency, **FACTS).facts)
    assert isinstance(arrived, Unavailable)
    assert arrived.dependency is dependency
    assert arrived.facts == {**FACTS, "dependency": dependency.name}


def test_the_setting_of_a_key_is_that_of_its_use() -> None:
    assert Dependency.KEY.setting({"setting": "UGYFELKAPU_CODE_KEYS"}) == "UGYFELKAPU_CODE_KEYS"
    assert Dependency.DATABASE.setting({}) == "UGYFELKAPU_DATABASE_URL"
