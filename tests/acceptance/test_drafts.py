"""Drafts of forms on the real store: for 24 hours, for one browser, and after 15 idle minutes for one address."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from registration import errors
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS
from starter.gateway import Drafts
from starter.gateway import drafts as gateway

EMAIL: Final = "kovacs@őrség.hu"
TYPED: Final = {"user_name": "Kovács.Őrs", "email": EMAIL, "languages": ["hu", "en"], "odd": "\ud800"}
SECOND: Final = timedelta(seconds=1)
IDLE: Final = timedelta(minutes=15)
DAY: Final = timedelta(hours=24)


class Clock:
    """The clock of drafts, which a test moves."""

    def __init__(self) -> None:
        """Shows the present."""
        self.moment = datetime.now(UTC)

    def forward(self, duration: timedelta) -> None:
        """Moves it."""
        self.moment += duration


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(gateway, "now", lambda: found.moment)
    return found


@pytest.fixture
def drafts(world: World) -> Drafts:
    return Drafts(world.engine)


@pytest.fixture
def cookie() -> str:
    """A browser's."""
    return secrets.token_urlsafe(18)


async def test_what_was_typed_comes_back_to_the_same_browser_alone(drafts: Drafts, cookie: str) -> None:
    assert await drafts.load(cookie) is None
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    assert await drafts.load(cookie) == TYPED
    assert await drafts.load(secrets.token_urlsafe(18)) is None
    await drafts.save(cookie, {"email": ""}, client_address=CLIENT_ADDRESS)
    assert await drafts.load(cookie) == {"email": ""}
    await drafts.delete(cookie)
    await drafts.delete(cookie)
    assert await drafts.load(cookie) is None


async def test_neither_the_database_nor_the_keys_of_the_installation_open_a_draft(
    world: World, drafts: Drafts, cookie: str
) -> None:
    before = {row["id"] for row in await world.sql("select id from drafts")}
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    (row,) = [row for row in await world.sql("select * from drafts") if row["id"] not in before]
    for part in (cookie, "kovacs", "user_name"):
        assert part.encode() not in row["id"] + row["sealed"]
    other = secrets.token_urlsafe(18)
    await drafts.save(other, {"email": "masik@example.org"}, client_address=CLIENT_ADDRESS)
    await world.sql("update drafts set sealed = $1 where id <> $2 and id <> all($3)", row["sealed"], row["id"], before)
    assert await drafts.load(other) is None, "a seal opens at its own place alone"
    assert await drafts.load(cookie) == TYPED


async def test_a_draft_is_gone_24_hours_after_it_was_saved_however_often_it_is_used(
    world: World, drafts: Drafts, cookie: str, clock: Clock
) -> None:
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    end = clock.moment + DAY
    while clock.moment + IDLE < end:
        clock.forward(IDLE - SECOND)
        assert await drafts.load(cookie) == TYPED
    clock.moment = end
    await world.sql("update drafts set ends_at = 'infinity' where ends_at = $1", end)
    assert await drafts.load(cookie) is None
    assert await drafts.load(cookie, email=EMAIL) is None


async def test_after_15_idle_minutes_only_the_address_of_the_form_opens_it(
    drafts: Drafts, cookie: str, clock: Clock
) -> None:
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    clock.forward(IDLE)
    for email in (None, "", "kovacs@example.org"):
        with pytest.raises(errors.DraftLocked):
            await drafts.load(cookie, email=email)
    assert await drafts.load(cookie, email=" kovacs@xn--rsg-cma13c.hu ") == TYPED
    assert await drafts.load(cookie) == TYPED, "it is in use again"
    clock.forward(IDLE)
    with pytest.raises(errors.DraftLocked):
        await drafts.load(cookie)


async def test_the_fifth_wrong_address_deletes_it(world: World, drafts: Drafts, cookie: str, clock: Clock) -> None:
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    clock.forward(IDLE)
    for _ in range(4):
        with pytest.raises(errors.DraftLocked):
            await drafts.load(cookie, email="masik@example.org")
    assert await drafts.load(cookie, email="masik@example.org") is None
    assert await drafts.load(cookie, email=EMAIL) is None
    assert await world.sql("select from drafts where tries >= 5") == []


async def test_a_right_address_ends_the_count_of_wrong_ones(drafts: Drafts, cookie: str, clock: Clock) -> None:
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    for _ in range(2):
        clock.forward(IDLE)
        for _ in range(4):
            with pytest.raises(errors.DraftLocked):
                await drafts.load(cookie, email="masik@example.org")
        assert await drafts.load(cookie, email=EMAIL) == TYPED


async def test_of_a_hundred_guesses_at_once_five_are_compared(drafts: Drafts, cookie: str, clock: Clock) -> None:
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    clock.forward(IDLE)
    guesses = [drafts.load(cookie, email=f"masik{number}@example.org") for number in range(100)]
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(outcome, errors.DraftLocked) for outcome in outcomes) <= 4
    assert await drafts.load(cookie, email=EMAIL) is None


@pytest.mark.parametrize("content", [{}, {"email": ""}, {"email": None}, {"email": ["kovacs@example.org"]}])
async def test_without_an_address_nothing_opens_an_idle_draft(
    drafts: Drafts, cookie: str, clock: Clock, content: dict[str, Any]
) -> None:
    await drafts.save(cookie, content, client_address=CLIENT_ADDRESS)
    clock.forward(IDLE)
    for email in (None, "", "None"):
        with pytest.raises(errors.DraftLocked):
            await drafts.load(cookie, email=email)


@pytest.mark.parametrize(
    "content",
    [{"password": ""}, {"new_password": "x"}, {"code": "x"}, {"Password": "x"}, {"a": [{"present_password": "x"}]}],
    ids=str,
)
async def test_no_password_and_no_code_is_ever_kept(drafts: Drafts, cookie: str, content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"(?i)password|code"):
        await drafts.save(cookie, content, client_address=CLIENT_ADDRESS)
    assert await drafts.load(cookie) is None


async def test_more_than_16_kib_are_refused(drafts: Drafts, cookie: str) -> None:
    most = 16 * 1024 - len('{"a": ""}')
    await drafts.save(cookie, {"a": "x" * most}, client_address=CLIENT_ADDRESS)
    with pytest.raises(errors.InvalidInput, match="16384"):
        await drafts.save(cookie, {"a": "x" * (most + 1)}, client_address=CLIENT_ADDRESS)


@pytest.mark.parametrize(
    "cookie", ["", "x", "A" * 21, "A" * 129, "Á" * 24, "A" * 24 + "\n", "\ud800" * 24], ids=range(7)
)
async def test_what_is_no_cookie_of_ours_keeps_nothing(drafts: Drafts, cookie: str) -> None:
    assert await drafts.load(cookie) is None
    await drafts.delete(cookie)
    with pytest.raises(errors.InvalidInput):
        await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)


async def test_old_drafts_are_deleted(world: World, drafts: Drafts, cookie: str, clock: Clock) -> None:
    await drafts.save(cookie, TYPED, client_address=CLIENT_ADDRESS)
    end = clock.moment + DAY
    clock.forward(DAY)
    await drafts.forget_old()
    assert len(await world.sql("select from drafts where ends_at = $1", end)) == 1
    clock.forward(SECOND)
    await drafts.forget_old()
    assert await world.sql("select from drafts where ends_at = $1", end) == []
