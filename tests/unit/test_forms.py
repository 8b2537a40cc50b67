"""What people type: user names, dates, texts, choices, ids, evidence, and whole forms."""

import time
import unicodedata
from datetime import date
from typing import Any

import pytest

from registration import forms
from registration.errors import InvalidInput
from registration.forms import EvidenceForm, RegistrationForm
from registration.identity_documents import DocumentKind
from registration.input_rules import InputRule
from registration.statuses import Language
from registration.typed_text import mixes_scripts
from starter.translation import translated

TODAY = date(2027, 3, 1)
FORM = {
    "user_name": "Árvíztűrő_9",
    "email": "teszt@example.org",
    "family_name": "Őry",
    "given_name": "Elek",
    "birth_name": "Őry Elek",
    "birth_place": "Győr",
    "birth_date": "1980-02-29",
    "mothers_birth_name": "Minta Éva",
}
EVIDENCE = {"document_kind": "PASSPORT", "document_number": "BA1234567", "consent": True}


def refused(field: str, rule: InputRule, operation: Any, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  any check
    with pytest.raises(InvalidInput) as refusal:
        operation(*arguments, **options)
    assert (refusal.value.facts["field"], refusal.value.facts["rule"]) == (field, rule)


def register(**changes: Any) -> RegistrationForm:  # noqa: ANN401  any field, right or wrong
    return RegistrationForm.parse(FORM | changes, today=TODAY)


@pytest.mark.parametrize(
    "name",
    ["abca", "a.b_", "1234", "árvíztűrő_tükörfúrógép", "ÁRVÍZTŰRŐ_TÜKÖRFÚRÓGÉP", "qwxy", "abc" + "d" * 61, "Abb2"],
)
def test_a_user_name_of_hungarian_letters_digits_dots_and_underscores_is_taken_as_it_is(name: str) -> None:
    assert forms.checked_user_name(name) == name


@pytest.mark.parametrize("name", ["", "abc", "á" * 3, "abc" + "d" * 62, None, 1234, ["abcd"]])
def test_a_user_name_has_4_to_64_characters(name: object) -> None:
    refused("user_name", InputRule.USER_NAME_LENGTH, forms.checked_user_name, name)


def test_a_user_name_is_measured_in_nfc() -> None:
    """`áéí` typed on a machine that decomposes has 6 code points, and still 3 letters."""
    refused("user_name", InputRule.USER_NAME_LENGTH, forms.checked_user_name, unicodedata.normalize("NFD", "áéí"))


@pytest.mark.parametrize("name", ["aaaa", "abab", "aAaB", "a.a.", "ÁáBb", "á" * 64])
def test_a_user_name_has_at_least_3_different_characters_without_regard_to_case(name: str) -> None:
    refused("user_name", InputRule.USER_NAME_VARIETY, forms.checked_user_name, name)


@pytest.mark.parametrize(
    "name",
    [
        "teszt-elek",
        "teszt elek",
        "teszt@elek",
        "t\u0435szt",
        "\u0430bcd",
        "naïve",
        "straße",
        "čapek",
        "ab\tcd",
        *("a\u200bbcd", "abc\u0301d", "abcd\u202e", "１２３４", "abc'd", "abc/d", "ab😀c", "ıstanbul"),
    ],
)
def test_a_user_name_has_no_other_characters(name: str) -> None:
    """No hyphens and spaces, no Cyrillic look-alikes, no other alphabets, nothing invisible."""
    refused("user_name", InputRule.USER_NAME_CHARACTERS, forms.checked_user_name, name)


def test_a_user_name_is_kept_in_nfc_and_compared_without_regard_to_case() -> None:
    name = "Árvíztűrő"
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name
    assert forms.checked_user_name(decomposed) == name
    keys = {forms.user_name_key(typed) for typed in (name, decomposed, name.upper(), name.lower())}
    assert keys == {"árvíztűrő"}
    assert forms.user_name_key("arvizturo") not in keys


def test_a_form_becomes_a_dataclass() -> None:
    assert register(language="en") == RegistrationForm(
        "Árvíztűrő_9",
        "teszt@example.org",
        "Őry",
        "Elek",
        "Őry Elek",
        "Győr",
        date(1980, 2, 29),
        "Minta Éva",
        Language.EN,
    )
    assert register().language is Language.HU


@pytest.mark.parametrize("field", FORM)
def test_a_missing_field_is_named(field: str) -> None:
    rest = {name: value for name, value in FORM.items() if name != field}
    refused(field, InputRule.REQUIRED, RegistrationForm.parse, rest, today=TODAY)


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("title", "title"),
        ("user_name ", "user_name"),
        ("<script>", "script"),
        ("ő", "?"),
        ("x" * 99, "x" * 64),
        (7, "7"),
    ],
)
def test_an_unknown_field_is_named_in_plain_characters_only(field: object, named: str) -> None:
    """A field's name is input, too: what a refusal repeats of it is harmless."""
    form: Any = FORM | {field: "x"}
    refused(named, InputRule.UNKNOWN_FIELD, RegistrationForm.parse, form, today=TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        *("1980-02-30", "1981-02-29", "1980.02.29", "29-02-1980", "19800229", "1980-W09-5", "1980-2-9", "", None, 1980),
        *("2027-03-02", "1980-02-29T00:00:00", " 1980-02-29"),
    ],
)
def test_a_date_is_a_day_of_the_calendar_in_one_form_and_not_in_the_future(typed: object) -> None:
    refused("birth_date", InputRule.DATE, register, birth_date=typed)


