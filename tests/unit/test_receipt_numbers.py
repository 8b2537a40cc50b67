"""The number of a receipt: ten digits and Damm's check digit."""

import pytest

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from starter.gateway.receipt_numbers import looks_like_one, printed, receipt_number_of

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
NUMBERS = [1, 23, 9_999_999_999, 1_234_567_890]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_read_as_it_was_printed_with_or_without_its_hyphens(number: int) -> None:
    text = printed(number)
    assert [len(group) for group in text.split("-")] == [4, 4, 3]
    for typed in (text, text.replace("-", ""), text.replace("-", " "), f" {text} "):
        assert receipt_number_of(typed) == number


def test_the_check_digit_is_damms() -> None:
    """572 with its check digit 4, as in Damm's own example, with zeros before it."""
    assert printed(572) == "0000-0005-724"


@pytest.mark.parametrize("number", NUMBERS)
def test_every_wrong_digit_and_every_swap_of_neighbours_is_found(number: int) -> None:
    digits = printed(number).replace("-", "")
    wrong = {f"{digits[:at]}{other}{digits[at + 1 :]}" for at in range(11) for other in "0123456789"}
    wrong |= {f"{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}" for at in range(10)}
    for typed in wrong - {digits}:
        with pytest.raises(InvalidInput) as refusal:
            receipt_number_of(typed)
        assert refusal.value.facts["rule"] is InputRule.CHECK_DIGIT


@pytest.mark.parametrize("typed", ["", "0000-0005-72", "0000-0005-7241", "teszt-elek", "٠٠٠٠-٠٠٠٥-٧٢٤", "-0000005724"])
def test_what_is_no_such_number_is_told_so(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        receipt_number_of(typed)
    assert refusal.value.facts["rule"] is InputRule.RECEIPT_NUMBER


def test_only_digits_with_a_hyphen_are_meant_as_a_receipts_number() -> None:
    assert looks_like_one("0000-0005-724")
    assert looks_like_one("0000-0005")
    for other in ("00000005724", "teszt.elek", "019aa4d2-0000-7000-8000-000000000000", ""):
        assert not looks_like_one(other)


@pytest.mark.parametrize("dash", DASHES, ids=ascii)
@pytest.mark.parametrize("around", ["", "\t", "\r\n", "\xa0", "\u200b", "\ufeff", " "], ids=ascii)
def test_a_number_is_read_however_a_program_copies_it(dash: str, around: str) -> None:
    typed = around + printed(572).replace("-", dash) + around
    assert receipt_number_of(typed) == receipt_number_of(typed + ".") == 572
    assert looks_like_one(typed)
    assert looks_like_one(printed(572).replace("-", " "))


@pytest.mark.parametrize(
    "typed",
    [
        "００００-０００５-７２４",
        "００００．０００５．７２４",
        "0000-0005-724,",
        "0000-0005-724; ",
        "0000-0005-724\u034f",
        "\u31640000-0005-724",
    ],
    ids=ascii,
)
def test_a_number_is_read_in_any_width_and_out_of_a_sentence(typed: str) -> None:
    assert receipt_number_of(typed) == 572
    assert looks_like_one(typed) or "．" in typed


@pytest.mark.parametrize(
    "typed", ["szám: 0000-0005-724", "0000-0005-724 0000-0005-724", "0000/0005/724", "O000-0005-724"]
)
def test_only_separators_are_read_over(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        receipt_number_of(typed)
    assert refusal.value.facts["rule"] is InputRule.RECEIPT_NUMBER


def test_digits_with_full_stops_may_be_a_user_name() -> None:
    assert not looks_like_one("0000.0005.724")
    assert not looks_like_one("00000005724.")
