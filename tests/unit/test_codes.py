"""One-time codes (principle 6): their form, what they depend on, and what people make of them when they type."""

from dataclasses import replace

import pytest

from registration.codes import CodeSeed, derive, matches
from registration.statuses import Purpose
from tests.unit.lives import ID

KEY = bytes(range(32))
SEED = CodeSeed(ID, Purpose.PASSWORD, 2, "2026", bytes(16))
CODE = "1YAW-ZS10-QX0Q-QRAW"
OTHERS = {
    "key": (SEED, KEY[::-1]),
    "purpose": (replace(SEED, purpose=Purpose.CLOSURE), KEY),
    "registration": (replace(SEED, registration_id=ID[::-1]), KEY),
    "sequence": (replace(SEED, sequence=3), KEY),
    "nonce": (replace(SEED, nonce=bytes(15) + b"\x01"), KEY),
}


def test_a_code_is_the_same_for_ever() -> None:
    """A letter that is sent again years later, by a newer version, carries the same code."""
    assert derive(SEED, KEY) == CODE


def test_a_code_is_80_bits_in_four_groups_of_four_of_crockfords_base32() -> None:
    seen: set[str] = set()
    for sequence in range(500):
        groups = derive(replace(SEED, sequence=sequence), KEY).split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        seen.update(*groups)
    assert seen == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@pytest.mark.parametrize("what", OTHERS)
def test_a_code_depends_on_all_that_it_is_derived_from(what: str) -> None:
    seed, key = OTHERS[what]
    assert derive(seed, key) != CODE
    assert not matches(CODE, seed, key)


def test_the_id_of_the_key_says_which_key_and_changes_no_code() -> None:
    assert derive(replace(SEED, kid="2031"), KEY) == CODE


def test_two_neighbouring_seeds_are_not_one() -> None:
    """The parts are kept apart: sequence 1 and a nonce that begins with a digit are not sequence 11."""
    assert derive(replace(SEED, sequence=1, nonce=b"1|"), KEY) != derive(replace(SEED, sequence=11, nonce=b"|"), KEY)


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f"  {CODE}  ",
        CODE.replace("0", "O").replace("1", "I"),
        CODE.replace("0", "o").replace("1", "l"),
        CODE.replace("1", "i"),
    ],
)
def test_case_hyphens_spaces_and_look_alikes_do_not_matter(typed: str) -> None:
    assert {"0", "1"} <= set(CODE)
    assert matches(typed, SEED, KEY)


@pytest.mark.parametrize("typed", ["", "-", CODE[:-1], CODE + "0", CODE[::-1], CODE.replace("0", "8"), "ő", "\x00"])
def test_anything_else_does_not_match(typed: str) -> None:
    assert not matches(typed, SEED, KEY)


def test_a_code_with_any_other_symbol_in_any_place_does_not_match() -> None:
    plain = CODE.replace("-", "")
    for place, symbol in enumerate(plain):
        other = "2" if symbol != "2" else "3"
        assert not matches(plain[:place] + other + plain[place + 1 :], SEED, KEY)


def test_a_seed_does_not_hold_the_code() -> None:
    assert CODE not in repr(SEED)