def test_today_is_not_in_the_future() -> None:
    assert register(birth_date="2027-03-01").birth_date == TODAY


@pytest.mark.parametrize(
    "field", ["email", "family_name", "given_name", "birth_name", "birth_place", "mothers_birth_name"]
)
@pytest.mark.parametrize(
    "typed",
    ["", "   ", "x" * 201, "a\x00b", "a\r\nBcc: b", "a\x7fb", "a\u202eb", "a\u2066b", "a\xadb", "a\ud800b", None, 5],
)
def test_a_text_has_1_to_200_characters_and_no_control_character(field: str, typed: object) -> None:
    refused(field, InputRule.TEXT, register, **{field: typed})


def test_a_text_is_kept_in_nfc_without_spaces_at_its_ends() -> None:
    assert register(birth_place="  " + unicodedata.normalize("NFD", "Győr") + " ").birth_place == "Győr"
    assert register(birth_place="x" * 200).birth_place == "x" * 200


def test_what_is_cut_off_a_long_text_is_not_lost_in_silence() -> None:
    refused("birth_place", InputRule.TEXT, register, birth_place="Győr" + " " * 1_000 + "Pápa")
    assert register(birth_place="Győr" + " " * 1_000).birth_place == "Győr"
    refused("birth_place", InputRule.TEXT, register, birth_place="α\u0313\u0300\u0345" * 251)


def test_a_run_of_combining_marks_that_fills_a_request_holds_nobody_up() -> None:
    """NFC of all of it would take minutes, during which the process answers no request."""
    hostile = "a" + "\u0301\u0316" * 60_000
    begun = time.process_time()
    refused("user_name", InputRule.USER_NAME_LENGTH, forms.checked_user_name, hostile)
    refused("birth_place", InputRule.TEXT, register, birth_place=hostile)
    assert forms.user_name_key(hostile) != forms.user_name_key(hostile[:64])
    assert time.process_time() - begun < 1


def test_a_choice_is_one_of_those_offered_and_the_refusal_names_them() -> None:
    refused("language", InputRule.ONE_OF, register, language="de")
    with pytest.raises(InvalidInput, match="language: must be one of hu, en"):
        register(language=None)


@pytest.mark.parametrize("typed", ["a", "clerk-7", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "A.b_c-9", "x" * 64])
def test_an_identifier_is_taken_as_it_is(typed: str) -> None:
    assert forms.checked_identifier("clerk", typed) == typed


@pytest.mark.parametrize("typed", ["", "x" * 65, "a b", "teszt@example.org", "Éva", "a\n", None, 7])
def test_neither_a_name_nor_an_address_passes_for_an_identifier(typed: object) -> None:
    refused("clerk", InputRule.IDENTIFIER, forms.checked_identifier, "clerk", typed)


def test_evidence_names_a_document_and_the_consent() -> None:
    assert EvidenceForm.parse(EVIDENCE) == EvidenceForm(DocumentKind.PASSPORT, "BA1234567", consent=True)


@pytest.mark.parametrize("consent", [False, None, 1, "true", "yes"])
def test_evidence_without_consent_is_refused(consent: object) -> None:
    refused("consent", InputRule.ONE_OF, EvidenceForm.parse, EVIDENCE | {"consent": consent})


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"document_kind": "LIBRARY_CARD"}, "document_kind", InputRule.ONE_OF),
        ({"document_number": ""}, "document_number", InputRule.PASSPORT_NUMBER),
        ({"document_number": "!"}, "document_number", InputRule.PASSPORT_NUMBER),
        ({"recipient": ""}, "recipient", InputRule.TEXT),
        ({"recipient": 7}, "recipient", InputRule.TEXT),
        ({"photo": "x"}, "photo", InputRule.UNKNOWN_FIELD),
    ],
)
def test_evidence_that_breaks_a_rule_is_refused(changes: dict[str, object], field: str, rule: InputRule) -> None:
    refused(field, rule, EvidenceForm.parse, EVIDENCE | changes)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (EVIDENCE, ()),
        ({}, ("consent", "document_kind", "document_number")),
        ({"document_number": "!", "recipient": ""}, ("consent", "document_kind", "recipient")),
        (EVIDENCE | {"document_number": "!", "consent": False}, ("consent", "document_number")),
    ],
)
def test_all_that_is_wrong_with_evidence_is_named_at_once(typed: dict[str, object], fields: tuple[str, ...]) -> None:
    """Whether a number is right depends on the kind of the document."""
    assert tuple(refusal.facts["field"] for refusal in EvidenceForm.refusals(typed)) == fields
    missing = () if "recipient" in typed else ("recipient",)
    disclosing = EvidenceForm.refusals(typed, is_disclosure=True)
    assert tuple(refusal.facts["field"] for refusal in disclosing) == fields + missing


