"""Pending credentials become passwords, or lose their hashes (principle 8)."""

from datetime import timedelta

import asyncpg
import pytest

from registration.errors import InvalidInput
from registration.lifecycle import State
from registration.rules import decide
from tests.store.lives import HASH, NOW, Store, change_password, redeem


async def states(store: Store, state: State) -> list[tuple[str, str | None]]:
    """State and hash of each credential of a registration, oldest first."""
    rows = await store.rows(
        "select state, password_hash from credentials where registration_id = $1 order by submitted_at",
        state.registration_id,
    )
    return [(row["state"], row["password_hash"]) for row in rows]


async def test_a_credential_is_pending_until_the_event_that_adopts_it_is_recorded(store: Store) -> None:
    state = await store.opened()
    message = redeem(state)
    assert await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    assert await states(store, state) == [("PENDING", HASH)]
    assert await store.reader.password_hash(state.registration_id) is None
    await store.sent(state, message)
    assert await states(store, state) == [("ADOPTED", HASH)]
    assert await store.reader.password_hash(state.registration_id) == HASH
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


async def test_one_credential_of_a_registration_is_pending_at_a_time(store: Store) -> None:
    state, other = await store.redeemed(), await store.redeemed()
    first, second = change_password(), change_password()
    assert await store.writer.add_credential(state.registration_id, first, "first", NOW)
    assert not await store.writer.add_credential(state.registration_id, second, "second", NOW)
    assert await store.writer.add_credential(other.registration_id, second, "second", NOW)
    pending = await store.reader.pending_credential(state.registration_id)
    assert pending
    assert (pending.id, pending.kind) == (first.request_id, "ChangePassword")
    await store.writer.refuse_credential(first.request_id)
    assert await store.writer.add_credential(state.registration_id, change_password(), "third", NOW)


async def test_a_credential_that_stands_already_is_left_as_it_is_in_every_state_but_refused(store: Store) -> None:
    """The same request again, with another hash: nothing of it is taken, but for what has none any more."""
    state = await store.opened()
    first, later = redeem(state), change_password()
    assert await store.writer.add_credential(state.registration_id, first, HASH, NOW)
    assert await store.writer.add_credential(state.registration_id, first, "again", NOW)
    assert await states(store, state) == [("PENDING", HASH)]
    state = await store.sent(state, first)
    assert await store.writer.add_credential(state.registration_id, first, "again", NOW)
    assert await states(store, state) == [("ADOPTED", HASH)]
    assert await store.writer.add_credential(state.registration_id, later, "later", NOW + timedelta(seconds=1))
    await store.writer.refuse_credential(later.request_id)
    assert await store.writer.add_credential(state.registration_id, later, "again", NOW + timedelta(seconds=2))
    assert await states(store, state) == [("ADOPTED", HASH), ("PENDING", "again")]
    await store.sent(state, later)
    assert await store.writer.add_credential(state.registration_id, first, "again", NOW)
    assert await states(store, state) == [("REPLACED", None), ("ADOPTED", "again")]


async def test_a_request_id_of_another_registration_is_refused(store: Store) -> None:
    state, other = await store.opened(), await store.opened()
    message = redeem(state)
    assert await store.writer.add_credential(state.registration_id, message, HASH, NOW)
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
    password = await store.reader.password_hash(state.registration_id)
    await store.sent(state, message)
    assert await store.reader.credential_state(message.request_id) == "PENDING"
    assert await store.reader.password_hash(state.registration_id) == password == HASH


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
    assert await store.reader.password_hash(state.registration_id) == HASH
