"""Every sentence with which a process refuses to start names its setting, in both languages."""

import pytest

from registration.statuses import Language
from settings.start_problems import CannotStart, StartProblem
from starter.translation import translated

FACTS = {
    "setting": "UGYFELKAPU_MASTER_KEYS",
    "key": "m2",
    "reason": "InvalidPasswordError",
    "found": "0001",
    "needed": "0002",
    "migrations": "0002",
    "processes": "worker host-1:7",
    "seconds": "61",
    "most": "60",
}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("problem", list(StartProblem))
def test_it_names_setting_and_next_step_in_one_sentence(problem: StartProblem, language: Language) -> None:
    refused = CannotStart(problem, **FACTS)
    sentence = translated(refused.sentence, language)
    assert sentence.startswith(f"{refused.setting}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "{" not in sentence
    assert ";" in sentence, "what is wrong; what to do"


def test_the_setting_of_a_key_is_a_fact() -> None:
    assert CannotStart(StartProblem.KEY_DIFFERS, setting="UGYFELKAPU_CODE_KEYS", key="c1").setting == (
        "UGYFELKAPU_CODE_KEYS"
    )
    assert CannotStart(StartProblem.NO_SCHEMA).setting == "UGYFELKAPU_DATABASE_URL"
