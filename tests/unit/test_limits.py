"""The table of limits: what it counts by, whom it keeps waiting, and that operators read the same numbers."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registration.errors import RedeemFirst, TooManyGuesses
from registration.limits import LIMITS, WRONG, Act, Limit, Subject, limits_of
from tests.unit.lives import SECOND, START

LIMIT = Limit(Act.LOG_IN, ("address", "account"), 3, timedelta(minutes=5))
ENDS = START + LIMIT.window
LIMITS_DOCUMENT = Path(__file__).parents[2] / "docs" / "limits.md"


def test_the_last_allowed_try_passes_and_the_next_one_waits_for_the_end_of_the_window() -> None:
    LIMIT.check(3, ENDS, START)
    with pytest.raises(TooManyGuesses) as refused:
        LIMIT.check(4, ENDS, START + timedelta(minutes=2))
    assert refused.value.facts == {"seconds": "180"}
    assert refused.value.seconds == 180


@pytest.mark.parametrize(("early", "seconds"), [(SECOND / 2, 1), (3 * SECOND / 2, 2), (0 * SECOND, 1), (-SECOND, 1)])
def test_who_waits_as_long_as_told_has_waited_long_enough(early: timedelta, seconds: int) -> None:
    with pytest.raises(TooManyGuesses, match=f"wait {seconds} seconds"):
        LIMIT.check(4, ENDS, ENDS - early)


def test_a_limit_until_redeemed_tells_no_time_to_wait() -> None:
    limit = Limit(Act.LOG_IN, ("address",), 1, timedelta(days=1), until_redeemed=True)
    with pytest.raises(RedeemFirst, match="request a code"):
        limit.check(2, ENDS, START)


def test_a_subject_is_counted_only_by_what_is_known_of_it() -> None:
    assert LIMIT.key(Subject("192.0.2.7", account="a b")) == "192.0.2.7"
    assert LIMIT.key(Subject(account="a")) is None
    assert LIMIT.key(Subject("192.0.2.7")) is None


def test_limits_differ_by_name_and_the_window_is_part_of_it() -> None:
    assert len({limit.name for limit in LIMITS}) == len(LIMITS)
    assert LIMIT.name == "LOG_IN address+account 300s"


def test_the_numbers_of_the_issue_stand_in_the_table() -> None:
    """Log-in 10 in 5 minutes, wrong codes 10 in an hour, code requests 1 a minute and 5 a day, 100 failures."""
    by = ("address", "account")
    assert set(limits_of(Act.LOG_IN, Act.REDEMPTION, Act.CODE_REQUEST)) == {
        Limit(Act.LOG_IN, by, 10, timedelta(minutes=5)),
        Limit(Act.LOG_IN, by, 100, timedelta(days=90), until_redeemed=True),
        Limit(Act.REDEMPTION, by, 10, timedelta(hours=1)),
        Limit(Act.CODE_REQUEST, by, 1, timedelta(minutes=1)),
        Limit(Act.CODE_REQUEST, by, 5, timedelta(days=1)),
    }
    for wrong in WRONG.values():
        assert {(limit.by, limit.tries, limit.window) for limit in limits_of(wrong)} == {
            (("account",), 100, timedelta(days=1)),
            (("address",), 100, timedelta(hours=1)),
            (("site",), 300, timedelta(hours=1)),
            (("site", "account"), 30, timedelta(hours=1)),
        }
    assert {limit.by for limit in limits_of(Act.REGISTRATION)} == {("address",), ("mailbox",), ("portal",), ("site",)}
    assert {limit.by for limit in limits_of(Act.NAME_CHECK)} == {("address",), ("portal",), ("site",)}


COUNTED_BY_WHO_ASKS = {Act.REGISTRATION, Act.NAME_CHECK}
"""They tell whether a user name is taken: the same question again tells nothing new."""

AFTER_LOG_IN = {Act.EMAIL_CHANGE, Act.CLOSURE, Act.LANGUAGE_CHANGE}
LETTERS = {Act.CODE_LETTER}
BY_STAFF = {Act.COMPARISON}
ROWS = {Act.DRAFT, Act.SIGN_IN}
"""Nothing can be found out with them."""

BEFORE_ACTIVATION = {Act.EMAIL_CORRECTION}
"""By whoever knows the registration's id and user name, which are no secrets that can be guessed: few letters."""


