"""A file of offices, line by line: the bodies of S2 and nothing else."""

import csv
from pathlib import Path

import pytest

from registration.errors import InvalidInput, OfficeChanged
from registration.input_rules import InputRule
from registration.offices import OFFICE_COLUMNS, Body, Office
from registration.statuses import Language
from starter.translation import translated

EXAMPLE = Path(__file__).parents[2] / "examples" / "offices.csv"
LINE = {"code": "UK-1", "body": "UGYFELKOZPONT", "name": "Ügyfélközpont", "address": "1094 Budapest", "open": "true"}


def test_a_line_is_an_office_with_each_documented_column() -> None:
    assert set(LINE) == set(OFFICE_COLUMNS)
    assert Office.parse(LINE) == Office("UK-1", Body.UGYFELKOZPONT, "Ügyfélközpont", "1094 Budapest", True)
    assert not Office.parse(LINE | {"open": "false"}).open


@pytest.mark.parametrize(
    ("field", "rule", "typed"),
    [
        ("code", InputRule.IDENTIFIER, "UK 1"),
        ("code", InputRule.IDENTIFIER, ""),
        ("body", InputRule.ONE_OF, "POSTA"),
        ("name", InputRule.TEXT, "  "),
        ("address", InputRule.TEXT, "1094\nBudapest"),
        ("address", InputRule.TEXT, "Gy\udcf5r"),
        ("open", InputRule.ONE_OF, "TRUE"),
        ("open", InputRule.ONE_OF, ""),
    ],
)
def test_a_field_that_breaks_its_rule_is_named_and_not_repeated(field: str, rule: InputRule, typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Office.parse(LINE | {field: typed})
    assert (refusal.value.facts["field"], refusal.value.facts["rule"]) == (field, rule)
    assert typed.strip() == "" or typed not in str(refusal.value)


def test_every_registration_body_has_a_word_in_both_languages() -> None:
    assert len({translated(body, language) for body in Body for language in Language}) == 2 * len(Body)


def test_the_example_has_an_office_of_each_body_and_a_closed_one() -> None:
    with EXAMPLE.open(encoding="utf-8", newline="") as file:
        offices = [Office.parse(line) for line in csv.DictReader(file)]
    assert {office.body for office in offices if office.open} == set(Body)
    assert not all(office.open for office in offices)


def test_an_office_takes_the_place_of_what_its_form_showed_alone() -> None:
    present = Office.parse(LINE)
    moved = Office.parse(LINE | {"address": "1095 Budapest"})
    closed = Office.parse(LINE | {"open": "false"})
    moved.check_in_place_of(None, "")
    moved.check_in_place_of(present, present.digest)
    moved.check_in_place_of(moved, present.digest)
    with pytest.raises(InvalidInput) as known:
        moved.check_in_place_of(present, "")
    assert known.value.facts == {"field": "code", "rule": InputRule.KNOWN_OFFICE}
    for meanwhile in (closed, None):
        with pytest.raises(OfficeChanged):
            moved.check_in_place_of(meanwhile, present.digest)