@pytest.mark.parametrize("changes", [{}, {"recipient": None}])
def test_only_what_tells_the_data_needs_its_recipient(changes: dict[str, object]) -> None:
    """Who, to whom, on which document (S8); refused in both languages with field and rule."""
    assert EvidenceForm.parse(EVIDENCE | changes).recipient is None
    refused("recipient", InputRule.REQUIRED, EvidenceForm.of_disclosure, EVIDENCE | changes)
    assert EvidenceForm.of_disclosure(EVIDENCE | {"recipient": " Szabó Katalin "}).recipient == "Szabó Katalin"
    refusal = InvalidInput(field="recipient", rule=InputRule.REQUIRED)
    assert str(refusal) == "recipient: must be given."
    assert translated(refusal.sentence, Language.HU) == "recipient: meg kell adni."


@pytest.mark.parametrize("field", EVIDENCE)
def test_evidence_with_a_part_missing_is_refused(field: str) -> None:
    rest = {name: value for name, value in EVIDENCE.items() if name != field}
    refused(field, InputRule.REQUIRED, EvidenceForm.parse, rest)


INVISIBLE = [
    "\u200b",
    "\u200c\u200d",
    "\xa0",
    "\u3000\u2003",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\u2060 \ufeff",
    "\u115f\u1160",
]


@pytest.mark.parametrize("typed", INVISIBLE, ids=ascii)
@pytest.mark.parametrize("field", ["family_name", "given_name", "birth_name", "birth_place", "mothers_birth_name"])
def test_a_text_that_nobody_sees_is_none(field: str, typed: str) -> None:
    refused(field, InputRule.TEXT, register, **{field: typed})


@pytest.mark.parametrize("name", ["علی\u200cرضا", "क\u200dष", "בן\u200fדוד", "a\u200eb", "م\u061cد"], ids=ascii)
def test_companions_of_letters_belong_to_a_name(name: str) -> None:
    assert register(family_name=name).family_name == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("typed", ["0001-01-01", "1000-01-01", "1899-12-31"])
def test_nobody_was_born_before_1900(typed: str) -> None:
    refused("birth_date", InputRule.BIRTH_DATE, register, birth_date=typed)
    assert register(birth_date="1900-01-01").birth_date == date(1900, 1, 1)


ENDS = [" ", "\t", "\r\n", "\xa0", "\u2003", "\u200b", "\ufeff", "\u200e", " \u2060\n"]


@pytest.mark.parametrize("end", ENDS, ids=ascii)
def test_what_is_at_the_ends_of_a_user_name_or_an_address_is_no_part_of_it(end: str) -> None:
    name, address = "kis.anna", "anna@example.hu"
    for typed in (end + "{}", "{}" + end, end + "{}" + end):
        assert forms.checked_user_name(typed.format(name)) == name
        assert forms.user_name_key(typed.format(name)) == name
        assert register(email=typed.format(address)).email == address
        assert register(user_name=typed.format(name)).user_name == name
    refused("user_name", InputRule.USER_NAME_CHARACTERS, forms.checked_user_name, f"kis{end}anna")


@pytest.mark.parametrize(
    "text",
    [
        "admin",
        "árvíztűrő",
        "админ",
        "ελένη",
        "田中",
        "田中taro",
        "たなかタロウ",
        "김taro金",
        "陳ㄔㄣ",
        "a1_.+-2",
        "",
        "ªº",
        "ａｂｃ",
        "שלום",
        "\u0645\u200d",
    ],
    ids=ascii,
)
def test_one_script_or_those_of_one_language_are_not_mixed(text: str) -> None:
    assert not mixes_scripts(text)


@pytest.mark.parametrize(
    "text",
    [
        "\u0430dmin",
        "adm\u0456n",
        "inf\u03bf",
        "a\u0562c",
        "\u0430\u03bf",
        "k\u0131s\u0430",
        "田\u0430",
        "µm",
        "たx김",
        "\u13aabc",
    ],
    ids=ascii,
)
def test_letters_that_look_alike_are_mixed(text: str) -> None:
    assert mixes_scripts(text)
