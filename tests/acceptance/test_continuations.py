"""What a log-in goes on with, on the real store: for one browser and one client, 24 hours, once."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from registration import errors
from registration.limits import Act
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, another_address
from starter.gateway import AccountDrafts, Continuation, Continuations, Destination, Drafts, continuations, owner_of
from starter.gateway import drafts as drafts_module
from tests.support.limits import use_up

DAY: Final = timedelta(hours=24)
SOMEBODY, SOMEBODY_ELSE = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a", "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2b"
EMAIL: Final = {"email": "kovacs@őrség.hu"}


@pytest.fixture
def cookie() -> str:
    """A browser's."""
    return secrets.token_urlsafe(18)


@pytest.fixture
def pages(world: World) -> Continuations:
    return Continuations(world.engine)


@pytest.fixture
def forms(world: World) -> AccountDrafts:
    return AccountDrafts(world.engine)


def let_a_day_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """For both kinds of rows."""
    later = datetime.now(UTC) + DAY
    for module in (continuations, drafts_module):
        monkeypatch.setattr(module, "now", lambda: later)


# pages


async def test_a_page_is_gone_on_with_once_in_the_browser_that_asked_for_it(pages: Continuations, cookie: str) -> None:
    assert await pages.find(cookie) is None
    await pages.keep(cookie, Continuation(Destination.EMAIL), client_address=CLIENT_ADDRESS)
    assert await pages.take(secrets.token_urlsafe(18), SOMEBODY, form="a") is None
    assert await pages.find(cookie) == Continuation(Destination.EMAIL)
    taken = await asyncio.gather(*(pages.take(cookie, SOMEBODY, form="a") for _ in range(3)))
    assert taken == [Destination.EMAIL] * 3, "a form that is sent by a double click"
    assert await pages.take(cookie, SOMEBODY, form="b") is None
    await pages.keep(cookie, Continuation(Destination.DATA), client_address=CLIENT_ADDRESS)
    assert await pages.take(cookie, SOMEBODY, form="b") is Destination.DATA


async def test_the_last_page_that_was_asked_for_counts(pages: Continuations, cookie: str) -> None:
    for destination in Destination:
        await pages.keep(cookie, Continuation(destination), client_address=CLIENT_ADDRESS)
    assert await pages.take(cookie, SOMEBODY, form="a") == list(Destination)[-1]


async def test_the_form_of_one_client_is_not_where_the_log_in_of_another_leads(
    pages: Continuations, cookie: str
) -> None:
    """Nor does it wait behind their back for the first one."""
    await pages.keep(cookie, Continuation(Destination.EMAIL, owner_of(cookie, SOMEBODY)), client_address=CLIENT_ADDRESS)
    assert await pages.take(cookie, SOMEBODY_ELSE, form="a") is None
    assert await pages.take(cookie, SOMEBODY, form="b") is None
    await pages.keep(cookie, Continuation(Destination.EMAIL, owner_of(cookie, SOMEBODY)), client_address=CLIENT_ADDRESS)
    assert await pages.take(cookie, SOMEBODY, form="c") is Destination.EMAIL


