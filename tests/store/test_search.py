"""A clerk's search by blind index: what finds a registration, and what finds it no more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from registration import deadlines
from registration import messages as m
from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.searching import SearchForm
from registration.statuses import Channel, Status
from store.accounts import Account, AccountStore
from store.search import SearchStore
from tests.store.lives import CLERK, KEYS, NOW, Store, form, new_id

SEEN = m.Evidence("evidence-1", "c" * 64)
PERSON: dict[str, Any] = {
    "birth_name": "SZÜLETÉSI  név",
    "birth_date": "1980-02-29",
    "mothers_birth_name": "anyja neve",
}


async def found(
    store: Store, criterion: Mapping[str, Any] | None = None, *, most: int = 50, receipt: int | None = None
) -> list[str]:
    """The ids that a criterion finds, or the number of a receipt."""
    asked = SearchForm.parse(criterion or {"receipt_number": "0"}, today=NOW.date())
    return [row.registration_id for row in await SearchStore(store.pool, KEYS).search(asked, receipt, most=most)]


async def test_a_submitted_registration_is_found_by_each_criterion_in_any_spelling(store: Store) -> None:
    state = await store.submitted(user_name="Árvíz.Tűrő", email="Egy@Example.org")
    await store.submitted(birth_date=date(1980, 2, 28), email="mas@example.org")
    receipt = await SearchStore(store.pool, KEYS).receipt(state.registration_id)
    assert receipt
    assert (receipt.status, receipt.submitted_at) == (Status.SUBMITTED, NOW)
    for criterion in ({"user_name": "árvíz.tűrő"}, {"email": "egy@example.ORG"}, PERSON):
        assert await found(store, criterion) == [state.registration_id]
    assert await found(store, receipt=receipt.number) == [state.registration_id]
    assert await SearchStore(store.pool, KEYS).registration_of(receipt.number) == state.registration_id


async def test_what_is_not_there_finds_nothing(store: Store) -> None:
    await store.submitted()
    for criterion in ({"user_name": "nincs.ilyen"}, {"email": "nincs@example.org"}, PERSON | {"birth_name": "Más"}):
        assert await found(store, criterion) == []
    assert await found(store, receipt=9_999_999_999) == []
    assert await SearchStore(store.pool, KEYS).registration_of(9_999_999_999) is None
    assert await SearchStore(store.pool, KEYS).receipt(new_id()) is None


async def test_several_accounts_of_one_person_come_newest_first_and_no_more_than_asked_for(store: Store) -> None:
    states = [await store.submitted() for _ in range(3)]
    newest_first = [state.registration_id for state in reversed(states)]
    assert await found(store, PERSON) == newest_first
    assert await found(store, PERSON, most=2) == newest_first[:2]


async def test_an_address_finds_only_whose_present_one_it_is(store: Store) -> None:
    """Not who had it before, nor who has only asked for it."""
    state = await store.opened(email="regi@example.org")
    email_id = await store.intake.add_email(state.registration_id, "uj@example.org")
    assert email_id
    assert await found(store, {"email": "uj@example.org"}) == []
    await store.sent(state, m.ChangeEmail(new_id(), CLERK, email_id, SEEN))
    assert await found(store, {"email": "uj@example.org"}) == [state.registration_id]
    assert await found(store, {"email": "regi@example.org"}) == []


async def test_the_erasure_removes_what_a_person_is_found_by_and_keeps_the_receipt(store: Store) -> None:
    state = await store.opened(user_name="teszt.elek", email="regi@example.org")
    await store.intake.add_email(state.registration_id, "uj@example.org")
    state = await store.sent(state, m.Close(new_id(), CLERK, SEEN))
    assert await found(store, PERSON) == [state.registration_id]
    await store.recorded(state, deadlines.erase(state, NOW))
    for criterion in ({"user_name": "teszt.elek"}, {"email": "regi@example.org"}, PERSON):
        assert await found(store, criterion) == []
    contents = await store.contents()
    assert contents["persons"] == contents["emails"] == []
    receipt = await SearchStore(store.pool, KEYS).receipt(state.registration_id)
    assert receipt
    assert await found(store, receipt=receipt.number) == [state.registration_id]


async def test_an_imported_account_is_found_too(store: Store) -> None:
    accounts = AccountStore(store.pool, KEYS)
    line = AccountForm(form(email="regi@example.org"), Channel.IN_PERSON, Status.ACTIVE, True, NOW, None)
    key = accounts.key_of("old", line.form.user_name)
    await accounts.write([Account(key, line, NOW)], Actor(ActorKind.OPERATOR, "operator-1"), NOW)
    for criterion in ({"user_name": line.form.user_name}, {"email": "REGI@example.org"}, PERSON):
        assert await found(store, criterion) == [key.registration_id]


async def test_without_the_index_key_a_dump_confirms_no_guess(store: Store) -> None:
    await store.submitted(email="egy@example.org")
    asked = SearchForm.parse({"email": "egy@example.org"}, today=NOW.date())
    thief = SearchStore(store.pool, replace(KEYS, index_key=b"X" * 32))
    assert await thief.search(asked, None, most=50) == []


def test_the_same_text_has_another_index_for_each_use() -> None:
    same = "egy@example.org"
    assert len({KEYS.address_index(same), KEYS.user_name_index(same), KEYS.blind("identity", same)}) == 3
