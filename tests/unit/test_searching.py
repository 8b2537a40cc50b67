"""What a clerk searches by: one criterion, and spellings that are the same."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.searching import Criterion, SearchForm, folded_name, identity_key

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


@pytest.mark.parametrize(
    "typed", ["0000-\n0000-013", "0000\u20110000\xad\u2011013\u200b", "\ufeff0000\t0000 013\r\n"], ids=ascii
)
def test_a_receipts_number_may_have_separators_of_any_kind(typed: str) -> None:
    assert (parsed(receipt_number=typed).receipt_number or "").replace(" ", "").replace("-", "") == "00000000013"


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
        (PERSON | {"birth_date": "0001-01-01"}, "birth_date", InputRule.BIRTH_DATE),
        ({"user_name": "\u200b\xa0"}, "user_name", InputRule.TEXT),
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
    assert folded_name(spelt) == "őri éva"


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


TWINS = [
    (
        "O'Connor",
        ["O’Connor", "O‘Connor", "Oʼ\u200cConnor", "O´Connor", "O`Connor", "O′Connor", "O＇Connor", "o‛connor"],
    ),
    (
        "Szabó-Nagy",
        [
            *(f"Szabó{dash}Nagy" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u2043\u207b"),
            *("Szabó - Nagy", "Szabó -\xa0Nagy", "SZABÓ\u2009–\u2009NAGY", "Szabó-\u200bNagy", "Sza\xadbó-Nagy"),
        ],
    ),
    (
        "Kis Pál",
        ["Kis\xa0Pál", "Kis\u2003 Pál", "\u200eKis Pál\u200f", "Kis \u2060Pál", "\ufeffKis Pál", "K\u200dis Pál"],
    ),
    ("Straßer Ágnes", ["STRASSER ÁGNES", "Strasser A\u0301gnes", "Stra\u1e9eer Ágnes"]),
    ("علی\u200cرضا", ["علیرضا", "علی\u200dرضا\u200f", "\u200fعلیرضا"]),
    ("ﬁala", ["fiala", "FIALA", "Fi\u200cala"]),
    ("D'Arco", ["D' Arco", "d’ arco", "D 'Arco", "D\xa0’\xa0Arco", "D'\u200b Arco"]),
    ("Éva Őri", ["E\u034f\u0301va Őri", "Éva\u034f Őri", "Éva\ufe0f Ő\ufe0eri", "\u180bÉva Őri\U000e0100"]),
    ("葛城", ["葛\U000e0100城", "葛城\ufe00"]),
    ("ŉkosi", ["'nkosi", "ʼNkosi", "’nkosi"]),
]


@pytest.mark.parametrize(("name", "twins"), TWINS)
def test_twins_of_a_name_are_one(name: str, twins: list[str]) -> None:
    assert {folded_name(twin) for twin in twins} == {folded_name(name)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Connor", "Oconnor"),
        ("Szabó-Nagy", "Szabónagy"),
        ("Szabó-Nagy", "Szabó Nagy"),
        ("Kis Pál", "Kispál"),
        ("Kovacs", "Kovács"),
        ("Kovács", "Κovács"),
    ],
    ids=ascii,
)
def test_other_names_stay_others(one: str, other: str) -> None:
    assert folded_name(one) != folded_name(other)


@given(st.text(max_size=50))
def test_folding_again_changes_nothing(name: str) -> None:
    assert folded_name(folded_name(name)) == folded_name(name)
