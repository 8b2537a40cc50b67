"""Personal data at rest (principle 5): sealed apart, found by a blind index only, erased by destroying its key."""

from dataclasses import fields, replace

import pytest
from cryptography.exceptions import InvalidTag

from registration import deadlines
from registration import messages as m
from registration.dependencies import Dependency
from registration.errors import Unavailable, UserNameTaken
from registration.letters import LetterFailure, LetterKind, LetterName, LetterOutcome
from registration.record import EventKind
from registration.state import LetterOrder
from registration.statuses import Channel, Language
from starter.translation import translated
from store.reader import Reader
from store.rows import Contact, Person, SentLetter
from store.sealing import KeyRing, commitment, seal, unseal
from tests.store.lives import CLERK, EVIDENCE, HASH, KEYS, NOW, Store, change_password, form

PLANTED = ("arvizturo", "teszt@example.org", "Vezetéknév", "Utónév", "Születési", "Hódmezővásárhely", "1980", "Anyja")


def test_what_is_sealed_opens_with_its_key_and_its_context_only() -> None:
    sealed = seal(b"k" * 32, b"Elek", "registration-1")
    assert unseal(b"k" * 32, sealed, "registration-1") == b"Elek"
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, content, context in (
        (b"K" * 32, sealed, "registration-1"),
        (b"k" * 32, sealed, "registration-2"),
        (b"k" * 32, flipped, "registration-1"),
    ):
        with pytest.raises(InvalidTag):
            unseal(key, content, context)


def test_sealing_the_same_twice_looks_different() -> None:
    assert seal(b"k" * 32, b"Elek", "x") != seal(b"k" * 32, b"Elek", "x")


def test_a_data_key_opens_for_its_registration_and_its_master_key_only() -> None:
    key, wrapped = KEYS.new_key("registration-1")
    assert wrapped.master_key_id == "2027"
    assert KEYS.unwrap(wrapped, "registration-1") == key
    with pytest.raises(InvalidTag):
        KEYS.unwrap(wrapped, "registration-2")
    with pytest.raises(Unavailable) as lacking:
        replace(KEYS, master_keys={"2026": b"m" * 32}).unwrap(wrapped, "registration-1")
    assert lacking.value.dependency is Dependency.KEY
    assert "UGYFELKAPU_MASTER_KEYS: this process lacks the key 2027" in translated(
        lacking.value.for_operators, Language.EN
    )


def test_after_a_rotation_of_the_master_key_old_registrations_still_open() -> None:
    key, wrapped = KEYS.new_key("registration-1")
    rotated = replace(KEYS, master_keys={"2028": b"N" * 32} | dict(KEYS.master_keys))
    assert rotated.unwrap(wrapped, "registration-1") == key
    assert rotated.new_key("registration-2")[1].master_key_id == "2028"


def test_a_key_ring_shows_no_key() -> None:
    assert repr(KEYS) == "KeyRing()"


def test_a_commitment_depends_on_the_salt_and_on_the_content() -> None:
    assert len({commitment(plain, salt) for plain in (b"a", b"b") for salt in (b"1" * 16, b"2" * 16)}) == 4


async def test_no_row_of_a_registration_can_be_read_without_its_key(store: Store) -> None:
    """Neither in text nor in bytes, in UTF-8 or UTF-16; nor can the document that the clerk saw."""
    await store.intake.submit(form(user_name="arvizturo"), Channel.IN_PERSON, CLERK, NOW, evidence=EVIDENCE)
    cells = [cell for rows in (await store.contents()).values() for row in rows for cell in row.values()]
    bare = b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)
    for word in (*PLANTED[:6], PLANTED[7], "BA1234567", "PASSPORT"):
        assert word.encode() not in bare
        assert word.encode("utf-16-le") not in bare
    assert str(CLERK.id).encode() in bare


async def test_the_reader_gives_back_what_was_submitted(store: Store) -> None:
    filled = form(user_name="arvizturo")
    row = await store.intake.submit(filled, Channel.ONLINE, CLERK, NOW)
    person = await store.reader.person(row.registration_id)
    assert person == Person(**{field.name: getattr(filled, field.name) for field in fields(Person)})
    assert await store.reader.contact(row.registration_id) == Contact(filled.user_name, filled.email)
    assert [each.registration_id for each in await store.reader.submitted_before(NOW.replace(hour=11))] == [
        row.registration_id
    ]


async def test_a_sealed_row_does_not_open_for_another_registration(store: Store) -> None:
    """Not even for a person who can write the table: the context is the registration's id."""
    one, other = await store.submitted(), await store.submitted()
    await store.pool.execute(
        "update persons p set sealed = o.sealed from persons o where o.registration_id = $1 and p.registration_id = $2",
        one.registration_id,
        other.registration_id,
    )
    with pytest.raises(InvalidTag):
        await store.reader.person(other.registration_id)


async def test_a_registration_has_no_address_of_another_registration(store: Store) -> None:
    one, other = await store.submitted(), await store.submitted()
    await store.pool.execute(
        "update registrations set email_id = $1 where id = $2", one.email_id, other.registration_id
    )
    assert await store.reader.contact(other.registration_id) is None
    assert await store.reader.contact(one.registration_id) is not None


