"""Rows of log-ins, known browsers and notices: what a log-in writes, what is handed out, what nobody can forge."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
import pytest_asyncio

from registration import messages as m
from registration.limits import Subject
from registration.log_ins import KEPT_FOR, BrowserFamily, DueNotice, PastLogIn
from registration.record import EventKind
from registration.state import State
from store.attempts import Attempts
from store.log_in_rows import Claim, LogInAccount
from store.log_ins import LOG_INS_KEPT, LogInStore, log_in_entry
from store.rotation import KeyRotation
from tests.store.lives import CITIZEN, HASH, KEYS, NOW, Store, change_password, new_id, noted, recording, redeem

HERE: Final = "H" * 24
THERE: Final = "T" * 24
ELSEWHERE: Final = "E" * 24
NETWORK: Final = "198.51.*.*"
SENDER: Final = Subject("198.51.100.7")
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)


@pytest_asyncio.fixture
async def log_ins(store: Store) -> LogInStore:
    return LogInStore(store.pool, KEYS)


class Client:
    """Somebody who logs in, and whose clock a test moves."""

    def __init__(self, store: Store, log_ins: LogInStore, state: State) -> None:
        """Of a registration with a password."""
        self.store = store
        self.log_ins = log_ins
        self.state = state
        self.id = state.registration_id
        self.moment = NOW

    async def log_in(self, browser: str | None, after: timedelta = MINUTE) -> PastLogIn:
        """Logs in some time after the last one."""
        self.moment += after
        account = await self.account()
        assert account.password
        past = PastLogIn(self.moment, NETWORK, BrowserFamily.FIREFOX if browser else None)
        await self.note(account, account.password.credential_id, past, browser)
        return past

    async def account(self) -> LogInAccount:
        """What is read before the password is checked."""
        person = await self.store.reader.person(self.id)
        assert person
        claim = Claim(person.user_name, SENDER, self.moment - KEPT_FOR)
        return self.store.reader.account(await Attempts(self.store.pool, KEYS).count_claim(claim, [], self.moment))

    async def note(self, account: LogInAccount, credential_id: str, past: PastLogIn, browser: str | None) -> None:
        """What is written once it was right."""
        assert account.facts
        await Attempts(self.store.pool, KEYS).note_success(
            [],
            SENDER,
            past.at,
            barring=[],
            registration_id=self.id,
            credential_id=credential_id,
            log_in=log_in_entry(self.id, account.facts, past, browser),
        )

    async def change_password(self) -> None:
        """Changes it, while logged in."""
        password = await self.store.reader.password(self.id)
        assert password
        message = change_password(password.credential_id)
        await self.store.writer.add_credential(self.id, message, HASH, NOW)
        self.state = await self.store.sent(self.state, message)

    async def due(self) -> tuple[DueNotice, ...]:
        """The notices that are handed out now."""
        return await self.log_ins.claim_notices(self.moment, 10)

    async def notices(self) -> int:
        """How many notices there are."""
        return len(await self.store.rows("select from log_in_notices where registration_id = $1", self.id))


async def client_of(store: Store, log_ins: LogInStore) -> Client:
    return Client(store, log_ins, await store.redeemed())


@pytest_asyncio.fixture
async def client(store: Store, log_ins: LogInStore) -> Client:
    return await client_of(store, log_ins)


@pytest_asyncio.fixture
async def known(client: Client) -> Client:
    """Whose account knows a browser."""
    await client.log_in(HERE)
    return client


# what a log-in writes


async def test_the_last_log_ins_are_listed_the_newest_first(store: Store, log_ins: LogInStore, client: Client) -> None:
    other = await client_of(store, log_ins)
    first, second, third = await client.log_in(HERE), await client.log_in(None), await client.log_in(THERE)
    await other.log_in(HERE)
    assert await log_ins.latest(client.id, 10) == [third, second, first]
    assert await log_ins.latest(client.id, 2) == [third, second]


async def test_so_many_log_ins_and_browsers_are_kept_of_each_registration(
    store: Store, log_ins: LogInStore, client: Client
) -> None:
    other = await client_of(store, log_ins)
    await other.log_in(HERE)
    made = [await client.log_in(f"{number:024}" if number < 30 else None) for number in range(LOG_INS_KEPT + 3)]
    assert await log_ins.latest(client.id, 1_000) == made[: -LOG_INS_KEPT - 1 : -1]
    (browsers,) = await store.rows("select count(*) from known_browsers where registration_id = $1", client.id)
    assert browsers["count"] == 20
    assert len(await log_ins.latest(other.id, 1_000)) == 1


async def test_a_password_that_is_not_in_force_notes_nothing(store: Store, log_ins: LogInStore, client: Client) -> None:
    past, other = PastLogIn(NOW, NETWORK, BrowserFamily.EDGE), await client_of(store, log_ins)
    account, foreign = await client.account(), await store.reader.password(other.id)
    assert foreign
    await client.note(account, foreign.credential_id, past, HERE)
    await client.note(account, new_id(), past, HERE)
    assert await store.rows("select from log_ins") == await store.rows("select from known_browsers") == []


async def test_no_row_names_browser_network_or_cookie_and_two_accounts_have_no_mark_in_common(
    store: Store, log_ins: LogInStore, known: Client
) -> None:
    other = await client_of(store, log_ins)
    for each in (known, other):
        await each.log_in(HERE)
        await each.log_in(THERE)
    contents = repr(await store.contents())
    for fact in (NETWORK, "FIREFOX", HERE, THERE):
        assert fact not in contents
        assert fact.encode().hex() not in contents
    marks = await store.rows("select registration_id, mark from known_browsers")
    assert len({row["mark"] for row in marks}) == len(marks) == 4


# which log-in leads to a notice


async def test_a_browser_that_is_new_beside_a_known_one_leads_to_a_notice_about_that_log_in(known: Client) -> None:
    past = await known.log_in(THERE)
    (due,) = await known.due()
    assert due.registration_id == known.id
    notice = await known.log_ins.notice(due)
    assert notice
    assert (notice.log_in, notice.email_id) == (past, known.state.snapshot.email_id)


async def test_neither_the_first_browser_nor_a_known_one_nor_a_portal_leads_to_one(known: Client) -> None:
    for browser in (HERE, None, HERE):
        await known.log_in(browser)
    assert await known.notices() == 0


async def test_a_portal_is_no_browser_that_is_known(client: Client) -> None:
    await client.log_in(None)
    await client.log_in(HERE)
    assert await client.notices() == 0


async def test_there_is_one_notice_a_day_and_its_browser_is_known_from_then_on(known: Client) -> None:
    await known.log_in(THERE)
    (first,) = await known.due()
    await known.log_in(ELSEWHERE, DAY - MINUTE)
    assert (await known.due())[:1] == (first,), "still the first one"
    for browser in (THERE, ELSEWHERE):
        await known.log_in(browser, DAY)
    assert await known.due() == (first,)
    await known.log_in("N" * 24)
    (second,) = await known.due()
    assert second != first
    assert await known.log_ins.notice(first) is None, "replaced"


async def test_of_many_new_browsers_at_once_one_leads_to_a_notice(known: Client) -> None:
    await asyncio.gather(*(known.log_in(f"{number:024}", MINUTE) for number in range(5)))
    assert len(await known.due()) == 1
    assert len(await known.log_ins.latest(known.id, 10)) == 6


async def test_the_first_browser_after_a_redeemed_code_is_known_without_a_notice_the_next_is_not(
    store: Store, known: Client
) -> None:
    await known.change_password()
    await known.log_in(HERE)
    known.state = await reset(store, known.state)
    await known.log_in(None)
    await known.log_in(THERE)
    assert await known.notices() == 0
    await known.log_in(ELSEWHERE)
    assert await known.notices() == 1


async def test_a_changed_password_alone_is_no_proof_of_the_mailbox(known: Client) -> None:
    await known.change_password()
    await known.log_in(THERE)
    assert await known.notices() == 1


async def test_a_browser_is_forgotten_180_days_after_its_last_log_in(known: Client) -> None:
    await known.log_in(THERE, KEPT_FOR - MINUTE)
    await known.log_in(HERE, MINUTE)
    assert await known.notices() == 1
    (due,) = await known.due()
    notice = await known.log_ins.notice(due)
    assert notice
    await known.log_in(HERE, KEPT_FOR - MINUTE)
    assert await known.log_ins.notice(due) == notice, "it is known"


# what is handed out


async def test_a_notice_is_handed_out_again_later_and_later_until_it_is_settled(known: Client) -> None:
    await known.log_in(THERE)
    begun, claims = known.moment, []
    while known.moment < begun + 4 * DAY:
        if await known.due():
            claims.append(known.moment - begun)
        known.moment += MINUTE
    assert [claim / MINUTE for claim in claims] == [0, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560]


async def test_a_settled_notice_is_handed_out_no_more_but_still_counts_as_the_one_of_its_day(known: Client) -> None:
    await known.log_in(THERE)
    (due,) = await known.due()
    await known.log_ins.settle_notice(due, known.moment)
    assert await known.log_ins.notice(due) is None
    known.moment += timedelta(minutes=10)
    assert await known.due() == ()
    await known.log_in(ELSEWHERE)
    assert await known.due() == ()


async def test_settling_an_older_notice_leaves_the_one_that_replaced_it(known: Client) -> None:
    await known.log_in(THERE)
    (old,) = await known.due()
    await known.log_in(ELSEWHERE, DAY)
    await known.log_ins.settle_notice(old, known.moment)
    assert len(await known.due()) == 1


async def test_a_claim_has_at_most_so_many_and_the_next_one_has_others(store: Store, log_ins: LogInStore) -> None:
    clients = [await client_of(store, log_ins) for _ in range(3)]
    for each in clients:
        await each.log_in(HERE)
        await each.log_in(THERE)
    first = await log_ins.claim_notices(clients[0].moment, 2)
    second = await log_ins.claim_notices(clients[0].moment, 2)
    assert (len(first), len(second)) == (2, 1)
    assert {due.registration_id for due in first + second} == {each.id for each in clients}


# what is kept for how long


async def test_what_is_old_is_forgotten_in_batches(store: Store, log_ins: LogInStore, client: Client) -> None:
    old = [await client.log_in(f"{number:024}") for number in range(3)]
    young = await client.log_in(HERE, DAY)
    assert await log_ins.forget(old[-1].at + KEPT_FOR + MINUTE, 2), "there may be more"
    assert not await log_ins.forget(old[-1].at + KEPT_FOR + MINUTE, 2)
    assert await log_ins.latest(client.id, 10) == [young]
    assert len(await store.rows("select from known_browsers")) == 1


async def test_a_notice_is_forgotten_once_it_is_not_worth_sending(log_ins: LogInStore, known: Client) -> None:
    await known.log_in(THERE)
    await log_ins.forget(known.moment + 3 * DAY, 10)
    assert await known.notices() == 1
    await log_ins.forget(known.moment + 3 * DAY + MINUTE, 10)
    assert await known.notices() == 0


async def test_all_of_it_goes_with_the_personal_data(store: Store, log_ins: LogInStore, known: Client) -> None:
    await known.log_in(THERE)
    other = await client_of(store, log_ins)
    kept = await other.log_in(HERE)
    (due,) = await known.due()
    made = noted(known.state)
    erased = replace(made, event=replace(made.event, kind=EventKind.PERSONAL_DATA_ERASED))
    await store.writer.record(recording(erased), NOW)
    for table in ("log_ins", "known_browsers", "log_in_notices"):
        assert await store.rows(f"select from {table} where registration_id = $1", known.id) == []
    assert await log_ins.notice(due) is None
    assert await log_ins.latest(known.id, 10) == []
    assert await log_ins.latest(other.id, 10) == [kept]


async def test_all_of_it_outlives_the_rotation_of_the_master_key(store: Store, known: Client) -> None:
    past = await known.log_in(THERE)
    rotated = replace(KEYS, master_keys=dict(reversed(list(KEYS.master_keys.items()))))
    await KeyRotation(store.pool, rotated).rewrap(KEYS.master_kid, None)
    known.log_ins = LogInStore(store.pool, rotated)
    await known.log_in(HERE)
    (due,) = await known.due()
    notice = await known.log_ins.notice(due)
    assert notice
    assert notice.log_in == past
    assert (await known.log_ins.latest(known.id, 2))[1] == past


# attackers

Forgery = Callable[[Store, str, str], Awaitable[object]]
"""What the owner of the database, who has an account of his own, makes of another's rows."""


