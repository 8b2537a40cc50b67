"""How a form says what is wrong: in short with the field's label, and what to do in a sentence of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.errors import (
    InvalidInput,
    TooManyGuesses,
    UgyfelkapuError,
    UserNameTaken,
    VisitABody,
    WrongCode,
    WrongPair,
    WrongPassword,
)
from registration.input_rules import InputRule
from registration.sentences import Sentence
from registration.statuses import Language
from starter.pages.forms import PostedForm
from starter.translation import translated

HU = Language.HU
RECEIPT = {HU: "regisztrációs nyugtán", Language.EN: "registration receipt"}
BODY = {HU: "bármelyik regisztrációs szervnél", Language.EN: "at any registration body"}


def said(form: PostedForm) -> str:
    (error,) = form.errors
    return translated(error.text, HU)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("refusal", [WrongPassword(), WrongPair(), WrongCode()])
def test_a_wrong_name_is_said_in_short_and_the_way_to_the_right_one_below(
    refusal: UgyfelkapuError, language: Language
) -> None:
    """S8: the receipt, or in person at any registration body, which checks the identity first."""
    form = PostedForm({"user_name": "anna"}).refused(refusal, "user_name")
    short, advice = translated(form.errors[0].text, language), translated(form.advice, language)
    assert short == translated(Sentence(refusal.problem.title), language)
    assert ";" not in short
    assert RECEIPT[language] in advice
    assert BODY[language] in advice


def test_where_the_password_alone_is_asked_for_it_is_what_is_wrong() -> None:
    form = PostedForm({"password": "wrong"}).refused(WrongPassword(), "password")
    assert said(form) == "Hibás jelszó"
    assert form.advice is None


def test_a_broken_rule_names_its_field() -> None:
    refusal = InvalidInput(field="email", rule=InputRule.EMAIL)
    assert said(PostedForm({"email": "x"}).refused(refusal, "user_name")).startswith("E-mail-cím: teljes")
    assert said(PostedForm({"email": " "}).refused(refusal, "user_name")) == "E-mail-cím: meg kell adni."


def test_a_date_is_asked_for_as_the_page_does() -> None:
    refusal = InvalidInput(field="birth_date", rule=InputRule.DATE)
    assert "1985 3 27" in said(PostedForm({"birth_date": "0000-00-xx"}).refused(refusal, "birth_place"))


def test_a_taken_user_name_is_one_sentence() -> None:
    form = PostedForm({"user_name": "anna"}).refused(UserNameTaken(), "user_name")
    assert "user_name" not in said(form)
    assert form.advice is None


def test_a_limit_ends_by_the_clock_and_never_too_early() -> None:
    earliest = datetime.now(UTC) + timedelta(seconds=295)
    form = PostedForm({"user_name": "anna"}).refused(TooManyGuesses(seconds="295"), "user_name")
    assert isinstance(form.advice, Sentence)
    when = form.advice.facts["when"]
    assert isinstance(when, datetime)
    assert said(form) == "Túl sok próbálkozás"
    assert earliest <= when.replace(second=0, microsecond=0) <= earliest + timedelta(seconds=61)  # as shown


def test_any_other_refusal_has_its_title_in_short_and_its_sentence_below() -> None:
    form = PostedForm({"user_name": "anna"}).refused(VisitABody(), "user_name")
    assert said(form) == "Inaktív regisztráció"
    assert form.advice == VisitABody().sentence
