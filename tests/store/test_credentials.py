"""Pending credentials become passwords, or lose their hashes (principle 8)."""

import asyncio
import re
from datetime import timedelta

import asyncpg
import pytest

from registration.errors import InvalidInput, NotFound, WrongPassword
from registration.letters import LetterOutcome
from registration.rules import decide
from registration.state import State
from store.rows import CredentialState
from tests.store.lives import HASH, NOW, Store, change_password, redeem

ADOPTED = "select sealed from credentials where registration_id = $1 and state = 'ADOPTED'"


async def test_the_columns_take_exactly_the_states_and_outcomes_of_the_vocabulary(store: Store) -> None:
    """Queries and constraints name them; an outcome of a letter on its way is never noted."""
    rows = await store.rows(
        "select conname, pg_get_constraintdef(oid) as definition from pg_constraint where conname = any($1)",
        ["credentials_state_check", "letters_outcome_check"],
    )
    named = {row["conname"]: set(re.findall(r"'(\w+)'", row["definition"])) for row in rows}
    assert named == {
        "credentials_state_check": set(CredentialState),
        "letters_outcome_check": set(LetterOutcome) - {LetterOutcome.ON_ITS_WAY},
    }


async def states(store: Store, state: State) -> list[tuple[str, str | None]]:
    """State and hash of each credential of a registration, oldest first."""
    rows = await store.rows(
        "select id, state, sealed from credentials where registration_id = $1 order by submitted_at",
        state.registration_id,
    )
    return [(row["state"], await store.opened_hash(state, row)) for row in rows]


async def test_a_credential_is_pending_until_the_event_that_adopts_it_is_recorded(store: Store) -> None:
    state = await store.opened()
    message = redeem(state)
    await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    assert await states(store, state) == [("PENDING", HASH)]
    assert await store.reader.password(state.registration_id) is None
    await store.sent(state, message)
    assert await states(store, state) == [("ADOPTED", HASH)]
    assert await store.password_hash(state) == HASH
    assert await store.reader.credential_state(message.request_id) == "ADOPTED"


async def test_a_replaced_password_loses_its_hash(store: Store) -> None:
    state = await store.redeemed()
    message = change_password()
    await store.writer.add_credential(state.registration_id, message, "new", NOW + timedelta(seconds=1))
    await store.sent(state, message)
    assert await states(store, state) == [("REPLACED", None), ("ADOPTED", "new")]


async def test_a_refused_credential_loses_its_hash_and_leaves_the_password(store: Store) -> None:
    state = await store.redeemed()
    message = change_password()
    await store.writer.add_credential(state.registration_id, message, "new", NOW + timedelta(seconds=1))
    await store.writer.refuse_credential(message.request_id)
    assert await states(store, state) == [("ADOPTED", HASH), ("REFUSED", None)]


async def test_refusing_an_adopted_credential_changes_nothing(store: Store) -> None:
    """The refusal of a repetition arrives after the adoption."""
    state = await store.opened()
    message = redeem(state)
    await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    await store.sent(state, message)
    await store.writer.refuse_credential(message.request_id)
    assert await states(store, state) == [("ADOPTED", HASH)]


async def test_of_several_pending_credentials_the_one_that_is_decided_on_first_becomes_the_password(
    store: Store,
) -> None:
    """A dead process's change of password delays no other, and is void once its predecessor is replaced."""
    state = await store.redeemed()
    checked = state.credential_id
    assert checked
    first, second = change_password(checked), change_password(checked)
    await store.writer.add_credential(state.registration_id, first, "first", NOW + timedelta(seconds=1))
    await store.writer.add_credential(state.registration_id, second, "second", NOW + timedelta(seconds=2))
    state = await store.sent(state, second)
    assert await states(store, state) == [("REPLACED", None), ("REFUSED", None), ("ADOPTED", "second")]
    with pytest.raises(WrongPassword):
        decide(state, first, NOW)
    assert await store.password_hash(state) == "second"


async def test_what_another_registration_has_pending_is_no_matter(store: Store) -> None:
    state, other = await store.redeemed(), await store.redeemed()
    mine, others = change_password(state.credential_id), change_password(other.credential_id)
    await store.writer.add_credential(state.registration_id, mine, "mine", NOW)
    await store.writer.add_credential(other.registration_id, others, "others", NOW + timedelta(seconds=1))
    await store.sent(state, mine)
    assert await states(store, other) == [("ADOPTED", HASH), ("PENDING", "others")]


async def test_a_credential_that_stands_already_is_left_as_it_is_in_every_state_but_refused(store: Store) -> None:
    """The same request again, with another hash: nothing of it is taken, but for what has none any more."""
    state = await store.opened()
    first, later = redeem(state), change_password()
    await store.writer.add_credential(state.registration_id, first, HASH, NOW)
    await store.writer.add_credential(state.registration_id, first, "again", NOW)
    assert await states(store, state) == [("PENDING", HASH)]
    state = await store.sent(state, first)
    await store.writer.add_credential(state.registration_id, first, "again", NOW)
    assert await states(store, state) == [("ADOPTED", HASH)]
    await store.writer.add_credential(state.registration_id, later, "later", NOW + timedelta(seconds=1))
    await store.writer.refuse_credential(later.request_id)
    await store.writer.add_credential(state.registration_id, later, "again", NOW + timedelta(seconds=2))
    assert await states(store, state) == [("ADOPTED", HASH), ("PENDING", "again")]
    await store.sent(state, later)
    await store.writer.add_credential(state.registration_id, first, "again", NOW)
    assert await states(store, state) == [("REPLACED", None), ("ADOPTED", "again")]