@pytest.mark.parametrize("guess", WRONG)
def test_every_guess_is_limited_by_address_by_account_by_both_and_by_site(guess: Act) -> None:
    """From one address, from one /48, from everywhere; at one account and at all."""
    counted_by = {limit.by for limit in limits_of(guess, WRONG[guess])}
    assert counted_by >= {("address",), ("address", "account"), ("account",), ("site",), ("site", "account")}


def test_every_act_is_a_guess_or_something_else_by_name() -> None:
    """A new act finds its place here, and if it is a guess its limits above."""
    guesses = {*WRONG, *WRONG.values()}
    others = COUNTED_BY_WHO_ASKS | AFTER_LOG_IN | LETTERS | BEFORE_ACTIVATION | BY_STAFF | ROWS
    assert guesses | others == set(Act)
    assert not guesses & others
    for act in COUNTED_BY_WHO_ASKS:
        assert {("address",), ("site",), ("portal",)} <= {limit.by for limit in limits_of(act)}


def test_a_comparison_is_limited_by_clerk_by_account_and_by_both() -> None:
    """Five tries are enough to mistype a document; guessing who an account belongs to is not."""
    assert {(limit.by, limit.tries) for limit in limits_of(Act.COMPARISON)} == {
        (("clerk", "account"), 5),
        (("account",), 20),
        (("clerk",), 120),
    }


def test_what_an_address_may_not_try_without_end_its_whole_site_may_not_either() -> None:
    """A /48 of IPv6 has 65,536 networks; IPv4 has no sites."""
    for limit in LIMITS:
        if limit.by == ("address",):
            (of_site,) = (other for other in limits_of(limit.act) if other.by == ("site",))
            assert (of_site.tries, of_site.window) == (3 * limit.tries, limit.window)
            assert of_site.key(Subject("192.0.2.7")) is None


def test_no_limit_refuses_a_client_for_what_others_do_to_the_account() -> None:
    """What others tried from elsewhere counts only where the account knows no network, or once a try was wrong.

    The letters alone are counted by account only: beyond them the answer is the same, without a letter.
    """
    client = Subject("2001:db8:7:1::/64", "a", site="2001:db8:7::/48")
    for limit in LIMITS:
        if limit.act is Act.CODE_LETTER or "address" in limit.by:
            continue
        if limit.act in {*WRONG, *WRONG.values()}:
            assert limit.key(client) is not None
            assert limit.key(replace(client, is_known=True)) is None
        assert limit.spares_right == (limit.act in {Act.WRONG_CODE, Act.WRONG_PAIR})
    for limit in limits_of(*WRONG, *WRONG.values()):
        if "address" in limit.by:
            assert limit.key(replace(client, is_known=True)) is not None, "a known network may not guess without end"
            assert not limit.spares_right


def test_a_guess_is_counted_by_nothing_that_others_share() -> None:
    """So that one statement counts it and finds the account, of which it learns then whether it knows the network."""
    assert not [limit for limit in limits_of(*WRONG, *WRONG.values()) if limit.is_shared]
    assert not [limit for limit in limits_of(*WRONG) if limit.strangers]


def test_every_act_has_a_limit_and_the_one_that_keeps_longest_comes_first() -> None:
    for act in Act:
        windows = [limit.window for limit in limits_of(act) if limit.by != ("portal",)]
        assert windows
        assert windows == sorted(windows, reverse=True)


def test_the_operators_table_is_this_one() -> None:
    """docs/limits.md: what, by what, how many, in how long."""
    lines = LIMITS_DOCUMENT.read_text("utf-8")
    rows = re.findall(r"\n\| `([A-Z_]+)` \| ([a-z ,]+) \| ([\d,]+) \| (\w+ \w+) \|", lines)
    units = {"minutes": 60, "hours": 3600, "days": 86_400}
    documented = set()
    for act, by, tries, window in rows:
        number, unit = window.split()
        documented.add(
            (act, tuple(by.split(", ")), int(tries.replace(",", "")), int(number) * units[unit.rstrip("s") + "s"])
        )
    assert documented == {(limit.act, limit.by, limit.tries, limit.window.total_seconds()) for limit in LIMITS}