async def test_a_page_is_forgotten_after_a_day_and_when_it_is_deleted(
    pages: Continuations, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pages.keep(cookie, Continuation(Destination.DATA), client_address=CLIENT_ADDRESS)
    await pages.delete(cookie)
    assert await pages.find(cookie) is None
    await pages.keep(cookie, Continuation(Destination.DATA), client_address=CLIENT_ADDRESS)
    let_a_day_pass(monkeypatch)
    assert await pages.find(cookie) is None
    assert await pages.take(cookie, SOMEBODY, form="a") is None


# forms


async def test_what_was_typed_comes_back_to_its_browser_client_and_form_alone(
    forms: AccountDrafts, cookie: str
) -> None:
    owner = owner_of(cookie, SOMEBODY)
    assert await forms.save(cookie, owner, Destination.EMAIL, EMAIL, client_address=CLIENT_ADDRESS)
    assert await forms.load(cookie, owner, Destination.EMAIL) == EMAIL
    assert await forms.load(cookie, owner, Destination.PASSWORD) == {}
    assert await forms.save(cookie, owner, Destination.CLOSING, {}, client_address=CLIENT_ADDRESS), (
        "a form with a password alone"
    )
    assert await forms.load(cookie, owner, Destination.EMAIL) == EMAIL
    assert await forms.load(cookie, owner_of(cookie, SOMEBODY_ELSE), Destination.EMAIL) == {}
    other = secrets.token_urlsafe(18)
    assert await forms.load(other, owner_of(other, SOMEBODY), Destination.EMAIL) == {}
    await forms.delete(cookie, owner_of(cookie, SOMEBODY_ELSE))
    assert await forms.load(cookie, owner, Destination.EMAIL) == EMAIL
    await forms.delete(cookie, owner)
    await forms.delete(cookie, owner)
    assert await forms.load(cookie, owner, Destination.EMAIL) == {}


async def test_a_form_is_forgotten_after_a_day(
    forms: AccountDrafts, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = owner_of(cookie, SOMEBODY)
    await forms.save(cookie, owner, Destination.EMAIL, EMAIL, client_address=CLIENT_ADDRESS)
    let_a_day_pass(monkeypatch)
    assert await forms.load(cookie, owner, Destination.EMAIL) == {}


async def test_page_form_and_the_registration_of_one_browser_are_kept_beside_each_other(
    world: World, pages: Continuations, forms: AccountDrafts, cookie: str
) -> None:
    """And none of the three rows shows what is in it, or that they belong together."""
    before = {row["id"] for row in await world.sql("select id from drafts")}
    owner, drafts = owner_of(cookie, SOMEBODY), Drafts(world.engine)
    await drafts.save(cookie, {"user_name": "kovacs"}, client_address=CLIENT_ADDRESS)
    await pages.keep(cookie, Continuation(Destination.EMAIL, owner), client_address=CLIENT_ADDRESS)
    await forms.save(cookie, owner, Destination.EMAIL, EMAIL, client_address=CLIENT_ADDRESS)
    rows = [row for row in await world.sql("select * from drafts") if row["id"] not in before]
    assert len(rows) == 3
    for row in rows:
        for part in (cookie, owner, SOMEBODY, "kovacs", "EMAIL"):
            assert part.encode() not in row["id"] + row["sealed"]
    assert await drafts.load(cookie) == {"user_name": "kovacs"}
    assert await pages.take(cookie, SOMEBODY, form="a") is Destination.EMAIL
    assert await forms.load(cookie, owner, Destination.EMAIL) == EMAIL


# attackers


@pytest.mark.parametrize("name", ["password", "present_password", "code"])
async def test_no_password_and_no_code_is_ever_kept(forms: AccountDrafts, cookie: str, name: str) -> None:
    owner = owner_of(cookie, SOMEBODY)
    with pytest.raises(ValueError, match=name):
        await forms.save(cookie, owner, Destination.EMAIL, {name: "x"}, client_address=CLIENT_ADDRESS)
    assert await forms.load(cookie, owner, Destination.EMAIL) == {}


async def test_more_than_16_kib_are_refused(forms: AccountDrafts, cookie: str) -> None:
    with pytest.raises(errors.InvalidInput):
        await forms.save(
            cookie,
            owner_of(cookie, SOMEBODY),
            Destination.EMAIL,
            {"email": "x" * 16 * 1024},
            client_address=CLIENT_ADDRESS,
        )


@pytest.mark.parametrize("owner", ["", "x", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "|" * 64, "é" * 64])
async def test_what_is_no_owner_keeps_nothing(forms: AccountDrafts, cookie: str, owner: str) -> None:
    assert not await forms.save(cookie, owner, Destination.EMAIL, EMAIL, client_address=CLIENT_ADDRESS)
    await forms.delete(cookie, owner)


@pytest.mark.parametrize("cookie", ["", "x", "A" * 129, "Á" * 24, "A" * 24 + "\n", "\ud800" * 24], ids=range(6))
async def test_what_is_no_cookie_of_ours_keeps_nothing(pages: Continuations, forms: AccountDrafts, cookie: str) -> None:
    owner = "a" * 64
    assert await pages.find(cookie) is None
    assert await pages.take(cookie, SOMEBODY, form="a") is None
    await pages.delete(cookie)
    assert await forms.load(cookie, owner, Destination.EMAIL) == {}
    await forms.delete(cookie, owner)
    with pytest.raises(errors.InvalidInput):
        await pages.keep(cookie, Continuation(Destination.EMAIL), client_address=CLIENT_ADDRESS)
    with pytest.raises(errors.InvalidInput):
        await forms.save(cookie, owner, Destination.EMAIL, EMAIL, client_address=CLIENT_ADDRESS)


async def test_what_browsers_at_one_address_begin_has_a_limit(
    world: World, pages: Continuations, forms: AccountDrafts, cookie: str
) -> None:
    """A registration, a page, a form of an account: each is a row. What replaces a row is none, and is not counted."""
    address, other, owner = another_address(), secrets.token_urlsafe(18), owner_of(cookie, SOMEBODY)
    drafts = Drafts(world.engine)

    async def begin(browser: str) -> None:
        await drafts.save(browser, {"user_name": "kovacs"}, client_address=address)

    async def ask(browser: str) -> None:
        await pages.keep(browser, Continuation(Destination.EMAIL), client_address=address)

    async def send_late(browser: str) -> None:
        await forms.save(browser, owner, Destination.EMAIL, EMAIL, client_address=address)

    for keep in (begin, ask, send_late):
        await keep(cookie)
    await use_up(world, Act.DRAFT, address)
    for keep in (begin, ask, send_late):
        await keep(cookie)
        with pytest.raises(errors.TooManyGuesses):
            await keep(other)
    assert await drafts.load(other) is None
    assert await pages.find(other) is None
    assert await forms.load(other, owner, Destination.EMAIL) == {}
