"""Sessions of browsers on the real store: what opens one, what ends it, what a thief or the database's owner can do."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from registration import errors
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, another_address
from starter.gateway import Acr, BrowserSessions, browser_sessions
from starter.gateway.engine import new_request_id
from tests.support.guessing import WRONG, wrong_passwords
from tests.workflows.lives import bring, quiet, to_deadline

NEXT: Final = "Egészen új jelszó"
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)


class Clock:
    """The clock of sessions, which a test moves."""

    def __init__(self) -> None:
        """Shows the present, to the second."""
        self.moment = datetime.now(UTC).replace(microsecond=0)

    def forward(self, duration: timedelta) -> None:
        """Moves it."""
        self.moment += duration


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(browser_sessions, "now", lambda: found.moment)
    return found


@pytest.fixture
def sessions(world: World) -> BrowserSessions:
    return BrowserSessions(world.engine)


async def logged_in(world: World, filled: dict[str, Any], password: str = PASSWORD) -> str:
    """The token of a browser that has just logged in."""
    session = await world.citizen.authenticate(filled["user_name"], password, client_address=CLIENT_ADDRESS)
    return await BrowserSessions(world.engine).open(session)


async def has_ended(sessions: BrowserSessions, *tokens: str) -> None:
    """None of these tokens lets in."""
    for token in tokens:
        with pytest.raises(errors.SessionEnded):
            await sessions.present(token)


def row_of(token: str) -> bytes:
    """The key of a token's row."""
    return hashlib.sha256(token.encode()).digest()


# what a session is


@pytest.mark.parametrize(("status", "acr"), [(Status.TEMPORARY, Acr.TEMPORARY), (Status.ACTIVE, Acr.VERIFIED)])
async def test_a_session_says_who_how_and_until_when(
    world: World, sessions: BrowserSessions, clock: Clock, status: Status, acr: Acr
) -> None:
    registration_id, filled = await bring(world, status)
    session = await sessions.present(await logged_in(world, filled))
    snapshot = await world.engine.reader.snapshot(registration_id)
    assert snapshot
    assert (session.registration_id, session.status, session.acr) == (registration_id, status, acr)
    assert (session.deadline, session.password_valid_until) == (snapshot.deadline, snapshot.password_valid_until)
    assert session.methods == ("pwd",)
    assert session.authenticated_at == clock.moment
    assert session.idle_until == clock.moment + IDLE
    assert session.ends_at == clock.moment + LONGEST
    assert session.credential_id not in repr(session)


async def test_neither_the_token_nor_a_fact_is_readable_in_the_row(world: World, sessions: BrowserSessions) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    token = await logged_in(world, filled)
    session = await sessions.present(token)
    (row,) = await world.sql("select * from sessions where registration_id = $1", registration_id)
    assert row["id_hash"] == row_of(token)
    assert set(dict(row)) == {"id_hash", "registration_id", "sealed", "ends_at"}
    for fact in (token, session.session_id, session.credential_id, "pwd"):
        assert fact.encode() not in row["sealed"]


async def test_every_log_in_has_a_token_and_an_id_of_its_own(world: World, sessions: BrowserSessions) -> None:
    _, filled = await bring(world, Status.TEMPORARY)
    tokens = [await logged_in(world, filled) for _ in range(3)]
    assert len(set(tokens)) == 3
    assert len({(await sessions.present(token)).session_id for token in tokens}) == 3


