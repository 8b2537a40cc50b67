"""Is the signer the applicant? Which names are the same, which are not, and which are ambiguous."""

from dataclasses import replace
from datetime import date

import pytest

from registration.signature_errors import WrongSigner
from registration.signer_rules import SignerRule
from registration.statuses import Language
from starter.examiner.plain_facts import Signer
from starter.gateway.signatures.applicant import check_applicant
from starter.translation import translated
from tests.signatures.ceremony import FORM

BORN = (date(1980, 2, 29),)
FULL = Signer(surnames=("Kőműves",), given_names=("Elek Árpád",), common_names=("Elek Kőműves PhD",))


def broken(signer: Signer, *, family: str = "Kőműves", given: str = "Elek Árpád") -> SignerRule | None:
    """The rule that a certificate breaks beside this form."""
    try:
        check_applicant(signer, replace(FORM, family_name=family, given_name=given))
    except WrongSigner as refused:
        return SignerRule(refused.facts["rule"])
    return None


@pytest.mark.parametrize(
    ("surname", "family"),
    [
        ("Kőműves", "Kőműves"),
        ("KŐMŰVES", "kőműves"),
        ("Ko\u030bmu\u030bves", "Kőműves"),
        ("Dr. Kőműves", "Kőműves"),
        ("dr.Kőműves", "Kőműves"),
        ("Kőműves", "dr. Kőműves"),
        ("Prof. Dr. Kőműves", "Kőműves"),
        ("Kőműves, PhD", "Kőműves"),
        ("DR KŐMŰVES", "Dr. Kőműves"),
        ("Szabó-Nagy", "Szabó\N{HYPHEN}Nagy"),
        ("Szabó\N{NON-BREAKING HYPHEN}Nagy", "Szabó\N{EN DASH}Nagy"),
        ("O'Connor", "O\N{RIGHT SINGLE QUOTATION MARK}Connor"),
        ("O\N{MODIFIER LETTER APOSTROPHE}Connor", "O`Connor"),
        ("Kőmű\N{ZERO WIDTH JOINER}ves\N{RIGHT-TO-LEFT MARK}", "Kőműves"),
        ("Kis  \N{NO-BREAK SPACE}Nagy", "Kis Nagy"),
        ("Straße", "STRASSE"),
    ],
)
def test_a_name_is_the_same_whatever_its_case_accents_encoding_title_hyphen_or_apostrophe(
    surname: str, family: str
) -> None:
    assert broken(replace(FULL, surnames=(surname,)), family=family) is None
    assert broken(Signer(common_names=(f"{surname} Elek Árpád",)), family=family) is None


@pytest.mark.parametrize(
    ("surname", "family"),
    [
        ("Kömüves", "Kőműves"),
        ("Kőmüves", "Kőműves"),
        ("Török", "Torok"),
        ("Szabó Nagy", "Szabó-Nagy"),
        ("Szabónagy", "Szabó-Nagy"),
        ("OConnor", "O'Connor"),
        ("ifj. Kőműves", "Kőműves"),
        ("id. Kőműves", "ifj. Kőműves"),
        ("Kőművesné", "Kőműves"),
        ("Dr.", "Kőműves"),
        ("Kőműves\N{ZERO WIDTH JOINER}" * 50, "Kőműves"),
        ("Kőműves" + "\N{ZERO WIDTH JOINER}" * 400 + "X", "Kőműves"),
        ("\N{CYRILLIC CAPITAL LETTER KA}őműves", "Kőműves"),
        ("", "Kőműves"),
    ],
)
@pytest.mark.parametrize("births", [(), BORN], ids=["alone", "with the date of birth"])
def test_another_name_is_another_name(surname: str, family: str, births: tuple[date, ...]) -> None:
    """With the date of birth, too."""
    signer = replace(FULL, surnames=(surname,), birth_dates=births)
    assert broken(signer, family=family) is SignerRule.FAMILY_NAME


