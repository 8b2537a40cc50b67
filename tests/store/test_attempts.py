"""Attempts (principle 7): counted by limit and subject, in a window, whatever becomes of the try."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from registration.errors import RedeemFirst, TooManyGuesses
from registration.limits import LIMITS, Act, Limit, Subject, limits_of
from registration.state import State
from starter.dev.postgres import PostgresServer
from store.attempts import Attempts
from store.log_in_rows import Claim, CountedClaim, Window, Windows
from tests.store.lives import KEYS, NOW, Store, another_pool, change_password, new_id

MINUTES: Final = timedelta(minutes=5)
SECOND: Final = timedelta(seconds=1)
LIMIT: Final = Limit(Act.LOG_IN, ("address", "account"), 10, MINUTES)
HERE: Final = Subject("192.0.2.7", account="a")
ELSEWHERE: Final = Subject("192.0.2.8", account="a")


async def tried(
    store: Store, subject: Subject = HERE, *, limit: Limit = LIMIT, after: timedelta = timedelta()
) -> Window:
    ((_, window),) = await Attempts(store.pool, KEYS).count([limit], subject, NOW + after)
    return window


async def test_tries_are_counted_by_limit_account_and_address(store: Store) -> None:
    """A rightful client at another address is never locked out."""
    assert [(await tried(store)).tries for _ in range(3)] == [1, 2, 3]
    assert (await tried(store, ELSEWHERE)).tries == 1
    assert (await tried(store, replace(HERE, account="b"))).tries == 1
    assert (await tried(store, limit=replace(LIMIT, act=Act.REDEMPTION))).tries == 1


async def test_a_window_begins_with_its_first_try_and_is_not_moved_by_the_next(store: Store) -> None:
    await tried(store)
    assert await tried(store, after=MINUTES - SECOND) == Window(2, NOW + MINUTES)
    assert await tried(store, after=MINUTES) == Window(1, NOW + 2 * MINUTES)


async def test_a_request_that_is_repeated_is_counted_once_and_another_one_again(store: Store) -> None:
    """A lost answer may be asked for again within the minute."""
    attempts, one, other = Attempts(store.pool, KEYS), new_id(), new_id()
    tries = []
    for request_id in (one, one, other, other, None, None):
        ((_, window),) = await attempts.count([LIMIT], HERE, NOW, request_id=request_id)
        tries.append(window.tries)
    assert tries == [1, 1, 2, 2, 3, 4]
    ((_, window),) = await attempts.count([LIMIT], HERE, NOW + MINUTES, request_id=one)
    assert window == Window(1, NOW + 2 * MINUTES)


async def right_try(store: Store, subject: Subject, *limits: Limit, after: timedelta = timedelta()) -> None:
    """A right try of an account with a password."""
    state = await store.redeemed()
    done = await Attempts(store.pool, KEYS).note_success(
        limits,
        subject,
        NOW + after,
        barring=[],
        registration_id=state.registration_id,
        credential_id=state.credential_id,
    )
    assert done == ([], True)


async def test_a_right_try_ends_the_counts_of_its_address_only(store: Store) -> None:
    await tried(store)
    await tried(store, ELSEWHERE)
    await right_try(store, HERE, LIMIT)
    assert (await tried(store)).tries == 1
    assert (await tried(store, ELSEWHERE)).tries == 2


WRONG: Final = Limit(Act.WRONG_PASSWORD, ("address",), 2, MINUTES)


async def test_where_a_barring_window_is_full_nothing_is_counted_and_an_ended_one_bars_nobody(store: Store) -> None:
    attempts = Attempts(store.pool, KEYS)
    windows = []
    for after in (0, 1, 2, 300):
        now = NOW + after * SECOND
        windows.append(await attempts.count([LIMIT], HERE, now, barring=[WRONG]))
        await attempts.count([WRONG], HERE, now)
    ends = NOW + MINUTES
    assert windows == [
        [(LIMIT, Window(1, ends))],
        [(WRONG, Window(1, ends)), (LIMIT, Window(2, ends))],
        [(WRONG, Window(2, ends))],
        [(LIMIT, Window(1, ends + MINUTES))],
    ]
    assert await attempts.count([LIMIT], ELSEWHERE, NOW, barring=[WRONG]) == [(LIMIT, Window(1, ends))]


async def known_networks(store: Store, state: State) -> list[bytes] | None:
    (row,) = await store.rows(
        "select networks from credentials where registration_id = $1 and state = 'ADOPTED'", state.registration_id
    )
    networks: list[bytes] | None = row["networks"]
    return networks


async def test_a_right_try_makes_its_network_known_to_the_password_that_it_named_the_last_ten(store: Store) -> None:
    attempts, state = Attempts(store.pool, KEYS), await store.redeemed()

    async def from_network(number: int, credential_id: str | None) -> bytes:
        subject = Subject(f"192.0.2.{number}", account=state.registration_id)
        await attempts.note_success(
            [LIMIT], subject, NOW, barring=[], registration_id=state.registration_id, credential_id=credential_id
        )
        return attempts.network(state.registration_id, subject.address)

    networks = [await from_network(number, state.credential_id) for number in range(12)]
    assert await known_networks(store, state) == networks[:1:-1]
    again = await from_network(5, None)
    assert await known_networks(store, state) == [again, *(each for each in networks[:1:-1] if each != again)]
    await from_network(77, new_id())
    assert attempts.network(state.registration_id, "192.0.2.77") not in (await known_networks(store, state) or ())
    assert attempts.network(new_id(), "192.0.2.5") != again


async def test_a_password_that_was_replaced_ends_no_count_and_makes_nothing_known(store: Store) -> None:
    attempts, state = Attempts(store.pool, KEYS), await store.redeemed()
    old, change = state.credential_id, change_password(state.credential_id)
    assert await right_try_with(attempts, state, old) == ([], True)
    await store.writer.add_credential(state.registration_id, change, "new", NOW)
    state = await store.sent(state, change)
    assert await known_networks(store, state) is None, "they ended with the old password"
    await tried(store)
    assert await right_try_with(attempts, state, old) == ([], False)
    assert (await tried(store)).tries == 2
    assert await known_networks(store, state) is None
    await right_try_with(attempts, state, change.request_id)
    assert (await tried(store)).tries == 1
    assert await known_networks(store, state) == [attempts.network(state.registration_id, HERE.address)]


async def test_a_right_try_ends_nothing_once_its_address_has_been_wrong_too_often(store: Store) -> None:
    attempts, state = Attempts(store.pool, KEYS), await store.redeemed()
    for _ in range(2):
        await attempts.count([WRONG], HERE, NOW)
    await tried(store)
    barring = await right_try_with(attempts, state, state.credential_id)
    assert barring == ([(WRONG, Window(2, NOW + MINUTES))], False)
    assert (await tried(store)).tries == 2
    assert await known_networks(store, state) is None


async def right_try_with(attempts: Attempts, state: State, credential_id: str | None) -> tuple[Windows, bool]:
    return await attempts.note_success(
        [LIMIT], HERE, NOW, barring=[WRONG], registration_id=state.registration_id, credential_id=credential_id
    )


async def claimed(store: Store, user_name: str, *limits: Limit, bar: Limit | None = None) -> CountedClaim:
    claim = Claim(user_name, replace(HERE, account=None))
    return await Attempts(store.pool, KEYS).count_claim(claim, limits, NOW, barring=[bar] if bar else [])


@pytest.mark.parametrize("is_held", [True, False])
async def test_a_claim_is_counted_at_the_account_that_it_leads_to_however_the_name_is_spelt(
    store: Store, *, is_held: bool
) -> None:
    """What PostgreSQL makes of its account is what we make of it, for each kind of limit."""
    held = await store.redeemed()
    person = await store.reader.person(held.registration_id)
    assert person
    name = person.user_name if is_held else "senki.sincs.itt"
    limits = [LIMIT, replace(LIMIT, by=("account",)), replace(LIMIT, by=("address",))]
    first, second = await claimed(store, name, *limits), await claimed(store, f" {name.upper()} ", *limits)
    assert [window.tries for _, window in first.windows] == [1, 1, 1]
    assert [window.tries for _, window in second.windows] == [2, 2, 2]
    assert first.subject == second.subject
    assert (first.holder.registration_id if first.holder else None) == (held.registration_id if is_held else None)
    found = await Attempts(store.pool, KEYS).count(limits, first.subject, NOW)
    assert [window.tries for _, window in found] == [3, 3, 3]


async def test_claims_to_an_id_and_to_other_names_count_elsewhere(store: Store) -> None:
    """An id that is typed as a name must not fill the count of its account."""
    held = await store.redeemed()
    person = await store.reader.person(held.registration_id)
    assert person
    counted = [await claimed(store, name, LIMIT) for name in (person.user_name, held.registration_id, "senki")]
    assert [window.tries for each in counted for _, window in each.windows] == [1, 1, 1]


async def test_a_full_window_of_strangers_bars_a_claim_only_where_the_network_is_unknown(store: Store) -> None:
    state = await store.redeemed()
    person = await store.reader.person(state.registration_id)
    assert person
    strangers = replace(WRONG, by=("account",), strangers=True)
    await Attempts(store.pool, KEYS).count([strangers], Subject(account=state.registration_id), NOW)
    await Attempts(store.pool, KEYS).count([strangers], Subject(account=state.registration_id), NOW)
    barred = await claimed(store, person.user_name, LIMIT, bar=strangers)
    assert ([limit for limit, _ in barred.windows], barred.subject.is_known) == ([strangers], False)
    await right_try_with(Attempts(store.pool, KEYS), state, state.credential_id)
    let_in = await claimed(store, person.user_name, LIMIT, bar=strangers)
    assert ([limit for limit, _ in let_in.windows], let_in.subject.is_known) == ([LIMIT], True)


async def test_a_limit_that_asks_for_what_is_not_known_does_not_count(store: Store) -> None:
    by_portal = Limit(Act.REGISTRATION, ("portal",), 1, MINUTES)
    assert await Attempts(store.pool, KEYS).count([by_portal], HERE, NOW) == []
    assert await store.rows("select * from attempts") == []


async def test_a_count_survives_the_rollback_of_its_caller(store: Store) -> None:
    """It is a transaction of its own: a try counts although its caller breaks off afterwards."""

    async def break_off() -> None:
        async with store.pool.acquire() as connection, connection.transaction():
            await connection.execute("delete from policies")
            await tried(store)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert await store.rows("select count(*) as policies from policies") == [{"policies": 1}]
    assert (await tried(store)).tries == 2


async def test_neither_account_nor_address_is_readable_in_the_row_nor_whose_rows_belong_together(store: Store) -> None:
    subject = Subject("192.0.2.7", account="kovács.anna")
    await tried(store, subject)
    await tried(store, subject, limit=replace(LIMIT, act=Act.REDEMPTION))
    rows = await store.rows("select subject from attempts")
    assert len({row["subject"] for row in rows}) == 2
    assert all(len(row["subject"]) == 32 for row in rows)
    assert not any(b"192.0.2.7" in row["subject"] or "kovács".encode() in row["subject"] for row in rows)


async def test_ended_windows_are_deleted_a_few_with_each_try_and_open_ones_stay(store: Store) -> None:
    """So that an attacker's rows are deleted faster than they are added."""
    for number in range(25):
        await tried(store, Subject(f"192.0.2.{number}", account="a"))
    later = Subject("198.51.100.1", account="a")
    await tried(store, later, after=MINUTES - SECOND)
    left = [25]
    for number in range(4):
        await tried(store, Subject(f"203.0.113.{number}", account="a"), after=MINUTES)
        (row,) = await store.rows("select count(*) as ended from attempts where ends_at <= $1", NOW + MINUTES)
        left.append(row["ended"])
    assert left == [25, 15, 5, 0, 0]
    assert (await tried(store, later, after=MINUTES)).tries == 2


