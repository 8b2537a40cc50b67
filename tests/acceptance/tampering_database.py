"""What the owner of the database does to a record: each function one act."""

import os
import uuid
from datetime import datetime, timedelta

from registration.record import GENESIS
from tests.acceptance.tampering_scene import Named, Scene, Tampering


async def edits_a_body(scene: Scene) -> None:
    body = (await scene.bodies())[1]
    body["request_id"] = str(uuid.uuid4())
    await scene.put(2, body, hashed=False)


async def edits_a_body_and_its_hash(scene: Scene) -> None:
    body = (await scene.bodies())[3]
    body["actor"]["id"] = "clerk-8"
    await scene.put(4, body, hashed=True)


async def deletes_an_event_in_the_middle(scene: Scene) -> None:
    await scene.sql("delete from events where registration_id = $1 and sequence = 3")


async def swaps_two_events(scene: Scene) -> None:
    for old, new in ((3, 1000), (4, 3), (1000, 4)):
        await scene.sql("update events set sequence = $3 where registration_id = $1 and sequence = $2", old, new)


async def cuts_the_tail_off_and_puts_the_read_model_back(scene: Scene) -> None:
    await scene.sql("delete from events where registration_id = $1 and sequence = 5")
    await scene.sql(
        "update registrations set sequence = 4, head = (select hash from events where registration_id = $1 and "
        "sequence = 4) where id = $1"
    )


async def rebuilds_the_chain_with_right_hashes(scene: Scene) -> None:
    """Nothing in the database contradicts it: only what is outside it."""
    bodies = await scene.bodies()
    moment = datetime.fromisoformat(bodies[2]["at"]) + timedelta(minutes=1)
    bodies[2]["at"] = moment.isoformat()
    await scene.sql("update events set at = $2 where registration_id = $1 and sequence = 3", moment)
    await scene.sql("update registrations set since = $2 where id = $1", moment)
    head = bodies[2]["previous_hash"]
    for number, body in enumerate(bodies[2:], start=3):
        head = await scene.put(number, body | {"previous_hash": head}, hashed=True)
    await scene.sql("update registrations set head = $2 where id = $1", head)


async def deletes_the_registration_with_all_its_rows(scene: Scene) -> None:
    for table in ("letters", "evidence", "events", "emails", "persons", "data_keys", "credentials", "codes"):
        await scene.sql(f"delete from {table} where registration_id = $1")  # noqa: S608  names of this list
    await scene.sql("delete from registrations where id = $1")


async def moves_the_status_alone(scene: Scene) -> None:
    await scene.sql("update registrations set status = 'INACTIVE', deadline = null where id = $1")


async def hides_who_opened_it(scene: Scene) -> None:
    await scene.sql("""update registrations set opening = replace(opening, 'CITIZEN', 'SYSTEM') where id = $1""")


async def prolongs_a_code(scene: Scene) -> None:
    await scene.sql("update codes set valid_until = valid_until + interval '1 year' where registration_id = $1")


async def deletes_evidence(scene: Scene) -> None:
    await scene.sql("delete from evidence where registration_id = $1")


async def puts_other_evidence_under_the_commitment(scene: Scene) -> None:
    await scene.sql(
        "update evidence set sealed = (select sealed from evidence other where other.registration_id <> $1 limit 1) "
        "where registration_id = $1"
    )


async def deletes_the_credential_of_a_redemption(scene: Scene) -> None:
    await scene.sql("delete from credentials where registration_id = $1")


async def deletes_an_access_entry(scene: Scene) -> None:
    await scene.sql("delete from access_entries where registration_id = $1 and office = $2 and sequence = 2", "1052")


async def edits_an_access_entry(scene: Scene) -> None:
    await scene.sql(
        "update access_entries set body = replace(body, 'clerk-7', 'clerk-8') "
        "where registration_id = $1 and office = $2",
        "1133",
    )


async def deletes_a_whole_day_of_an_office(scene: Scene) -> None:
    await scene.sql("delete from access_entries where registration_id = $1 and office = $2", "9021")
    await scene.database.execute("delete from access_chains where office = '9021'")


async def makes_an_access_entry_unreadable(scene: Scene) -> None:
    await scene.sql("update access_entries set body = '{}' where registration_id = $1 and office = $2", "UK-1")


async def names_nobody_as_who_moved_it(scene: Scene) -> None:
    await scene.sql("update registrations set moved_by = 'nobody' where id = $1")


async def moves_the_last_event_far_away(scene: Scene) -> None:
    """Two billion events seem to be missing: they are not named one by one."""
    await scene.sql("update events set sequence = 2147483647 where registration_id = $1 and sequence = 5")


async def submits_it_after_it_was_opened(scene: Scene) -> None:
    await scene.sql("update registrations set submitted_at = submitted_at + interval '1 year' where id = $1")


