"""Blind indexes under another key or folding, while registrations come, go and are looked for."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from registration.accounts import AccountForm
from registration.errors import UserNameTaken
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind
from registration.searching import SearchForm
from registration.statuses import Channel, Status
from settings import foldings
from settings.foldings import FOLDINGS, Folding
from store import reindexing
from store.accounts import Account, AccountStore
from store.database import queries
from store.indexes import SearchIndex
from store.intake import Intake
from store.reader import Reader
from store.reindexing import Reindexing
from store.sealing import KeyRing
from store.search import SearchStore
from tests.store.lives import CITIZEN, KEYS, NOW, Store, form, new_id

OLD, NEW, OTHER = (SearchIndex(name, name.encode().ljust(32)) for name in ("old", "new", "other"))
BORN = date(1980, 2, 29)


def ring(*indexes: SearchIndex) -> KeyRing:
    return replace(KEYS, search_ring=indexes)


async def submitted(store: Store, keys: KeyRing, filled: RegistrationForm | None = None) -> str:
    return (await Intake(store.pool, keys).submit(filled or form(), Channel.ONLINE, CITIZEN, NOW)).registration_id


async def renewed(store: Store, keys: KeyRing) -> int:
    """One pass over all registrations; how many indexes it made anew."""
    made, count, after = Reindexing(store.pool, keys), 0, None
    while (batch := await made.renew(after)).last:
        count, after = count + batch.renewed, batch.last
    return count


async def found(store: Store, keys: KeyRing, filled: RegistrationForm) -> list[set[str]]:
    """The registrations that each criterion finds: user name, address, identity; and who holds the name."""
    search = SearchStore(store.pool, keys)
    holder = await Reader(store.pool, keys).holder(filled.user_name)
    criteria = (
        SearchForm(user_name=filled.user_name),
        SearchForm(email=filled.email),
        SearchForm(birth_name=filled.birth_name, birth_date=BORN, mothers_birth_name=filled.mothers_birth_name),
    )
    rows = [await search.search(each, None, most=100) for each in criteria]
    return [{row.registration_id for row in each} for each in rows] + [{holder.registration_id} if holder else set()]


def person() -> RegistrationForm:
    name = new_id()
    return form(email=f"{name}@example.org", birth_name=f"Teszt {name}")


@pytest.fixture
def second_folding(monkeypatch: pytest.MonkeyPatch) -> SearchIndex:
    """A folding to come, for which full stops in user names count for nothing; under the same key."""

    def without_stops(text: str) -> str:
        return FOLDINGS[1].user_name(text).replace(".", "")

    second = Folding(without_stops, FOLDINGS[1].address, FOLDINGS[1].identity)
    monkeypatch.setitem(foldings.FOLDINGS, 2, second)
    return SearchIndex("old again", OLD.key, 2)


async def test_everybody_is_found_before_in_the_midst_of_it_and_afterwards_without_the_old_key(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "_BATCH", 3)
    people = [person() for _ in range(8)]
    ids = [await submitted(store, ring(OLD), each) for each in people]
    both = ring(NEW, OLD)
    job = Reindexing(store.pool, both)
    assert (await job.registrations(), await job.behind()) == (8, {"old": 24})

    batch = await job.renew(None)
    assert (batch.looked_at, batch.renewed) == (3, 9)
    assert await job.behind() == {"old": 15}
    for registration_id, each in zip(ids, people, strict=True):
        assert await found(store, both, each) == [{registration_id}] * 4
        assert await found(store, ring(OLD, NEW), each) == [{registration_id}] * 4

    assert await renewed(store, both) == 15
    assert await job.behind() == {}
    assert await renewed(store, both) == 0
    for registration_id, each in zip(ids, people, strict=True):
        assert await found(store, ring(NEW), each) == [{registration_id}] * 4
        assert await found(store, ring(OLD), each) == [set()] * 4


async def test_the_same_again_writes_nothing(store: Store) -> None:
    await submitted(store, ring(OLD))
    await renewed(store, ring(NEW, OLD))
    once = await store.contents()
    assert await renewed(store, ring(NEW, OLD)) == 0
    assert await store.contents() == once


async def test_a_user_name_stays_unique_while_some_store_it_by_the_old_index_and_some_by_the_new(store: Store) -> None:
    """Of ten that want a name at once, under either order of the ring, one by one or as an import, one gets it."""
    rings = [ring(OLD, NEW), ring(NEW, OLD)]
    for number in range(10):
        name = f"ugyanaz.{number}"

        async def alone(keys: KeyRing, name: str = name) -> bool:
            try:
                await submitted(store, keys, form(user_name=name))
            except UserNameTaken:
                return False
            return True

        async def imported(keys: KeyRing, name: str = name) -> bool:
            accounts = AccountStore(store.pool, keys)
            lines = [
                AccountForm(form(user_name=each), Channel.IN_PERSON, Status.INACTIVE, True, None, None)
                for each in (name, f"masik.{new_id()[-12:]}")
            ]
            written = await accounts.write(
                [Account(accounts.key_of(new_id(), line.form.user_name), line, None) for line in lines],
                Actor(ActorKind.OPERATOR, "operator-1"),
                NOW,
            )
            assert 1 <= len(written) <= 2
            return len(written) == 2

        got = await asyncio.gather(*((alone if at % 3 else imported)(rings[at % 2]) for at in range(10)))
        assert got.count(True) == 1
        assert await renewed(store, rings[number % 2]) >= 0
        with pytest.raises(UserNameTaken):
            await submitted(store, rings[0], form(user_name=name.upper()))
        with pytest.raises(UserNameTaken):
            await submitted(store, rings[1], form(user_name=f" {name}\n"))


async def test_two_jobs_at_once_with_registrations_and_searches_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each registration is found all the time, whichever job wrote last."""
    monkeypatch.setattr(reindexing, "_BATCH", 5)
    both, people = ring(NEW, OLD), [person() for _ in range(40)]
    ids = [await submitted(store, ring(OLD, NEW), each) for each in people]
    finished = asyncio.Event()

    async def searching() -> int:
        looked = 0
        while not finished.is_set():
            place = looked % len(people)
            assert await found(store, (both, ring(OLD, NEW))[looked % 2], people[place]) == [{ids[place]}] * 4
            looked += 1
        return looked

    async def jobs() -> int:
        late = [person() for _ in range(9)]
        written, _ = await asyncio.gather(
            asyncio.gather(renewed(store, both), renewed(store, both)),
            asyncio.gather(*(submitted(store, ring(OLD, NEW), each) for each in late)),
        )
        people.extend(late)
        finished.set()
        return sum(written)

    looked, written = await asyncio.gather(searching(), jobs())
    assert looked > 0
    while await Reindexing(store.pool, both).behind():
        written += await renewed(store, both)
    assert written == 49 * 3
    for each in people:
        assert all(len(ids) == 1 for ids in await found(store, ring(NEW), each))