async def test_a_window_of_its_own_that_ended_begins_anew_and_is_not_lost(store: Store) -> None:
    for _ in range(3):
        await tried(store)
    assert (await tried(store, after=MINUTES)).tries == 1
    assert (await tried(store, after=MINUTES)).tries == 2


async def test_parallel_tries_of_many_limits_with_ended_windows_around_never_block_each_other(
    server: PostgresServer, store: Store
) -> None:
    """No deadlock: each statement takes its rows in one order, and what it deletes without waiting."""
    subjects = [Subject(f"192.0.2.{number % 3}", mailbox=f"{number % 5}", portal="p") for number in range(300)]
    async with another_pool(server, store) as other:
        processes = [Attempts(pool, KEYS) for pool in (store.pool, other)]
        limits = [replace(limit, window=SECOND) for limit in limits_of(Act.REGISTRATION)]
        await asyncio.gather(
            *(
                processes[number % 2].count(limits, subject, NOW + number * SECOND / 10)
                for number, subject in enumerate(subjects)
            )
        )
    (row,) = await store.rows("select count(*) as rows from attempts")
    assert row["rows"] <= 3 + 5 + 1


async def test_a_right_try_waits_for_a_parallel_one_without_holding_what_that_one_needs_next(
    server: PostgresServer, store: Store
) -> None:
    """Else PostgreSQL ends one of the two after a second, and the client with the right password sees an error.

    Among many rows PostgreSQL looks for them one by one, in the order in which they are asked for.
    """
    attempts, limits = Attempts(store.pool, KEYS), limits_of(Act.LOG_IN)
    state = await store.redeemed()
    await attempts.count(limits, HERE, NOW)
    mine = [row["limit_name"] for row in await store.rows("select limit_name from attempts order by limit_name")]
    others = "insert into attempts select 'other', int4send(i), 1, $1 from generate_series(1, 20000) as i"
    await store.pool.execute(others, NOW + MINUTES)
    await store.pool.execute("analyze attempts")
    async with another_pool(server, store) as other, other.acquire() as parallel:
        lock = "select from attempts where limit_name = $1 for update nowait"
        async with parallel.transaction():
            await parallel.execute(lock, mine[0])
            forgetting = asyncio.create_task(
                attempts.note_success(
                    limits, HERE, NOW, barring=[], registration_id=state.registration_id, credential_id=None
                )
            )
            waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
            while not await parallel.fetchval(waiting):  # noqa: ASYNC110  a lock that is waited for sends no event
                await asyncio.sleep(0.01)
            await parallel.execute(lock, mine[1])
        await forgetting
    assert not await store.rows("select from attempts where limit_name <> 'other'")


async def test_each_of_the_limits_refuses_the_try_after_its_last_and_opens_when_it_said(store: Store) -> None:
    everything = Subject("192.0.2.7", "a", "a@example.org", "portal-1", "2001:db8:7::/48", "clerk-1")
    for limit in LIMITS:
        attempts = Attempts(store.pool, KEYS)
        await attempts.count([limit], everything, NOW)
        await store.pool.execute("update attempts set tries = $1", limit.tries)
        ((_, window),) = await attempts.count([limit], everything, NOW + SECOND)
        with pytest.raises((TooManyGuesses, RedeemFirst)) as refused:
            limit.check(window.tries, window.ends_at, NOW + SECOND)
        if isinstance(refused.value, TooManyGuesses):
            assert timedelta(seconds=refused.value.seconds) == limit.window - SECOND
        ((_, window),) = await attempts.count([limit], everything, NOW + limit.window)
        limit.check(window.tries, window.ends_at, NOW + limit.window)
        await right_try(store, everything, limit)