async def moves_it(store: Store, victim: str, own: str) -> None:
    await store.pool.execute("update log_ins set registration_id = $1 where registration_id = $2", victim, own)


async def copies_it(store: Store, victim: str, own: str) -> None:
    """Under a new id."""
    await store.pool.execute(
        "insert into log_ins (id, registration_id, sealed, at) "
        "select gen_random_uuid(), $1, sealed, at from log_ins where registration_id = $1 or registration_id = $2",
        victim,
        own,
    )


async def swaps_keys(store: Store, victim: str, own: str) -> None:
    await moves_it(store, victim, own)
    await store.pool.execute(
        "update data_keys k set wrapped = other.wrapped, master_key_id = other.master_key_id from data_keys other "
        "where k.registration_id = $1 and other.registration_id = $2",
        victim,
        own,
    )


async def takes_a_session_s_place(store: Store, victim: str, _own: str) -> None:
    await store.pool.execute(
        "update log_ins set sealed = persons.sealed from persons "
        "where log_ins.registration_id = $1 and persons.registration_id = $1",
        victim,
    )


async def shortens(store: Store, victim: str, _own: str) -> None:
    await store.pool.execute("update log_ins set sealed = '' where registration_id = $1", victim)


@pytest.mark.parametrize("forgery", [moves_it, copies_it, swaps_keys, takes_a_session_s_place, shortens])
async def test_no_log_in_is_listed_that_the_owner_of_the_database_has_written(
    store: Store, log_ins: LogInStore, forgery: Forgery
) -> None:
    victim, own = await client_of(store, log_ins), await client_of(store, log_ins)
    real = await victim.log_in(HERE)
    await own.log_in(THERE, timedelta(hours=1))
    before = await store.rows("select * from log_ins order by id")
    await forgery(store, victim.id, own.id)
    assert await store.rows("select * from log_ins order by id") != before
    assert await log_ins.latest(victim.id, 10) in ([real], [])


