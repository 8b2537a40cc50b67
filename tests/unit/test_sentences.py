"""A message id and its facts become a sentence in the reader's language."""

from datetime import UTC, datetime

import pytest

from registration.letters import LetterKind
from registration.messages import ActorKind
from registration.sentences import Sentence
from registration.statuses import Channel, Language, Status
from starter.translation import language_of_environment, translated

HU, EN = Language.HU, Language.EN
SENT = ("Letter sent: {letter}, {count} day ahead.", "Letter sent: {letter}, {count} days ahead.")


def test_a_fact_of_a_vocabulary_is_translated_and_an_id_is_not() -> None:
    """`close` may be the id of a clerk: only a fact's type says whether it is a word."""
    sentence = Sentence("the status becomes {status}", {"status": Status.LAPSED})
    assert (translated(sentence, EN), translated(sentence, HU)) == ("the status becomes lapsed", "az állapot: elévült")
    assert translated(Sentence("the status becomes {status}", {"status": "lapsed"}), HU) == "az állapot: lapsed"


def test_a_fact_may_be_a_sentence_a_list_or_a_time() -> None:
    inner = Sentence("the status becomes {status}", {"status": Status.ACTIVE})
    assert translated(Sentence("{letter}: {reason}", {"letter": inner, "reason": "x"}), HU) == "az állapot: aktív: x"
    kinds = (ActorKind.CLERK, ActorKind.CITIZEN)
    assert translated(Sentence("{letter}: {reason}", {"letter": kinds, "reason": 3}), HU) == "ügyintéző, ügyfél: 3"
    summer = datetime(2027, 7, 1, 10, 5, tzinfo=UTC)
    assert str(Sentence("by {deadline}", {"deadline": summer})) == "by 2027-07-01 12:05"


@pytest.mark.parametrize(("days", "english"), [(1, "1 day ahead"), (7, "7 days ahead")])
def test_a_number_chooses_the_plural_of_its_language(days: int, english: str) -> None:
    sentence = Sentence.counted(*SENT, days, letter=LetterKind.PASSWORD_EXPIRING)
    assert english in translated(sentence, EN)
    assert translated(sentence, HU) == f"Levél ment ki: emlékeztető a jelszó lejártára, {days} nappal a határidő előtt."


def test_the_label_of_a_vocabulary_is_its_value_spelt_with_spaces_unless_it_has_its_own() -> None:
    assert Channel.IN_PERSON.label == "in person"
    assert ActorKind.CITIZEN.label == "client"
    assert ActorKind("CITIZEN") is ActorKind.CITIZEN == "CITIZEN"


def test_a_sentence_without_one_of_its_facts_is_an_error() -> None:
    with pytest.raises(KeyError, match="status"):
        str(Sentence("the status becomes {status}"))


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, EN),
        ({"LANG": "hu_HU.UTF-8"}, HU),
        ({"LANG": "hu"}, HU),
        ({"LANG": "en_GB.UTF-8"}, EN),
        ({"LANG": "hu_HU.UTF-8", "LC_ALL": "C"}, EN),
        ({"LANG": "hu_HU.UTF-8", "LC_ALL": ""}, HU),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "hu_HU"}, HU),
        ({"LC_MESSAGES": "hu_HU", "LC_ALL": "de_DE.UTF-8"}, EN),
    ],
)
def test_the_language_follows_the_locale(variables: dict[str, str], language: Language) -> None:
    assert language_of_environment(variables) is language