async def test_a_form_opens_one_session_however_often_it_is_sent(world: World, sessions: BrowserSessions) -> None:
    """Also at once. Another form, or another client with the same form, opens another one."""
    (registration_id, filled), (_, others) = [await bring(world, Status.TEMPORARY) for _ in range(2)]
    own, other = [
        await world.citizen.authenticate(each["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
        for each in (filled, others)
    ]
    tokens = await asyncio.gather(*(sessions.open(own, form="a form") for _ in range(3)))
    assert len(set(tokens)) == 1
    assert len(await world.sql("select from sessions where registration_id = $1", registration_id)) == 1
    more = [await sessions.open(own, form="another"), await sessions.open(other, form="a form")]
    assert len({tokens[0], *more, hashlib.sha256(b"a form").hexdigest()}) == 4
    for token in (tokens[0], *more):
        await sessions.present(token)


# times


async def test_an_idle_session_ends_after_15_minutes(world: World, sessions: BrowserSessions, clock: Clock) -> None:
    _, filled = await bring(world, Status.TEMPORARY)
    token = await logged_in(world, filled)
    clock.forward(IDLE - SECOND)
    assert (await sessions.present(token)).idle_until == clock.moment + IDLE
    clock.forward(IDLE - SECOND)
    await sessions.present(token)
    clock.forward(IDLE)
    await has_ended(sessions, token)


async def test_a_session_lasts_no_shorter_than_it_says(world: World, sessions: BrowserSessions, clock: Clock) -> None:
    """A use that is not written, because the last one was less than a minute before, prolongs nothing."""
    _, filled = await bring(world, Status.TEMPORARY)
    token, begun = await logged_in(world, filled), clock.moment
    clock.forward(MINUTE - SECOND)
    session = await sessions.present(token)
    assert (session.idle_until, session.seconds_left) == (begun + IDLE, 14 * 60 + 1)
    clock.moment = session.idle_until - SECOND
    assert session.seconds_left == 1
    clock.moment = session.idle_until + MINUTE
    assert session.seconds_left == 0
    await has_ended(sessions, token)


async def test_a_session_in_use_ends_after_12_hours(world: World, sessions: BrowserSessions, clock: Clock) -> None:
    _, filled = await bring(world, Status.TEMPORARY)
    token = await logged_in(world, filled)
    end = clock.moment + LONGEST
    while clock.moment + IDLE < end:
        clock.forward(IDLE - MINUTE)
        assert (await sessions.present(token)).idle_until == min(clock.moment + IDLE, end)
    clock.moment = end - SECOND
    await sessions.present(token)
    clock.moment = end
    await has_ended(sessions, token)


async def test_a_use_is_written_once_a_minute(world: World, sessions: BrowserSessions, clock: Clock) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    token = await logged_in(world, filled)

    async def written() -> list[tuple[Any, ...]]:
        return [
            tuple(row) for row in await world.sql("select * from sessions where registration_id=$1", registration_id)
        ]

    first = await written()
    clock.forward(MINUTE - SECOND)
    await sessions.present(token)
    assert await written() == first
    clock.forward(SECOND)
    await sessions.present(token)
    assert await written() != first


# what ends it


async def changes_it(world: World, _: str, filled: dict[str, Any]) -> None:
    await world.citizen.change_password(filled["user_name"], PASSWORD, NEXT, client_address=another_address())


async def redeems_a_code(world: World, registration_id: str, filled: dict[str, Any]) -> None:
    await quiet(world, registration_id)
    before = len(world.letters(filled["email"]))
    await world.request_code(filled)
    await world.redeem(filled, await world.code(filled["email"], before + 1), password=NEXT)


@pytest.mark.parametrize("way", [changes_it, redeems_a_code])
async def test_another_password_ends_the_sessions_of_the_old_one(
    world: World, sessions: BrowserSessions, way: Callable[[World, str, dict[str, Any]], Awaitable[None]]
) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    tokens = [await logged_in(world, filled) for _ in range(2)]
    await way(world, registration_id, filled)
    await has_ended(sessions, *tokens)
    assert await sessions.present(await logged_in(world, filled, NEXT))


@pytest.mark.parametrize("status", [Status.PASSWORD_EXPIRED, Status.LAPSED])
async def test_a_status_that_lets_nobody_in_ends_it(world: World, sessions: BrowserSessions, status: Status) -> None:
    before = Status.TEMPORARY if status is Status.LAPSED else Status.ACTIVE
    registration_id, filled = await bring(world, before)
    token = await logged_in(world, filled)
    await sessions.present(token)
    await to_deadline(world, registration_id, status)
    await has_ended(sessions, token)


async def test_closing_ends_it_and_erasure_deletes_its_row(world: World, sessions: BrowserSessions) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    token = await logged_in(world, filled)
    await world.desk.close(registration_id, EVIDENCE)
    await has_ended(sessions, token)
    assert await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS) == Status.CLOSED
    assert await world.sql("select from sessions where registration_id = $1", registration_id) == []
    await has_ended(sessions, token)


async def test_logging_out_ends_this_session_alone_and_again_is_no_error(
    world: World, sessions: BrowserSessions
) -> None:
    _, filled = await bring(world, Status.TEMPORARY)
    here, there = await logged_in(world, filled), await logged_in(world, filled)
    await sessions.end(here)
    await sessions.end(here)
    await has_ended(sessions, here)
    await sessions.present(there)


async def test_one_session_ends_by_its_id_but_none_of_another_account(world: World, sessions: BrowserSessions) -> None:
    (_, filled), (_, others) = await bring(world, Status.TEMPORARY), await bring(world, Status.TEMPORARY)
    here, there, third = [await logged_in(world, filled) for _ in range(3)]
    elsewhere = await logged_in(world, others)
    own = await sessions.present(here)
    for session_id in ((await sessions.present(elsewhere)).session_id, "", "x"):
        await sessions.end_one(own, session_id)
    for token in (there, third, elsewhere):
        await sessions.present(token)
    session_id = (await sessions.present(there)).session_id
    await sessions.end_one(own, session_id)
    await sessions.end_one(own, session_id)
    await has_ended(sessions, there)
    for token in (here, third, elsewhere):
        await sessions.present(token)


async def test_all_others_end_but_those_of_other_accounts(world: World, sessions: BrowserSessions) -> None:
    (_, filled), (_, others) = await bring(world, Status.TEMPORARY), await bring(world, Status.TEMPORARY)
    here, *there = [await logged_in(world, filled) for _ in range(3)]
    elsewhere = await logged_in(world, others)
    await sessions.end_others(here)
    await has_ended(sessions, *there)
    await sessions.present(here)
    await sessions.present(elsewhere)
    with pytest.raises(errors.SessionEnded):
        await sessions.end_others(there[0])
    await sessions.present(here)


async def test_one_s_own_sessions_are_listed_the_last_used_first(
    world: World, sessions: BrowserSessions, clock: Clock
) -> None:
    (_, filled), (_, others) = await bring(world, Status.TEMPORARY), await bring(world, Status.TEMPORARY)
    await logged_in(world, others)
    begun = clock.moment
    await logged_in(world, filled)
    clock.forward(10 * MINUTE)
    there, here = await logged_in(world, filled), await logged_in(world, filled)
    clock.forward(5 * MINUTE)
    listed = await sessions.of(await sessions.present(here))
    assert [(each.is_this, each.authenticated_at - begun, each.used_at - begun) for each in listed] == [
        (True, 10 * MINUTE, 15 * MINUTE),
        (False, 10 * MINUTE, 10 * MINUTE),
    ], "the first one is idle by now"
    assert listed[1].session_id == (await sessions.present(there)).session_id


async def test_rows_are_deleted_once_they_have_ended(world: World, sessions: BrowserSessions, clock: Clock) -> None:
    _, filled = await bring(world, Status.TEMPORARY)
    old, young = await logged_in(world, filled), await logged_in(world, filled)
    clock.forward(IDLE - SECOND)
    await sessions.present(young)
    clock.forward(MINUTE)
    await sessions.forget_old()
    rows = await world.sql("select id_hash from sessions where id_hash = any($1)", [row_of(old), row_of(young)])
    assert [row["id_hash"] for row in rows] == [row_of(young)]
    await sessions.present(young)


# one's own password


async def test_changing_one_s_password_renews_this_session_and_ends_all_others(
    world: World, sessions: BrowserSessions
) -> None:
    _, filled = await bring(world, Status.ACTIVE)
    here, there = await logged_in(world, filled), await logged_in(world, filled)
    before, request_id = await sessions.present(here), new_request_id()
    await world.citizen.change_password(
        filled["user_name"], PASSWORD, NEXT, client_address=CLIENT_ADDRESS, request_id=request_id
    )
    renewed = await sessions.renewed(here, request_id)
    await has_ended(sessions, here, there)
    after = await sessions.present(renewed)
    assert after.registration_id == before.registration_id
    assert after.session_id != before.session_id
    with pytest.raises(errors.SessionEnded):
        await sessions.renewed(here, request_id)


async def test_nothing_but_the_password_in_force_of_the_same_account_renews_a_session(
    world: World, sessions: BrowserSessions, clock: Clock
) -> None:
    (_, filled), (_, others) = await bring(world, Status.ACTIVE), await bring(world, Status.ACTIVE)
    token = await logged_in(world, filled)
    foreign = (await sessions.present(await logged_in(world, others))).credential_id
    replaced = (await sessions.present(token)).credential_id
    await changes_it(world, "", filled)
    in_force = (await sessions.present(await logged_in(world, filled, NEXT))).credential_id
    for credential_id in (foreign, replaced, str(uuid4())):
        with pytest.raises(errors.SessionEnded):
            await sessions.renewed(token, credential_id)
    with pytest.raises(errors.SessionEnded):
        await sessions.renewed("A" * 43, in_force)
    clock.forward(IDLE)
    with pytest.raises(errors.SessionEnded):
        await sessions.renewed(token, in_force)


async def test_a_password_that_was_replaced_since_it_was_typed_opens_no_session(
    world: World, sessions: BrowserSessions
) -> None:
    _, filled = await bring(world, Status.ACTIVE)
    typed = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS)
    await changes_it(world, "", filled)
    with pytest.raises(errors.SessionEnded):
        await sessions.open(typed)