def test_given_names_are_all_of_them_in_their_order() -> None:
    for names in (("Elek Árpád",), ("Elek", "Árpád"), ("ELEK", "árpád")):
        assert broken(replace(FULL, given_names=names)) is None
    for names in (("Elek",), ("Árpád",), ("Árpád Elek",), ("Árpád", "Elek"), ("Elek Árpád", "Béla"), ("E. Árpád",)):
        assert broken(replace(FULL, given_names=names)) is SignerRule.GIVEN_NAME
    assert broken(replace(FULL, given_names=("Elek", "Árpád")), given="Elek") is SignerRule.GIVEN_NAME


@pytest.mark.parametrize(
    ("signer", "rule"),
    [
        (Signer(common_names=("Kőműves Elek Árpád",)), None),
        (Signer(common_names=("Dr. Kőműves Elek Árpád",)), None),
        (Signer(common_names=("Elek Árpád Kőműves",)), SignerRule.WESTERN_ORDER),
        (Signer(common_names=("Elek Árpád Kőműves",), birth_dates=BORN), None),
        (Signer(common_names=("Elek Árpád Kőműves",), surnames=("Kőműves",)), None),
        (Signer(common_names=("Dr. Elek Árpád Kőműves",), given_names=("Elek Árpád",)), None),
        (Signer(common_names=("Elek Kőműves Árpád",), birth_dates=BORN), SignerRule.COMMON_NAME),
        (Signer(common_names=("Kőműves Elek",), birth_dates=BORN), SignerRule.COMMON_NAME),
        (Signer(common_names=("Kőműves Elek Árpád", "Más Valaki")), SignerRule.SEVERAL_NAMES),
        (Signer(surnames=("Kőműves",), common_names=("Kőműves Béla",)), SignerRule.COMMON_NAME),
        (Signer(surnames=("Más",), common_names=("Kőműves Elek Árpád",)), SignerRule.FAMILY_NAME),
        (Signer(surnames=("Kőműves",)), SignerRule.NO_NAME),
        (Signer(), SignerRule.NO_NAME),
        (Signer(surnames=("Kőműves", "Más"), given_names=("Elek Árpád",)), SignerRule.SEVERAL_NAMES),
        (Signer(surnames=("Elek Árpád",), given_names=("Kőműves",), birth_dates=BORN), SignerRule.FAMILY_NAME),
        (replace(FULL, pseudonyms=("Kőműves Elek Árpád",)), SignerRule.PSEUDONYM),
    ],
    ids=str,
)
def test_a_common_name_counts_where_it_says_which_name_is_which(signer: Signer, rule: SignerRule | None) -> None:
    """Péter Balázs and Balázs Péter are two people: the order decides, or the date of birth."""
    assert broken(signer) is rule


def test_a_certificate_without_accents_counts_with_the_date_of_birth_only() -> None:
    plain = Signer(surnames=("Komuves",), given_names=("Elek Arpad",))
    assert broken(plain) is SignerRule.WITHOUT_ACCENTS
    assert broken(replace(plain, birth_dates=BORN)) is None
    assert broken(Signer(common_names=("ELEK ARPAD KOMUVES",), birth_dates=BORN)) is None
    assert broken(replace(plain, surnames=("Masik",), birth_dates=BORN)) is SignerRule.FAMILY_NAME
    half = Signer(surnames=("Komuves",), given_names=("Elek Árpád",), birth_dates=BORN)
    assert broken(half) is SignerRule.FAMILY_NAME


def test_every_date_of_birth_is_the_forms() -> None:
    assert broken(replace(FULL, birth_dates=BORN)) is None
    for births in ((date(1980, 3, 1),), (*BORN, date(1980, 3, 1))):
        assert broken(replace(FULL, birth_dates=births)) is SignerRule.BIRTH_DATE


def test_the_refusal_says_which_rule_and_names_nobody() -> None:
    with pytest.raises(WrongSigner) as refused:
        check_applicant(replace(FULL, given_names=("Valaki",)), FORM)
    for language in Language:
        sentence = translated(refused.value.sentence, language)
        assert "Valaki" not in sentence
        assert "Kőműves" not in sentence
    assert "utóneve" in translated(refused.value.sentence, Language.HU)
    assert "given name" in translated(refused.value.sentence, Language.EN)
