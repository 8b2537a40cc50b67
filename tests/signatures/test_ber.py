"""Indefinite lengths become definite ones; everything else stays as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starter.examiner.ber import definite


@pytest.mark.parametrize(
    ("encoded", "made"),
    [
        ("0500", "0500"),
        ("3000", "3000"),
        ("30800000", "3000"),
        ("308005000000", "30020500"),
        ("30803080050000000000", "300430020500"),
        ("300630800500" + "0000", "300430020500"),
        ("308130" + "04" + "2e" + "61" * 46, "308130" + "04" + "2e" + "61" * 46),
        ("24800401610401620000", "04026162"),
        ("2406040161040162", "04026162"),
        ("24802480040161000004016200" + "00", "04026162"),
        ("a0800500" + "0000", "a0020500"),
        ("bf8101800500" + "0000", "bf8101020500"),
        ("3081020500", "3081020500"),
        ("3080" + "0481c8" + "61" * 200 + "0000", "3081cb" + "0481c8" + "61" * 200),
    ],
)
def test_lengths_become_definite_where_they_were_not(encoded: str, made: str) -> None:
    """What was definite is not written anew: a length of one byte in two, which is not DER, stays."""
    content = bytes.fromhex(encoded)
    assert definite(content + b"rest") == (bytes.fromhex(made), len(content))


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "30",
        "3080",
        "30800500",
        "0480",
        "3005",
        "30030481",
        "30040482ffff",
        "3001",
        "30020501",
        "1f",
        "1f81",
        "30030500",
    ],
)
def test_what_has_no_end_is_refused(encoded: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        definite(bytes.fromhex(encoded))


@pytest.mark.parametrize("opening", [b"\x30\x80", b"\x24\x80", b"\xa0\x84\x00\x03\x00\x00"], ids=repr)
def test_what_has_no_bottom_is_refused(opening: bytes) -> None:
    with pytest.raises(ValueError, match=r"deep|holds"):
        definite(opening * 40_000)


@given(st.binary(max_size=200))
def test_whatever_comes_has_a_definite_form_or_is_refused(encoded: bytes) -> None:
    try:
        made, read = definite(encoded)
    except (ValueError, IndexError):
        return
    assert 0 < read <= len(encoded)
    assert definite(made) == (made, len(made))