async def test_what_is_erased_or_held_meanwhile_is_passed_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the read and the write one is erased, one closed; a locked row waits for the next pass."""
    erased, closed, held = sorted([await submitted(store, ring(OLD)) for _ in range(3)])
    both, renew = ring(NEW, OLD), queries.renew_user_name_indexes

    async with store.pool.acquire() as connection:
        holding = connection.transaction()

        async def late(*arguments: object, **values: object) -> object:
            await queries.erase_personal_data(store.pool, registration_id=erased)
            await store.pool.execute("update registrations set user_name_index = null where id = $1", closed)
            await holding.start()
            await connection.execute("select from registrations where id = $1 for update", held)
            return await renew(*arguments, **values)

        monkeypatch.setattr(queries, "renew_user_name_indexes", late)
        batch = await Reindexing(store.pool, both).renew(None)
        monkeypatch.undo()
        assert batch.looked_at == 3
        await holding.rollback()
    rows = {str(row["id"]): row["user_name_index"] for row in await store.rows("select * from registrations")}
    assert rows[closed] is None
    assert OLD.made(rows[held])
    assert await renewed(store, both) == 1
    assert {str(row["registration_id"]) for row in await store.rows("select * from persons")} == {closed, held}


async def test_what_cannot_be_unsealed_stays_and_is_counted(store: Store) -> None:
    broken, foreign, sound = [await submitted(store, ring(OLD)) for _ in range(3)]
    await store.pool.execute("update persons set sealed = '\\x00' where registration_id = $1", broken)
    await store.pool.execute("update data_keys set master_key_id = 'lost' where registration_id = $1", foreign)
    both = ring(NEW, OLD)
    assert await renewed(store, both) == 4
    assert await Reindexing(store.pool, both).behind() == {"old": 5}
    assert await Reindexing(store.pool, ring(NEW)).behind() == {OLD.mark.hex(): 5}
    (row,) = await store.rows("select user_name_index from registrations where id = $1", sound)
    assert NEW.made(row["user_name_index"])


async def test_a_new_folding_needs_no_new_key_and_names_that_it_makes_the_same_keep_apart(
    store: Store, second_folding: SearchIndex
) -> None:
    """The first is found by the new folding, the other one by its own spelling; neither loses its registration."""
    both = ring(second_folding, OLD)
    one = await submitted(store, ring(OLD), form(user_name="kis.anna"))
    other = await submitted(store, ring(OLD), form(user_name="kisanna"))
    later = await submitted(store, ring(OLD), form(user_name="nagy.anna"))
    await renewed(store, both)
    assert await Reindexing(store.pool, both).behind() == {"old": 1}
    assert await renewed(store, both) == 0
    reader = Reader(store.pool, both)
    holders = [await reader.holder(name) for name in ("kis.anna", "kisanna", "nagyanna", "n.a.g.y.anna")]
    assert [holder and holder.registration_id for holder in holders] == [one, other, later, later]
    for name in ("k.i.s.anna", "Kis.Anna", "kisanna", "nagyanna"):
        with pytest.raises(UserNameTaken):
            await submitted(store, both, form(user_name=name))


@pytest.mark.parametrize("of", [SearchIndex.user_name, SearchIndex.address], ids=["user name", "address"])
def test_a_mark_tells_the_index_and_nothing_else(of: Callable[[SearchIndex, str], bytes]) -> None:
    value = of(NEW, "x@őrség.hu")
    assert NEW.made(value)
    assert not OLD.made(value)
    assert not OTHER.made(None)
    assert value[8:] != of(replace(NEW, folding=1, key=OLD.key), "x@őrség.hu")[8:]
    assert NEW.key.hex() not in value.hex()
    assert "key" not in repr(NEW)


async def test_an_index_that_the_ring_lacks_finds_nobody(store: Store) -> None:
    each = person()
    await submitted(store, ring(OLD), each)
    assert await found(store, ring(OTHER), each) == [set()] * 4