async def test_a_mark_of_another_account_does_not_make_a_browser_known(
    store: Store, log_ins: LogInStore, known: Client
) -> None:
    """The owner of the database copies what his own account knows of his browser."""
    thief = await client_of(store, log_ins)
    await thief.log_in(THERE)
    await store.pool.execute(
        "insert into known_browsers select $1, mark, credential_id, used_at from known_browsers "
        "where registration_id = $2",
        known.id,
        thief.id,
    )
    await known.log_in(THERE)
    assert await known.notices() == 1


async def test_a_notice_that_somebody_else_has_written_is_not_sent(
    store: Store, log_ins: LogInStore, known: Client
) -> None:
    """Neither to another account's address, nor about another log-in."""
    thief = await client_of(store, log_ins)
    for each in (known, thief):
        await each.log_in(HERE)
        await each.log_in(THERE)
    rows = await known.due()
    assert len(rows) == 2
    await store.pool.execute(
        "update log_in_notices mine set sealed = other.sealed from log_in_notices other "
        "where mine.registration_id <> other.registration_id"
    )
    assert [await log_ins.notice(due) for due in rows] == [None, None]


async def reset(store: Store, state: State) -> State:
    """The password is forgotten: a code is requested and redeemed."""
    state = await store.sent(state, m.RequestCode(new_id(), CITIZEN))
    message = redeem(state)
    await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    return await store.sent(state, message)
