"""Accounts of older systems in the store: ids, one statement for many, and hashes that are replaced by ours."""

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.opening import open_registration
from registration.state import Imported, State
from registration.statuses import Channel, Status
from store.accounts import Account, AccountStore
from store.log_in_rows import Password
from store.rows import Contact, Submitted
from tests.store.lives import HASH, KEYS, NOW, Store, change_password, form, new_id

OPERATOR = Actor(ActorKind.OPERATOR, "operator-1")
UNTIL = NOW + timedelta(days=100)


def accounts_of(store: Store) -> AccountStore:
    return AccountStore(store.pool, KEYS)


def account(store: Store, *, user_name: str | None = None, password_hash: str | None = HASH) -> Account:
    """An active account that goes on for a hundred days."""
    person = form(user_name=user_name) if user_name else form()
    line = AccountForm(person, Channel.IN_PERSON, Status.ACTIVE, True, UNTIL, password_hash)
    return Account(accounts_of(store).key_of("old", person.user_name), line, UNTIL)


def state_of(row: Submitted) -> State:
    return State(row.registration_id, row.channel, row.email_id, row.opening.actor, imported=row.opening.imported)


def test_an_account_has_one_id_for_its_source_and_its_user_name_without_regard_to_case(store: Store) -> None:
    accounts = accounts_of(store)
    key = accounts.key_of("old", "Teszt.Elek")
    assert key == accounts.key_of("old", "TESZT.ELEK")
    others = [accounts.key_of("other", "teszt.elek"), accounts.key_of("old", "teszt.elek2")]
    assert len({key.registration_id, *(other.registration_id for other in others)}) == 3
    assert others[0].user_name_index == key.user_name_index != others[1].user_name_index


def test_without_the_index_key_an_id_tells_no_user_name(store: Store) -> None:
    other = AccountStore(store.pool, replace(KEYS, index_key=b"X" * 32))
    assert other.key_of("old", "teszt.elek") != accounts_of(store).key_of("old", "teszt.elek")


async def test_what_is_written_is_what_the_workflow_starts_with_and_its_first_event_adopts_the_password(
    store: Store,
) -> None:
    accounts, written = accounts_of(store), account(store)
    registration_id = written.key.registration_id
    assert await accounts.write([written], OPERATOR, NOW) == {registration_id}
    (row,) = await accounts.submitted([registration_id, new_id()])
    imported = row.opening.imported
    assert imported
    assert imported == Imported(Status.ACTIVE, UNTIL, identity_verified=True, credential_id=imported.credential_id)
    assert [row] == await store.reader.submitted_before(NOW + timedelta(seconds=1))
    person = await store.reader.person(registration_id)
    assert person
    assert person.user_name == written.form.form.user_name
    assert await store.reader.contact(registration_id) == Contact(person.user_name, "teszt@example.org")
    state = await store.recorded(state_of(row), open_registration(state_of(row), NOW))
    assert (state.snapshot.status, state.snapshot.deadline) == (Status.ACTIVE, UNTIL)
    password = await store.reader.password(registration_id)
    assert password == Password(registration_id, imported.credential_id or "", HASH)
    assert await store.reader.adopted_credential(registration_id) is None
    assert await accounts.submitted([registration_id]) == []


async def test_an_account_without_a_password_has_no_credential(store: Store) -> None:
    accounts, written = accounts_of(store), account(store, password_hash=None)
    await accounts.write([written], OPERATOR, NOW)
    (row,) = await accounts.submitted([written.key.registration_id])
    assert row.opening.imported
    assert row.opening.imported.credential_id is None
    assert await store.rows("select id from credentials") == []


async def test_of_many_accounts_those_that_stand_or_whose_names_are_taken_are_left_out(store: Store) -> None:
    """Also where another import, or a portal, was quicker between the look and the write."""
    accounts = accounts_of(store)
    existing, taken, fresh = account(store), account(store, user_name="Foglalt.Nev"), account(store)
    await accounts.write([existing], OPERATOR, NOW)
    await store.submitted(user_name="foglalt.nev")
    before = await store.contents()
    assert await accounts.write([existing, taken], OPERATOR, NOW) == set()
    assert await store.contents() == before
    assert await accounts.write([existing, taken, fresh], OPERATOR, NOW) == {fresh.key.registration_id}
    assert await accounts.write([], OPERATOR, NOW) == set()
    ids, names = await accounts.existing([each.key for each in (existing, taken, fresh, account(store))])
    assert {existing.key.registration_id, fresh.key.registration_id} < ids
    assert taken.key.registration_id not in ids
    assert taken.key.user_name_index in names


async def test_the_rows_of_many_accounts_are_one_transaction(store: Store) -> None:
    await store.pool.execute("alter table emails add constraint no_one check (false) not valid")
    before = await store.contents()
    with pytest.raises(asyncpg.CheckViolationError):
        await accounts_of(store).write([account(store), account(store)], OPERATOR, NOW)
    assert await store.contents() == before


async def test_an_imported_password_without_its_event_is_nobody_s_to_send(store: Store) -> None:
    """Reconciliation starts the row; the credential has no message."""
    written = account(store)
    await accounts_of(store).write([written], OPERATOR, NOW)
    assert await store.reader.pending_before(NOW + timedelta(days=1)) == []


async def test_a_hash_is_replaced_by_ours_unless_another_password_was_adopted_meanwhile(store: Store) -> None:
    state = await store.redeemed()
    first = await store.reader.password(state.registration_id)
    assert first
    await store.writer.rehash_password(first, "ours")
    second = await store.reader.password(state.registration_id)
    assert second == Password(state.registration_id, first.credential_id, "ours")
    message = change_password()
    await store.writer.add_credential(state.registration_id, message, "newer", NOW)
    await store.sent(state, message)
    await store.writer.rehash_password(second, "stale")
    assert await store.reader.password(state.registration_id) == Password(
        state.registration_id, message.request_id, "newer"
    )
