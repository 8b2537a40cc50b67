"""Rows of sessions: found by their token alone, opened by their registration's key alone, whoever writes them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Final

import pytest
import pytest_asyncio

from registration.state import State
from store.log_in_rows import SessionFacts
from store.rotation import KeyRotation
from store.sessions import SessionStore
from tests.store.lives import EVIDENCE, HASH, KEYS, NOW, Store, change_password, new_id

TOKEN = "T" * 43
OTHER = "O" * 43
END = NOW + timedelta(minutes=15)


@pytest_asyncio.fixture
async def sessions(store: Store) -> SessionStore:
    return SessionStore(store.pool, KEYS)


async def facts_of(store: Store, state: State) -> SessionFacts:
    """A session of the password in force."""
    password = await store.reader.password(state.registration_id)
    assert password
    return SessionFacts(new_id(), password.credential_id, ("pwd",), NOW, NOW)


async def opened(store: Store, sessions: SessionStore, token: str) -> State:
    """A temporary registration with a session."""
    state = await store.redeemed()
    assert await sessions.open(token, state.registration_id, await facts_of(store, state), END)
    return state


async def test_a_session_is_found_by_its_token_with_what_it_depends_on(store: Store, sessions: SessionStore) -> None:
    state = await store.redeemed()
    facts = await facts_of(store, state)
    assert await sessions.open(TOKEN, state.registration_id, facts, END)
    found = await sessions.find(TOKEN)
    assert found
    assert (found.facts, found.is_in_force) == (facts, True)
    assert found.holder.registration_id == state.registration_id
    assert await sessions.find(OTHER) is None
    assert [each.facts for each in await sessions.of(state.registration_id, 10)] == [facts]


async def test_a_password_that_is_not_in_force_opens_no_session_and_ends_none(
    store: Store, sessions: SessionStore
) -> None:
    state = await opened(store, sessions, TOKEN)
    foreign = await facts_of(store, await store.redeemed())
    assert not await sessions.open(OTHER, state.registration_id, foreign, END, instead_of=TOKEN)
    assert not await sessions.open(OTHER, new_id(), foreign, END, instead_of=TOKEN)
    assert await sessions.find(OTHER) is None
    assert await sessions.find(TOKEN)


async def test_a_session_replaces_none_of_another_registration(store: Store, sessions: SessionStore) -> None:
    await opened(store, sessions, TOKEN)
    other = await store.redeemed()
    assert await sessions.open(OTHER, other.registration_id, await facts_of(store, other), END, instead_of=TOKEN)
    assert await sessions.find(TOKEN)


async def test_another_password_takes_a_session_out_of_force(store: Store, sessions: SessionStore) -> None:
    state = await opened(store, sessions, TOKEN)
    message = change_password((await facts_of(store, state)).credential_id)
    await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    await store.sent(state, message)
    found = await sessions.find(TOKEN)
    assert found
    assert not found.is_in_force


async def test_a_use_brings_no_ended_session_back(store: Store, sessions: SessionStore) -> None:
    state = await opened(store, sessions, TOKEN)
    later = replace(await facts_of(store, state), used_at=NOW + timedelta(minutes=2))
    await sessions.use(TOKEN, state.registration_id, later, END)
    found = await sessions.find(TOKEN)
    assert found
    assert found.facts == later
    await sessions.end(TOKEN)
    await sessions.use(TOKEN, state.registration_id, later, END)
    assert await sessions.find(TOKEN) is None


async def test_a_session_outlives_the_rotation_of_the_master_key(store: Store, sessions: SessionStore) -> None:
    """Its key is the registration's, which only gets another wrapping."""
    await opened(store, sessions, TOKEN)
    rotated = replace(KEYS, master_keys=dict(reversed(list(KEYS.master_keys.items()))))
    await KeyRotation(store.pool, rotated).rewrap(KEYS.master_kid, None)
    assert await SessionStore(store.pool, rotated).find(TOKEN)
    (row,) = await store.rows("select distinct master_key_id from data_keys")
    assert row["master_key_id"] == rotated.master_kid