async def says_that_it_was_opened_at_a_desk(scene: Scene) -> None:
    await scene.sql("update registrations set channel = 'IN_PERSON' where id = $1")


async def lets_another_user_name_find_it(scene: Scene) -> None:
    await scene.sql("update registrations set user_name_index = $2 where id = $1", os.urandom(32))


async def invents_a_status(scene: Scene) -> None:
    await scene.sql("update registrations set status = 'BLOCKED' where id = $1")


async def makes_it_as_if_it_had_never_begun(scene: Scene) -> None:
    """The row waits for its workflow, as it did before the first event."""
    for table in ("events", "codes", "credentials"):
        await scene.sql(f"delete from {table} where registration_id = $1")  # noqa: S608  names of this list
    await scene.sql(
        "update registrations set status = 'SUBMITTED', since = null, because = null, moved_by = null, sequence = 0, "
        "deadline = null, password_valid_until = null, identity_verified = false, codes_issued = 0, head = $2 "
        "where id = $1",
        GENESIS,
    )


async def destroys_the_key(scene: Scene) -> None:
    await scene.sql("delete from data_keys where registration_id = $1")


async def puts_another_sealed_form_in_place(scene: Scene) -> None:
    await scene.sql(
        "update persons set sealed = (select sealed from persons other where other.registration_id <> $1 limit 1) "
        "where registration_id = $1"
    )


IN_THE_DATABASE: dict[Tampering, Named] = {
    edits_a_body: {("EVENT_ALTERED", 2), ("CREDENTIAL_MISSING", 2)},
    edits_a_body_and_its_hash: {("CHAIN_BROKEN", 5), ("ACCESS_MISSING", 4)},
    deletes_an_event_in_the_middle: {("EVENT_MISSING", 3), ("READ_MODEL_DIFFERS", None)},
    swaps_two_events: {
        ("EVENT_MISPLACED", 3),
        ("EVENT_MISPLACED", 4),
        ("CHAIN_BROKEN", 3),
        ("CHAIN_BROKEN", 4),
        ("CHAIN_BROKEN", 5),
        ("READ_MODEL_DIFFERS", None),
    },
    cuts_the_tail_off_and_puts_the_read_model_back: {("CHECKPOINT_CONTRADICTED", 5), ("HISTORY_DIFFERS", 5)},
    rebuilds_the_chain_with_right_hashes: {("CHECKPOINT_CONTRADICTED", 5), ("HISTORY_DIFFERS", 5)},
    deletes_the_registration_with_all_its_rows: {("REGISTRATION_MISSING", None), ("ROW_MISSING", None)},
    moves_the_status_alone: {("READ_MODEL_DIFFERS", None)},
    hides_who_opened_it: {("READ_MODEL_DIFFERS", None)},
    prolongs_a_code: {("CODES_DIFFER", None)},
    deletes_evidence: {("EVIDENCE_MISSING", 3), ("EVIDENCE_MISSING", 4), ("EVIDENCE_MISSING", 5)},
    puts_other_evidence_under_the_commitment: {
        ("EVIDENCE_DIFFERS", 3),
        ("EVIDENCE_DIFFERS", 4),
        ("EVIDENCE_DIFFERS", 5),
    },
    deletes_the_credential_of_a_redemption: {("CREDENTIAL_MISSING", 2)},
    deletes_an_access_entry: {("ACCESS_MISSING", 7)},
    edits_an_access_entry: {("ACCESS_MISSING", 6), ("ACCESS_MISSING", 7)},
    deletes_a_whole_day_of_an_office: {("ACCESS_MISSING", 6), ("ACCESS_MISSING", 7)},
    makes_an_access_entry_unreadable: {("ACCESS_MISSING", 6), ("ACCESS_MISSING", 7)},
    names_nobody_as_who_moved_it: {("READ_MODEL_DIFFERS", None)},
    moves_the_last_event_far_away: {
        *(("EVENT_MISSING", place) for place in range(5, 105)),
        ("EVENT_MISPLACED", 2147483647),
        ("CHECKPOINT_CONTRADICTED", 5),
        ("HISTORY_DIFFERS", 5),
    },
    submits_it_after_it_was_opened: {("READ_MODEL_DIFFERS", None)},
    says_that_it_was_opened_at_a_desk: {("READ_MODEL_DIFFERS", None)},
    lets_another_user_name_find_it: {("READ_MODEL_DIFFERS", None)},
    invents_a_status: {("READ_MODEL_DIFFERS", None)},
    makes_it_as_if_it_had_never_begun: {("CHECKPOINT_CONTRADICTED", 5), ("HISTORY_DIFFERS", 5)},
    destroys_the_key: {("PERSONAL_DATA_DIFFERS", None)},
    puts_another_sealed_form_in_place: {("PERSONAL_DATA_DIFFERS", None)},
}
