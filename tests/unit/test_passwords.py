"""Passwords outside of the event loop: which may be chosen, in which form they are compared, how many wait."""

import asyncio
import threading
import time
import unicodedata
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from registration.errors import InvalidInput, Unavailable
from registration.input_rules import InputRule
from starter.gateway.passwords import PasswordCheck, Passwords, check_new_password

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(1)
    made._hasher, made._decoy = CHEAP, CHEAP.hash("nobody has this password")
    yield made
    made.close()


@pytest.fixture
def held(passwords: Passwords) -> Iterator[threading.Event]:
    """The one thread begins nothing before this is set."""
    go = threading.Event()
    busy = passwords._threads.submit(go.wait)
    yield go
    go.set()
    busy.result()


async def test_a_long_password_is_the_same_from_a_keyboard_that_decomposes(passwords: Passwords) -> None:
    """100 letters with accents are 200 code points there; none of them may be cut off."""
    typed = "é" * 99 + "á"
    decomposed = unicodedata.normalize("NFD", typed)
    check_new_password(decomposed, "szabo.katalin")
    kept = await passwords.hash(decomposed)
    assert (await passwords.verify(typed, kept)).is_right
    assert not (await passwords.verify(typed[:-1] + "a", kept)).is_right
    assert not (await passwords.verify(decomposed[:-2], kept)).is_right


async def test_what_is_longer_than_a_password_may_be_is_never_right(passwords: Passwords) -> None:
    longest = "ab" * 64
    kept = await passwords.hash(check_new_password(longest, "szabo.katalin"))
    assert (await passwords.verify(longest, kept)).is_right
    assert not (await passwords.verify(longest + "c", kept)).is_right
    with pytest.raises(InvalidInput):
        check_new_password(longest + "c", "szabo.katalin")


async def test_a_run_of_combining_marks_is_too_long_and_found_so_at_once(passwords: Passwords) -> None:
    hostile, begun = "a" + "\u0301\u0316" * 60_000, time.process_time()
    with pytest.raises(InvalidInput):
        check_new_password(hostile, hostile)
    assert not (await passwords.verify(hostile, None)).is_right
    assert time.process_time() - begun < 1


async def test_a_flood_is_turned_away_at_once_and_whoever_waits_is_served(
    passwords: Passwords, held: threading.Event
) -> None:
    """One thread, 200 in turn: the rest would wait for minutes while their callers have gone."""
    tries = [asyncio.create_task(passwords.verify("a wrong one", None)) for _ in range(300)]
    await asyncio.sleep(0)
    held.set()
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, Unavailable) for outcome in outcomes) == 100
    assert not (await passwords.verify("a wrong one", None)).is_right


async def test_whoever_is_gone_before_the_hash_has_begun_leaves_a_free_place(
    passwords: Passwords, held: threading.Event
) -> None:
    waiting = [asyncio.create_task(passwords.verify("a wrong one", None)) for _ in range(200)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await passwords.verify("a wrong one", None)
    for each in waiting[:150]:
        each.cancel()
    await asyncio.gather(*waiting[:150], return_exceptions=True)
    more = [asyncio.create_task(passwords.verify("a wrong one", None)) for _ in range(150)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await passwords.verify("a wrong one", None)
    held.set()
    outcomes = await asyncio.gather(*waiting[150:], *more)
    assert [outcome.is_right for outcome in outcomes] == [False] * 200


async def test_a_place_is_taken_until_its_thread_is_done_with_it_although_nobody_waits(passwords: Passwords) -> None:
    """Else a flood of clients that hang up would put more to the threads than they are said to have."""
    go, begun = threading.Event(), threading.Event()

    def slow(*_: object) -> PasswordCheck:
        begun.set()
        go.wait()
        return PasswordCheck(is_right=False)

    passwords._verify = slow  # type: ignore[assignment, method-assign]
    gone = asyncio.create_task(passwords.verify("a wrong one", None))
    await asyncio.to_thread(begun.wait)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    waiting = [asyncio.create_task(passwords.verify("a wrong one", None)) for _ in range(199)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await passwords.verify("a wrong one", None)
    go.set()
    await asyncio.gather(*waiting)
    await asyncio.gather(*(passwords.verify("a wrong one", None) for _ in range(200)))


async def test_a_wait_for_a_hash_has_an_end(
    passwords: Passwords, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its place is free again, whatever the threads do."""
    monkeypatch.setattr("starter.gateway.passwords._WITHIN_SECONDS", 0.05)
    for _ in range(3):
        outcomes = await asyncio.gather(
            *(passwords.verify("a wrong one", None) for _ in range(200)), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert not held.is_set()


@pytest.mark.parametrize(
    "blank", [" " * 8, "\xa0" * 9, "\u200b" * 8, "\u3164 " * 8, "\t" * 128, "\u2800\ufe0f" * 4], ids=ascii
)
def test_what_nobody_sees_is_no_password(blank: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_new_password(blank, "szabo.katalin")
    assert refusal.value.facts["rule"] is InputRule.PASSWORD_BLANK


@pytest.mark.parametrize("password", ["ab" * 4, "ő" * 8, "a b c d e", "   két szó   ", "🐎🐎🐎🐎 🔋🔋🔋🔋"])
def test_spaces_may_be_in_a_password(password: str) -> None:
    assert check_new_password(password, "szabo.katalin") == password


def test_a_user_name_with_spaces_around_is_no_password() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_new_password(" Szabo.Katalin\n", "szabo.katalin")
    assert refusal.value.facts["rule"] is InputRule.PASSWORD_USER_NAME