async def test_a_cookie_thief_guesses_the_password_no_more_often_than_anybody(
    world: World, sessions: BrowserSessions
) -> None:
    """And a wrong one does not end the session."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    token, address = await logged_in(world, filled), another_address()
    for _ in range(5):
        with pytest.raises(errors.WrongPassword):
            await world.citizen.confirm_password(registration_id, WRONG, client_address=address)
    await wrong_passwords(world, filled["user_name"], address, 5)
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.confirm_password(registration_id, PASSWORD, client_address=address)
    await sessions.present(token)


# attackers


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "A" * 42,
        "A" * 44,
        "A" * 43 + "\n",
        "Á" * 43,
        "A" * 42 + "=",
        "A" * 42 + "\0",
        "\ud800" * 43,
        "A" * 999_999,
    ],
    ids=range(10),
)
async def test_what_is_no_token_of_ours_is_refused_unread(sessions: BrowserSessions, token: str) -> None:
    await has_ended(sessions, token)
    await sessions.end(token)
    for use in (
        sessions.end_others(token),
        sessions.renewed(token, str(uuid4())),
    ):
        with pytest.raises(errors.SessionEnded):
            await use


async def test_a_token_that_an_attacker_has_planted_never_becomes_a_session(
    world: World, sessions: BrowserSessions
) -> None:
    """Fixation: whatever the browser brought, the token of a log-in is a new one."""
    planted = "A" * 43
    _, filled = await bring(world, Status.TEMPORARY)
    assert await logged_in(world, filled) != planted
    await has_ended(sessions, planted)


Forgery = Callable[[World, str, str, str], Awaitable[object]]
"""Given the victim's registration, the attacker's token and the victim's; tests/store/test_sessions.py has more."""


