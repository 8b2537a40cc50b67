"""Numbers of identity cards, passports and driving licences: what a clerk may have read off the document."""

from typing import Final

import pytest

from registration.errors import InvalidInput
from registration.identity_documents import DocumentKind, checked_document_number
from registration.input_rules import InputRule
from registration.statuses import Language
from starter.translation import translated

ID, PASSPORT, LICENCE = DocumentKind.IDENTITY_CARD, DocumentKind.PASSPORT, DocumentKind.DRIVING_LICENCE
RULES: Final = {
    ID: InputRule.IDENTITY_CARD_NUMBER,
    PASSPORT: InputRule.PASSPORT_NUMBER,
    LICENCE: InputRule.DRIVING_LICENCE_NUMBER,
}


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        (ID, "123456AB", "123456AB"),
        (ID, " 123456 ab ", "123456AB"),
        (ID, "123456-AE", "123456AE"),
        (ID, "AU-III. 123456", "AUIII123456"),
        (ID, "AB IV 123456", "ABIV123456"),
        (ID, "AB 123456", "AB123456"),
        (PASSPORT, "BA1234567", "BA1234567"),
        (PASSPORT, "ba 1234567", "BA1234567"),
        (PASSPORT, "AB\N{NO-BREAK SPACE}123456", "AB123456"),
        (PASSPORT, "AB\N{NON-BREAKING HYPHEN}123456", "AB123456"),
        (PASSPORT, "AB\N{MINUS SIGN}123456", "AB123456"),
        (PASSPORT, "\ufeffAB\u200b123456\u2060", "AB123456"),
        (PASSPORT, "AB\u034f\t123\r\n456,", "AB123456"),
        (PASSPORT, "ＡＢ１２３４５６", "AB123456"),
        (PASSPORT, "C01X00T47", "C01X00T47"),  # German
        (PASSPORT, "123456789", "123456789"),  # of the United States
        (PASSPORT, "X1234567", "X1234567"),  # Swiss
        (PASSPORT, "A123456", "A123456"),
        (LICENCE, "AB123456", "AB123456"),
        (LICENCE, "ab-123456", "AB123456"),
    ],
)
def test_a_number_is_taken_without_its_separators_and_in_capitals(kind: DocumentKind, typed: str, number: str) -> None:
    assert checked_document_number(kind, typed) == number
    assert checked_document_number(kind, number) == number


NOBODYS: Final = [
    "",
    "!",
    "-",
    "ABCDEF",
    "12",
    "000000",
    "AB000000",
    "kis@example.hu",
    "Kis Elek",
    "\ud800",
    "\x00",
    "x" * 41,
]
NOBODYS_OF_ANY_TYPE: Final[list[object]] = [
    *NOBODYS,
    "1" * 2_000_000,
    "123456АВ",
    "AB12345६",
    None,
    123456,
    ["123456AB"],
]


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("typed", NOBODYS_OF_ANY_TYPE, ids=lambda typed: repr(typed)[:20])
def test_what_is_no_number_of_any_document_is_refused(kind: DocumentKind, typed: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_document_number(kind, typed)
    assert (refused.value.facts["field"], refused.value.facts["rule"]) == ("document_number", RULES[kind])
    assert all(translated(refused.value.sentence, language) for language in Language)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (ID, "BA1234567"),
        (ID, "1234567AB"),
        (ID, "AB-IIII 123456"),
        (ID, "12345678"),
        (ID, "000000AB"),
        (PASSPORT, "AU-III. 123456"),
        (PASSPORT, "12345"),
        (PASSPORT, "1234567890"),
        (LICENCE, "123456AB"),
        (LICENCE, "AB1234567"),
        (LICENCE, "A1234567"),
        (LICENCE, "AB000000"),
    ],
)
def test_a_number_of_another_document_is_refused(kind: DocumentKind, typed: str) -> None:
    with pytest.raises(InvalidInput):
        checked_document_number(kind, typed)
