"""What a checkpoint says, and how two states of all chains are walked along together."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.checkpoint import Checkpoint, Contradiction, Head, Pairing, head_of, is_complete

HEAD = Head(("registration", "0192"), 7, "ab" * 32)

_HEADS = st.builds(
    Head,
    st.one_of(
        st.tuples(st.just("registration"), st.text(max_size=3)),
        st.tuples(st.just("access"), st.text(max_size=3), st.text(max_size=3)),
    ),
    st.integers(0, 3),
    st.text(max_size=2),
)


def test_a_head_is_one_line_of_json() -> None:
    assert HEAD.line() == f'["registration","0192",7,"{"ab" * 32}"]'
    day = Head(("access", "1051", "2027-03-01"), 1, "cd")
    assert day.line() == '["access","1051","2027-03-01",1,"cd"]'


@given(_HEADS)
def test_a_line_is_the_head_again_and_never_two_lines(head: Head) -> None:
    """Not even where somebody has given an office a name with a line break or a quote in it."""
    assert head_of(head.line()) == head
    assert "\n" not in head.line()


@pytest.mark.parametrize("line", ["[]", '["a","b","c",1]', '["a",1,"b"]', '{"a":1}', "x", '["a","b","1","c"]'])
def test_anything_else_is_no_head(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        head_of(line)


@pytest.mark.parametrize(
    ("length", "last_hash", "continued"),
    [(7, "ab" * 32, True), (7, "cd" * 32, False), (6, "ab" * 32, False), (8, "ef" * 32, None)],
)
def test_a_chain_goes_on_from_its_head_or_contradicts_it(length: int, last_hash: str, continued: bool | None) -> None:
    """Only its older entries can tell whether a longer chain is the same one."""
    assert HEAD.continued_by(Head(HEAD.chain, length, last_hash)) is continued


def test_an_empty_chain_may_begin() -> None:
    assert Head(HEAD.chain, 0, "00").continued_by(HEAD) is True
    assert Head(HEAD.chain, 0, "00").continued_by(Head(HEAD.chain, 0, "11")) is False


@given(st.lists(_HEADS, max_size=8), st.lists(_HEADS, max_size=8), st.integers(0, 8))
def test_two_states_are_paired_chain_by_chain_in_any_batches(known: list[Head], found: list[Head], cut: int) -> None:
    old, new = ({head.chain: head for head in heads} for heads in (known, found))
    ordered = sorted(new.values())
    pairing = Pairing(sorted(old.values()))
    pairs = [*pairing.take(ordered[:cut]), *pairing.take(ordered[cut:]), *pairing.rest()]
    assert pairs == [(old.get(chain), new.get(chain)) for chain in sorted(old.keys() | new.keys())]


def test_every_thirtieth_is_complete_and_so_is_the_first() -> None:
    assert [number for number in range(1, 65) if is_complete(number)] == [1, 31, 61]


def test_what_is_signed_is_one_canonical_text_without_what_has_no_value() -> None:
    moment = datetime(2027, 3, 1, tzinfo=UTC)
    first = Checkpoint(1, moment, 2, "aa", "bb", 2, complete=True, key_id="k", request_id="r")
    assert json.loads(first.canonical()).keys() == {
        *("number", "at", "leaves", "root", "heads", "changed", "complete", "key_id", "request_id", "contradicted")
    }
    named = Contradiction(("registration", "0192"), 7)
    second = Checkpoint(*(2, moment, 2, "aa", "bb", 0, False, "k", "r", "cc"), contradicted=1, contradictions=(named,))
    document = json.loads(second.canonical())
    assert (document["previous"], document["contradictions"]) == (
        "cc",
        [{"chain": ["registration", "0192"], "length": 7}],
    )
