"""What the owner of the database does to rows that follow from no event: each function one act."""

import os
import uuid

from starter.dev.samples import another_address
from tests.acceptance.tampering_scene import Named, Scene, Tampering


async def says_that_a_letter_was_void(scene: Scene) -> None:
    await scene.sql("update letters set outcome = 'VOID' where registration_id = $1 and sequence = 1")


async def says_that_a_letter_went_out_at_another_time(scene: Scene) -> None:
    await scene.sql("update letters set at = at - interval '1 hour' where registration_id = $1 and sequence = 1")


async def says_that_a_letter_went_out_that_was_never_ordered(scene: Scene) -> None:
    await scene.sql(
        "insert into letters (registration_id, sequence, kind, message_id, outcome, at, seal) "
        "values ($1, 9, 'CLOSED', '<9@example.org>', 'SENT', now(), '')"
    )


async def puts_the_seal_of_another_letter_under_it(scene: Scene) -> None:
    await scene.sql(
        "update letters set outcome = 'VOID', seal = "
        "(select seal from letters other where other.registration_id <> $1 and outcome = 'SENT' limit 1) "
        "where registration_id = $1 and sequence = 1"
    )


async def deletes_a_letter(scene: Scene) -> None:
    await scene.sql("delete from letters where registration_id = $1 and sequence = 1")


async def moves_a_letter_to_another_registration(scene: Scene) -> None:
    await scene.sql(
        "delete from letters where registration_id = $1 and sequence = 1",
    )
    await scene.sql(
        "insert into letters "
        "select $1, sequence, kind, days, message_id, outcome, failure, smtp_reply, at, seal from letters other "
        "where other.registration_id <> $1 and sequence = 1 limit 1"
    )


async def lets_another_address_find_it(scene: Scene) -> None:
    await scene.sql("update emails set address_index = $2 where registration_id = $1", os.urandom(32))


async def hides_its_address(scene: Scene) -> None:
    await scene.sql("update emails set address_index = '' where registration_id = $1")


async def lets_another_person_find_it(scene: Scene) -> None:
    await scene.sql(
        "update persons set identity_index = $2 where registration_id = $1",
        os.urandom(32),
    )


async def hides_its_person(scene: Scene) -> None:
    await scene.sql("update persons set identity_index = '' where registration_id = $1")


async def gives_it_another_receipt(scene: Scene) -> None:
    await scene.sql("update registrations set receipt_number = default where id = $1")


async def submits_it_years_earlier(scene: Scene) -> None:
    """The anniversaries that an extension goes by are counted from there."""
    await scene.sql("update registrations set submitted_at = submitted_at - interval '2 years' where id = $1")


async def takes_its_seal_away(scene: Scene) -> None:
    await scene.sql("update registrations set seal = null where id = $1")


async def marks_a_signature_as_used_by_it(scene: Scene) -> None:
    """Whoever holds that signature could open no registration any more."""
    await scene.sql("insert into used_signatures values ($2, $1, '')", os.urandom(32))


async def changes_what_a_credential_s_message_says(scene: Scene) -> None:
    await scene.sql("update credentials set message = message || ' ' where registration_id = $1")


async def invents_a_message_for_reconciliation(scene: Scene) -> None:
    """So late that no pass takes it up while the test looks."""
    await scene.sql(
        "insert into credentials (id, registration_id, state, kind, message, sealed, submitted_at) "
        "values ($2, $1, 'PENDING', 'RedeemCode', '{}', 'x', '2100-01-01')",
        uuid.uuid4(),
    )


async def turns_a_client_s_request_into_another(scene: Scene) -> None:
    await scene.world.citizen.request_code(
        scene.form["user_name"], scene.form["email"], client_address=another_address()
    )
    await scene.sql("update client_requests set kind = 'Close' where registration_id = $1")


UNDER_NO_EVENT: dict[Tampering, Named] = {
    says_that_a_letter_was_void: {("LETTER_DIFFERS", 1)},
    says_that_a_letter_went_out_at_another_time: {("LETTER_DIFFERS", 1)},
    says_that_a_letter_went_out_that_was_never_ordered: {("LETTER_DIFFERS", 9)},
    puts_the_seal_of_another_letter_under_it: {("LETTER_DIFFERS", 1)},
    deletes_a_letter: {("LETTER_MISSING", 1)},
    moves_a_letter_to_another_registration: {("LETTER_DIFFERS", 1)},
    lets_another_address_find_it: {("SEARCH_INDEX_DIFFERS", None)},
    hides_its_address: {("SEARCH_INDEX_DIFFERS", None)},
    lets_another_person_find_it: {("SEARCH_INDEX_DIFFERS", None)},
    hides_its_person: {("SEARCH_INDEX_DIFFERS", None)},
    gives_it_another_receipt: {("READ_MODEL_DIFFERS", None)},
    submits_it_years_earlier: {("READ_MODEL_DIFFERS", None)},
    takes_its_seal_away: {("READ_MODEL_DIFFERS", None)},
    marks_a_signature_as_used_by_it: {("SIGNATURE_MARK_DIFFERS", None)},
    changes_what_a_credential_s_message_says: {("CREDENTIAL_DIFFERS", None)},
    invents_a_message_for_reconciliation: {("CREDENTIAL_DIFFERS", None)},
    turns_a_client_s_request_into_another: {("REQUEST_MISSING", 6)},
}