async def test_a_request_id_of_another_registration_is_refused(store: Store) -> None:
    state, other = await store.opened(), await store.opened()
    message = redeem(state)
    await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    with pytest.raises(InvalidInput, match="request_id"):
        await store.writer.add_credential(other.registration_id, message, HASH, NOW)
    assert await states(store, other) == []


async def test_pending_credentials_are_found_by_their_age_oldest_first(store: Store) -> None:
    """What reconciliation sends again."""
    messages = []
    for seconds in (2, 1, 3):
        state = await store.redeemed()
        messages.append(change_password())
        await store.writer.add_credential(state.registration_id, messages[-1], "x", NOW + timedelta(seconds=seconds))
    found = await store.reader.pending_before(NOW + timedelta(seconds=3))
    assert [each.id for each in found] == [messages[1].request_id, messages[0].request_id]


async def test_an_event_adopts_the_credential_of_its_own_registration_only(store: Store) -> None:
    """Another one, or one that is not pending, is an alarm: the present password stays."""
    state, other = await store.redeemed(), await store.redeemed()
    message = change_password()
    await store.writer.add_credential(other.registration_id, message, "others", NOW)
    password = await store.password_hash(state)
    await store.sent(state, message)
    assert await store.reader.credential_state(message.request_id) == "PENDING"
    assert await store.password_hash(state) == password == HASH


async def test_a_hash_that_was_put_in_place_without_a_key_is_nobody_s_password(store: Store) -> None:
    """The database's owner can write any bytes, also those of another account or of an older password."""
    victim, thief = await store.redeemed(), await store.redeemed()
    older = await store.rows(ADOPTED, victim.registration_id)
    message = change_password()
    await store.writer.add_credential(victim.registration_id, message, "newer", NOW)
    victim = await store.sent(victim, message)
    (others,) = await store.rows(ADOPTED, thief.registration_id)
    for sealed in (others["sealed"], older[0]["sealed"], HASH.encode(), b""):
        await store.pool.execute("update credentials set sealed = $1 where id = $2", sealed, message.request_id)
        assert await store.password_hash(victim) is None
    assert await store.password_hash(thief) == HASH


async def test_a_destroyed_key_takes_no_credential(store: Store) -> None:
    state = await store.redeemed()
    known = await store.reader.password(state.registration_id)
    assert known
    await store.pool.execute("delete from data_keys where registration_id = $1", state.registration_id)
    before = await store.contents()
    with pytest.raises(NotFound):
        await store.writer.add_credential(state.registration_id, change_password(), "new", NOW)
    await store.writer.rehash_password(known, "ours")
    assert await store.contents() == before


async def test_event_and_credential_are_one_transaction(store: Store) -> None:
    """A row that blocks the adoption leaves no event behind, and the activity is retried as a whole."""
    state = await store.opened()
    message = redeem(state)
    await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    await store.pool.execute("alter table credentials add constraint no_one check (state <> 'ADOPTED')")
    before = await store.contents()
    with pytest.raises(asyncpg.CheckViolationError):
        await store.recorded(state, decide(state, message, NOW))
    assert await store.contents() == before
    await store.pool.execute("alter table credentials drop constraint no_one")
    await store.recorded(state, decide(state, message, NOW))
    assert await store.password_hash(state) == HASH


async def test_a_password_that_was_replaced_since_it_was_checked_lets_no_successor_in(store: Store) -> None:
    """Whichever process replaced it; the same request again finds its own credential."""
    state = await store.redeemed()
    first, second = change_password(state.credential_id), change_password(state.credential_id)
    await store.writer.add_credential(state.registration_id, first, "first", NOW)
    await store.sent(state, first)
    with pytest.raises(WrongPassword):
        await store.writer.add_credential(state.registration_id, second, "second", NOW)
    await store.writer.add_credential(state.registration_id, first, "again", NOW)
    assert await store.password_hash(state) == "first"


async def test_a_successor_waits_for_a_recording_that_replaces_the_password_at_this_moment(store: Store) -> None:
    state = await store.redeemed()
    replace = "update credentials set state = 'REPLACED', sealed = null"
    async with store.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(f"{replace} where id = $1", state.credential_id)
        successor = change_password(state.credential_id)
        waiting = asyncio.ensure_future(store.writer.add_credential(state.registration_id, successor, "new", NOW))
        await asyncio.wait([waiting], timeout=0.2)
        assert not waiting.done()
        await transaction.commit()
    with pytest.raises(WrongPassword):
        await waiting
