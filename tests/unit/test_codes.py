"""One-time codes (principle 6): their form, what they depend on, and what people make of them when they type."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.codes import CodeSeed, derive, matches, symbols_of
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


GROUPS = CODE.split("-")
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043"
BLANKS = " \t\n\r\v\f\x85\xa0\u1680\u2000\u2003\u2007\u2009\u202f\u205f\u3000\u2028\u2029"
UNSEEN = "\u034f\u115f\u1160\u3164\ufe0f\uffa0\U000e0100"
FORMATS = "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff"
BEFORE = [
    *("", "kód: ", "Kód:", "A kódja: ", "A kódja ", "az alábbi ", "Code: ", "Code ", "Code – ", "code=", "(", "„", '"'),
    *("<", "[", "> ", "* ", "- ", "1. ", "Egyszeri kódja a következő:\r\n\r\n", "Your code is "),
]
AFTER = ["", ".", ",", ")", "”", '"', ">", "]", "!", "\r\n", "\t", " -", "\r\n\r\nAz Ügyfélkapu oldala:", " (kód)", "…"]


@given(
    separators=st.lists(
        st.one_of(
            st.just(""),
            st.sampled_from([*DASHES, "_", "-\n> ", "\u2011\r\n>> ", "\n> ", "-\n > > ", "_\n>"]),
            st.text(BLANKS, min_size=1, max_size=3),
            st.builds("{}{}{}".format, st.sampled_from(" \n"), st.sampled_from(DASHES), st.sampled_from(" \n")),
            st.builds("{}{}".format, st.sampled_from(DASHES), st.sampled_from(["\r\n", " ", "\xa0"])),
        ),
        min_size=3,
        max_size=3,
    ),
    before=st.sampled_from(["", "kód: ", "Kód:", "A kódja: ", "Code: ", "(", "„", '"', "<", "[", "> ", "_", "**_"]),
    after=st.sampled_from(AFTER),
    noise=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(UNSEEN + FORMATS)), max_size=6),
    lower=st.booleans(),
    look_alikes=st.booleans(),
)
def test_a_code_is_read_however_a_mail_program_copies_it(  # noqa: PLR0913  one argument for each thing that it may do
    *,
    separators: list[str],
    before: str,
    after: str,
    noise: list[tuple[int, str]],
    lower: bool,
    look_alikes: bool,
) -> None:
    """Separators of every kind, broken lines, format characters anywhere, words and brackets around it."""
    typed = GROUPS[0] + "".join(separator + group for separator, group in zip(separators, GROUPS[1:], strict=True))
    typed = typed.lower() if lower else typed
    typed = typed.replace("0", "o").replace("1", "l") if look_alikes else typed
    typed = before + typed + after
    for place, character in noise:
        typed = typed[:place] + character + typed[place:]
    assert symbols_of(typed) == CODE.replace("-", "")
    assert matches(typed, SEED, KEY)


@pytest.mark.parametrize("after", AFTER, ids=ascii)
@pytest.mark.parametrize("before", BEFORE, ids=ascii)
def test_the_words_around_a_code_lend_it_no_symbol(before: str, after: str) -> None:
    assert matches(f"{before}{CODE}{after}", SEED, KEY)


@pytest.mark.parametrize(
    "typed",
    [
        f"{CODE} {CODE}",
        f"{CODE}\n{CODE[::-1]}",
        f"{CODE}-{GROUPS[0]}",
        f"{CODE}_{GROUPS[0]}",
        f"> {CODE}\n> {CODE}",
        f"{CODE[:-1]}\u034f",
        f"{GROUPS[0]} {CODE.replace('-', ' ')}",
        f"Code {CODE.replace('-', ' ')}",
        f"{CODE.replace('-', '')}{CODE.replace('-', '')}",
        "kód: " + CODE[:-1],
        "kód: " + CODE[:-2] + "d",
        "de a kód: " + CODE[2:],
        CODE[:-1] + "U",
        CODE[:-1] + "Ő",
        CODE.replace("-", ":"),
        "a kód a levélben van",
        "ABCD EFGH JKMN PQRS TVWX",
        "-" * 2_000,
        " " * 1_001 + CODE,
    ],
    ids=ascii,
)
def test_no_code_or_two_are_no_code(typed: str) -> None:
    assert symbols_of(typed) == ""
    assert not matches(typed, SEED, KEY)


@pytest.mark.parametrize(
    "typed",
    [
        f"_{CODE}_",
        f"__{CODE}__",
        f"kód: _{CODE}_.",
        CODE.replace("-", "_"),
        f"_{CODE.replace('-', '_')}_",
        CODE.replace("-", "-\n> "),
        "> " + CODE.replace("-", "-\r\n> "),
        f"> > A kódja:\n> > {CODE[:10]}\n> > {CODE[10:]}\n",
        f"{CODE}\u3164",
        "\u034f".join(CODE),
    ],
    ids=ascii,
)
def test_marks_of_formatting_and_of_quoted_lines_are_read_over(typed: str) -> None:
    assert matches(typed, SEED, KEY)


@given(st.text(max_size=3_000))
def test_whatever_is_typed_is_read_as_16_symbols_or_none(typed: str) -> None:
    read = symbols_of(typed)
    assert read == "" or (len(read) == 16 and set(read) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