async def test_a_wrong_master_key_opens_nothing(store: Store) -> None:
    state = await store.submitted()
    thief = Reader(store.pool, KeyRing({"2027": b"x" * 32}, KEYS.code_keys, KEYS.index_key))
    with pytest.raises(InvalidTag):
        await thief.person(state.registration_id)


async def test_a_user_name_is_unique_without_regard_to_case_and_to_unicode_form(store: Store) -> None:
    state = await store.submitted(user_name="Árvíztűrő")
    before = await store.contents()
    for same in ("Árvíztűrő", "ÁRVÍZTŰRŐ", "árvíztűrő", "A\u0301rvi\u0301ztu\u030bro\u030b"):
        with pytest.raises(UserNameTaken):
            await store.submitted(user_name=same)
        holder = await store.reader.holder(same)
        assert holder
        assert holder.registration_id == state.registration_id
    assert await store.contents() == before
    await store.submitted(user_name="Arvizturo")


@pytest.mark.parametrize("final", ["lapsed", "closed"])
async def test_a_final_status_frees_the_user_name_at_once(store: Store, final: str) -> None:
    """Before the personal data is erased, which takes 72 hours more."""
    state = await store.opened(user_name="Árvíztűrő")
    close = m.Close("close-1", CLERK, m.Evidence("evidence-1", "c" * 64))
    state = await (
        store.recorded(state, deadlines.lapse(state, NOW)) if final == "lapsed" else store.sent(state, close)
    )
    assert await store.reader.holder("Árvíztűrő") is None
    successor = await store.submitted(user_name="árvíztűrő")
    await store.recorded(state, deadlines.erase(state, NOW))
    holder = await store.reader.holder("Árvíztűrő")
    assert holder
    assert holder.registration_id == successor.registration_id


async def test_the_erasure_leaves_no_key_and_no_sealed_row_but_every_event(store: Store) -> None:
    """Evidence stays sealed permanently: its key is destroyed, its commitment is in the record."""
    state = await store.redeemed()
    kept = await store.redeemed()
    registration_id = state.registration_id
    await store.writer.add_credential(registration_id, change_password(), "pending", NOW)
    await store.intake.add_email(registration_id, "uj@example.org")
    seen = await store.intake.add_evidence(registration_id, EVIDENCE, NOW)
    state = await store.sent(state, m.Close("close-1", CLERK, seen))
    state = await store.recorded(state, deadlines.erase(state, NOW))
    for table in ("data_keys", "persons", "emails"):
        left = await store.rows(f"select registration_id from {table}")  # noqa: S608  names from here
        assert {str(row["registration_id"]) for row in left} == {kept.registration_id}
    mine = "select state, sealed from credentials where registration_id = $1 order by state"
    assert await store.rows(mine, registration_id) == [
        {"state": "REFUSED", "sealed": None},
        {"state": "REPLACED", "sealed": None},
    ]
    events = await store.events(registration_id)
    assert [event.kind for event in events][-1] is EventKind.PERSONAL_DATA_ERASED
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert events[-2].evidence == seen
    assert await store.password_hash(kept) == HASH


async def test_after_the_erasure_there_is_nothing_to_read_and_nothing_to_add(store: Store) -> None:
    state = await store.opened()
    state = await store.recorded(state, deadlines.lapse(state, NOW))
    state = await store.recorded(state, deadlines.erase(state, NOW))
    letter = LetterOrder(state.registration_id, 2, LetterKind.LAPSED, state.email_id, NOW)
    assert await store.reader.person(state.registration_id) is None
    assert await store.reader.contact(state.registration_id) is None
    assert await store.reader.letter_material(letter) is None
    assert await store.intake.add_evidence(state.registration_id, EVIDENCE, NOW) is None
    assert await store.intake.add_email(state.registration_id, "uj@example.org") is None
    assert await store.reader.snapshot(state.registration_id) == state.snapshot


async def test_a_letter_is_made_of_the_address_that_its_order_names(store: Store) -> None:
    state = await store.opened()
    new = await store.intake.add_email(state.registration_id, "uj@example.org")
    assert new
    for email_id, address in ((state.email_id, "teszt@example.org"), (new, "uj@example.org")):
        order = LetterOrder(state.registration_id, 1, LetterKind.TEMPORARY, email_id, NOW)
        material = await store.reader.letter_material(order)
        assert material
        assert (material.address, material.code, material.code_is_live) == (address, None, False)
        assert address not in repr(material)


async def test_the_outcome_of_a_letter_is_the_last_one(store: Store) -> None:
    state = await store.opened()
    for days in (None, 30):
        lost = SentLetter(
            *(LetterName(1, LetterKind.ACTIVE, days), "<1@example.org>", LetterOutcome.UNDELIVERED, NOW),
            *(LetterFailure.REFUSED, 550),
        )
        sent = SentLetter(LetterName(1, LetterKind.ACTIVE, days), "<1@example.org>", LetterOutcome.SENT, NOW)
        for noted in (lost, sent):
            await store.writer.note_letter(state.registration_id, noted)
            assert (await store.reader.letters(state.registration_id))[-1] == noted
    assert len(await store.reader.letters(state.registration_id)) == 2
