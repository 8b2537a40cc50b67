"""What a clerk searches by: one criterion, and spellings that are the same."""

import unicodedata
from datetime import date
from typing import Any

import pytest

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.searching import Criterion, SearchForm, folded, identity_key

TODAY = date(2027, 3, 1)
PERSON = {"birth_name": "Teszt Elek", "birth_date": "1980-02-29", "mothers_birth_name": "Minta Éva"}


def parsed(**form: Any) -> SearchForm:  # noqa: ANN401  any field of the form
    return SearchForm.parse(form, today=TODAY)


@pytest.mark.parametrize(
    ("form", "criterion"),
    [
        ({"receipt_number": "0000-0000-013"}, Criterion.RECEIPT_NUMBER),
        ({"user_name": "teszt.elek", "email": None}, Criterion.USER_NAME),
        ({"email": "teszt@example.org"}, Criterion.EMAIL),
        (PERSON, Criterion.IDENTITY),
    ],
)
def test_one_criterion_is_taken_and_named(form: dict[str, Any], criterion: Criterion) -> None:
    assert parsed(**form).criterion is criterion


def test_only_all_of_the_identity_data_are_a_person() -> None:
    assert parsed(**PERSON).identity == ("Teszt Elek", date(1980, 2, 29), "Minta Éva")
    assert parsed(user_name="teszt.elek").identity is None


@pytest.mark.parametrize("form", [{}, {"user_name": None}, {"user_name": "a", "email": "b"}, PERSON | {"email": "b"}])
def test_none_or_two_criteria_are_refused(form: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parsed(**form)
    assert refusal.value.facts["rule"] is InputRule.ONE_CRITERION


@pytest.mark.parametrize(
    ("form", "field", "rule"),
    [
        ({"birth_name": "Teszt Elek"}, "birth_date", InputRule.REQUIRED),
        (PERSON | {"mothers_birth_name": None}, "mothers_birth_name", InputRule.REQUIRED),
        (PERSON | {"birth_date": "29.02.1980"}, "birth_date", InputRule.DATE),
        (PERSON | {"birth_date": "2027-03-02"}, "birth_date", InputRule.DATE),
        ({"user_name": " "}, "user_name", InputRule.TEXT),
        ({"email": 7}, "email", InputRule.TEXT),
        ({"phone": "1"}, "phone", InputRule.UNKNOWN_FIELD),
    ],
)
def test_what_breaks_a_rule_is_named(form: dict[str, Any], field: str, rule: InputRule) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parsed(**form)
    assert (refusal.value.facts["field"], refusal.value.facts["rule"]) == (field, rule)


@pytest.mark.parametrize("spelt", ["Őri  Éva", " őri éva", "ŐRI\tÉVA ", unicodedata.normalize("NFD", "Őri Éva")])
def test_case_white_space_and_unicode_form_make_no_difference(spelt: str) -> None:
    assert folded(spelt) == "őri éva"


def test_accents_and_the_place_of_a_name_make_a_difference() -> None:
    keys = {
        identity_key("Őri Éva", date(1980, 2, 29), "Kis Éva"),
        identity_key("Ori Eva", date(1980, 2, 29), "Kis Éva"),
        identity_key("Kis Éva", date(1980, 2, 29), "Őri Éva"),
        identity_key("Őri Éva", date(1980, 2, 28), "Kis Éva"),
    }
    assert len(keys) == 4
    assert identity_key("ŐRI éva", date(1980, 2, 29), "kis  ÉVA") in keys


def test_a_form_shows_nothing_of_what_was_typed() -> None:
    assert repr(parsed(**PERSON)) == "SearchForm()"