async def _hangs_on(world: World, victim: str, own: str, _token: str) -> None:
    """The attacker's own session, on the victim's registration."""
    await world.sql("update sessions set registration_id = $2 where id_hash = $1", row_of(own), victim)


async def _copies(world: World, victim: str, own: str, token: str) -> None:
    """The victim's session, under the attacker's token."""
    (row,) = await world.sql("delete from sessions where id_hash = $1 returning *", row_of(token))
    await world.sql(
        "update sessions set registration_id = $2, sealed = $3 where id_hash = $1", row_of(own), victim, row["sealed"]
    )


async def _writes_his_own(world: World, victim: str, own: str, _token: str) -> None:
    """Facts in clear, as the sealed ones look inside."""
    facts = b'{"session_id":"x","credential_id":"x","methods":["pwd"],"authenticated_at":"2999-01-01T00:00:00Z"}'
    await world.sql(
        "update sessions set registration_id = $2, sealed = $3, ends_at = 'infinity' where id_hash = $1",
        row_of(own),
        victim,
        facts,
    )


async def _takes_another_seal(world: World, victim: str, own: str, _token: str) -> None:
    """Something else that the victim's key has sealed."""
    await world.sql(
        "update sessions set registration_id = $2, sealed = p.sealed from persons p "
        "where id_hash = $1 and p.registration_id = $2",
        row_of(own),
        victim,
    )


@pytest.mark.parametrize("forgery", [_hangs_on, _copies, _writes_his_own, _takes_another_seal])
async def test_whatever_the_owner_of_the_database_writes_lets_nobody_into_another_s_account(
    world: World, sessions: BrowserSessions, forgery: Forgery
) -> None:
    (victim, filled), (_, others) = await bring(world, Status.ACTIVE), await bring(world, Status.ACTIVE)
    token, own = await logged_in(world, filled), await logged_in(world, others)
    await sessions.present(own)
    await forgery(world, victim, own, token)
    await has_ended(sessions, own)


async def test_later_times_in_the_row_keep_no_session_open(
    world: World, sessions: BrowserSessions, clock: Clock
) -> None:
    _, filled = await bring(world, Status.ACTIVE)
    token = await logged_in(world, filled)
    await world.sql("update sessions set ends_at = 'infinity' where id_hash = $1", row_of(token))
    clock.forward(IDLE)
    await has_ended(sessions, token)


async def test_a_row_that_is_put_back_ends_15_minutes_after_its_last_use(
    world: World, sessions: BrowserSessions, clock: Clock
) -> None:
    """No seal shows that a row was deleted: what a log-out ended can come back for so long, to the same token."""
    _, filled = await bring(world, Status.ACTIVE)
    token = await logged_in(world, filled)
    (row,) = await world.sql("select * from sessions where id_hash = $1", row_of(token))
    await sessions.end(token)
    clock.forward(IDLE)
    await world.sql("insert into sessions values ($1, $2, $3, 'infinity')", *list(row.values())[:3])
    await has_ended(sessions, token)
