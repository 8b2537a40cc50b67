"""The seeds of codes: the first nonce wins, at most one code is live, the code itself is not stored."""

import asyncpg
import pytest

from registration import deadlines
from registration import messages as m
from registration.letters import LetterKind
from registration.messages import Evidence
from registration.rules import decide
from registration.state import State
from registration.statuses import Purpose
from tests.store.lives import CITIZEN, CLERK, HASH, NOW, Store, noted, recording, redeem

SEEN = Evidence("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "c" * 64)


async def code_of(store: Store, state: State, purpose: Purpose = Purpose.PASSWORD) -> str:
    """The code of the last letter."""
    letter = next(letter for letter in reversed(state.outbox) if letter.kind.row.purpose is purpose)
    material = await store.reader.letter_material(letter)
    assert material
    assert material.code
    return material.code


async def opened(store: Store) -> State:
    """A registration whose code letter is on its way."""
    state = await store.opened()
    return await requested(store, state)


async def requested(store: Store, state: State, message: m.Message | None = None) -> State:
    """The same after `request_code`, or another message, with the letters on their way."""
    made = decide(state, message or m.RequestCode("request-1", CITIZEN), NOW)
    return (await store.recorded(state, made)).posting(made.letters)


async def test_the_code_of_a_letter_matches_what_is_typed_and_nothing_else_does(store: Store) -> None:
    state = await opened(store)
    code = await code_of(store, state)
    assert await store.reader.matching_code(state.registration_id, Purpose.PASSWORD, code.lower()) == 1
    assert await store.reader.matching_code(state.registration_id, Purpose.PASSWORD, code[::-1]) is None
    assert await store.reader.matching_code(state.registration_id, Purpose.CLOSURE, code) is None


async def test_a_repeated_letter_has_the_same_code(store: Store) -> None:
    """The event that names the code again brings another nonce, which must not be taken."""
    state = await opened(store)
    code = await code_of(store, state)
    nonces = await store.rows("select nonce, key_id from codes")
    state = await requested(store, state)
    assert await code_of(store, state) == code
    assert await store.rows("select nonce, key_id from codes") == nonces


async def test_the_code_itself_is_stored_nowhere(store: Store) -> None:
    state = await opened(store)
    code = await code_of(store, state)
    everything = repr(await store.contents())
    assert code not in everything
    assert code.replace("-", "") not in everything


async def test_a_new_code_voids_the_one_before(store: Store) -> None:
    """A changed address: at most one live code, and only the last one matches."""
    state = await opened(store)
    old = await code_of(store, state)
    email_id = await store.intake.add_email(state.registration_id, "uj@example.org")
    assert email_id
    made = decide(state, m.ChangeEmail("email-1", CLERK, email_id, SEEN), NOW)
    state = (await store.recorded(state, made)).posting(made.letters)
    new = await code_of(store, state)
    assert await store.rows("select sequence, live from codes order by sequence") == [
        {"sequence": 1, "live": False},
        {"sequence": 2, "live": True},
    ]
    assert await store.reader.matching_code(state.registration_id, Purpose.PASSWORD, old) is None
    assert await store.reader.matching_code(state.registration_id, Purpose.PASSWORD, new) == 2


async def test_codes_of_three_purposes_live_side_by_side_each_with_its_own_letter(store: Store) -> None:
    state = await opened(store)
    email_id = await store.intake.add_email(state.registration_id, "uj@example.org")
    assert email_id
    state = await requested(store, state, m.ChangeEmail("email-1", CITIZEN, email_id))
    state = await requested(store, state, m.Close("close-1", CITIZEN))
    codes = [await code_of(store, state, purpose) for purpose in Purpose]
    assert len(set(codes)) == 3
    for number, purpose in enumerate(Purpose, 1):
        found = [await store.reader.matching_code(state.registration_id, purpose, code) for code in codes]
        assert found == [number if code == codes[number - 1] else None for code in codes]
    snapshot = await store.reader.snapshot(state.registration_id)
    assert snapshot == state.snapshot
    assert [code.email_id for code in snapshot.codes] == [None, email_id, None]


async def test_the_letter_of_a_new_address_goes_there_and_not_to_the_present_one(store: Store) -> None:
    state = await opened(store)
    email_id = await store.intake.add_email(state.registration_id, "uj@example.org")
    assert email_id
    made = decide(state, m.ChangeEmail("email-1", CITIZEN, email_id), NOW)
    await store.recorded(state, made)
    material = await store.reader.letter_material(made.letters[0])
    assert material
    assert (material.address, material.code_is_live) == ("uj@example.org", True)


async def test_an_event_voids_exactly_the_codes_that_it_no_longer_names(store: Store) -> None:
    """A second request replaces the code of its purpose; its letter will not be sent any more."""
    state = await opened(store)
    state = await requested(store, state, m.Close("close-1", CITIZEN))
    state = await requested(store, state, m.Close("close-2", CITIZEN))
    assert await store.rows("select purpose, sequence, live from codes order by sequence") == [
        {"purpose": "PASSWORD", "sequence": 1, "live": True},
        {"purpose": "CLOSURE", "sequence": 2, "live": False},
        {"purpose": "CLOSURE", "sequence": 3, "live": True},
    ]
    letters = [letter for letter in state.outbox if letter.kind is LetterKind.CODE_CLOSURE]
    materials = [await store.reader.letter_material(letter) for letter in letters]
    assert [material and material.code_is_live for material in materials] == [False, True]
    state = await requested(store, state, m.ChangeEmail("email-1", CLERK, state.email_id, SEEN))
    assert await store.rows("select purpose, sequence from codes where live") == [
        {"purpose": "PASSWORD", "sequence": 4}
    ]
    assert (await store.reader.snapshot(state.registration_id)) == state.snapshot


async def test_a_redeemed_code_is_dead_but_is_still_told_from_a_wrong_one(store: Store) -> None:
    """Whether it lives is the workflow's decision (principle 7), so that the client gets the right reason."""
    state = await opened(store)
    code = await code_of(store, state)
    message = redeem(state)
    await store.writer.add_credential(state.registration_id, message, HASH, NOW)
    await store.sent(state, message)
    assert await store.rows("select live from codes") == [{"live": False}]
    assert await store.reader.matching_code(state.registration_id, Purpose.PASSWORD, code) == 1


async def test_a_lapsed_registration_has_no_live_code(store: Store) -> None:
    state = await opened(store)
    await store.recorded(state, deadlines.lapse(state, NOW))
    assert await store.rows("select live from codes") == [{"live": False}]


async def test_an_event_that_leaves_the_code_alone_leaves_it_alive(store: Store) -> None:
    state = await opened(store)
    await store.recorded(state, noted(state))
    assert await store.rows("select live, valid_until from codes") == [
        {"live": True, "valid_until": state.snapshot.deadline}
    ]


async def test_two_live_codes_of_a_purpose_are_impossible(store: Store) -> None:
    state = await store.opened()
    with pytest.raises(asyncpg.UniqueViolationError, match="codes_live"):
        await store.pool.execute(
            "insert into codes (registration_id, purpose, sequence, key_id, nonce, valid_until, live)"
            " values ($1, 'PASSWORD', 2, '2027', '', $2, true)",
            state.registration_id,
            NOW,
        )


async def test_the_codes_of_two_registrations_have_nothing_to_do_with_each_other(store: Store) -> None:
    one, other = await opened(store), await opened(store)
    await store.writer.record(recording(deadlines.lapse(other, NOW)), NOW)
    code = await code_of(store, one)
    assert await store.rows("select live from codes order by live") == [{"live": False}, {"live": True}]
    assert await store.reader.matching_code(other.registration_id, Purpose.PASSWORD, code) is None