async def test_what_has_ended_is_forgotten_in_batches_the_oldest_first(store: Store, sessions: SessionStore) -> None:
    state = await store.redeemed()
    for hours in range(5):
        end = NOW + timedelta(hours=hours)
        assert await sessions.open(f"{hours}" * 43, state.registration_id, await facts_of(store, state), end)
    assert await sessions.forget(NOW + timedelta(hours=3), 2) == 2
    assert await sessions.find("1" * 43) is None
    assert await sessions.find("2" * 43)
    assert await sessions.forget(NOW + timedelta(hours=3), 2) == 1
    assert await sessions.forget(NOW + timedelta(hours=3), 2) == 0
    assert await sessions.find("3" * 43)


Forgery = Callable[[Store, str, str], Awaitable[object]]
"""What the owner of the database, who has an account of his own and its token `OTHER`, makes of another's rows."""


async def hangs_on(store: Store, victim: str, _own: str) -> None:
    await store.pool.execute("delete from sessions where registration_id = $1", victim)
    await store.pool.execute("update sessions set registration_id = $1", victim)


async def swaps_keys(store: Store, victim: str, own: str) -> None:
    await hangs_on(store, victim, own)
    await store.pool.execute(
        "update data_keys k set wrapped = other.wrapped, master_key_id = other.master_key_id from data_keys other "
        "where k.registration_id = $1 and other.registration_id = $2",
        victim,
        own,
    )


async def lends_the_credential(store: Store, victim: str, own: str) -> None:
    await hangs_on(store, victim, own)
    await store.pool.execute("delete from credentials where registration_id = $1", victim)
    await store.pool.execute("update credentials set registration_id = $1 where registration_id = $2", victim, own)


async def copies(store: Store, victim: str, own: str) -> None:
    (row,) = await store.rows("delete from sessions where registration_id = $1 returning sealed", victim)
    await store.pool.execute(
        "update sessions set registration_id = $1, sealed = $2 where registration_id = $3", victim, row["sealed"], own
    )


async def takes_the_seal_of(table: str, store: Store, victim: str, own: str) -> None:
    await store.pool.execute(
        f"update sessions s set registration_id = $1, sealed = other.sealed from {table} other "  # noqa: S608  a name
        "where s.registration_id = $2 and other.registration_id = $1 and other.sealed is not null",
        victim,
        own,
    )


async def shortens(store: Store, victim: str, own: str) -> None:
    await store.pool.execute(
        "update sessions set registration_id = $1, sealed = '' where registration_id = $2", victim, own
    )


FORGERIES: Final[dict[str, Forgery]] = {
    "hangs on": hangs_on,
    "swaps keys": swaps_keys,
    "lends the credential": lends_the_credential,
    "copies": copies,
    "shortens": shortens,
    **{
        f"seal of {table}": partial(takes_the_seal_of, table)
        for table in ("persons", "emails", "evidence", "credentials")
    },
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_no_row_that_the_owner_of_the_database_writes_is_a_session(
    store: Store, sessions: SessionStore, forgery: str
) -> None:
    victim, own = await opened(store, sessions, TOKEN), await opened(store, sessions, OTHER)
    evidence_id = await store.intake.add_evidence(victim.registration_id, EVIDENCE, NOW)
    assert evidence_id
    await FORGERIES[forgery](store, victim.registration_id, own.registration_id)
    rows = await store.rows("select id_hash from sessions where registration_id = $1", victim.registration_id)
    assert sha256(OTHER.encode()).digest() in {row["id_hash"] for row in rows}, "the forgery is in place"
    assert await sessions.find(OTHER) is None
    assert len(await sessions.of(victim.registration_id, 10)) == len(rows) - 1
