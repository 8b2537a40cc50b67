"""Each account of an older system comes once, whoever asks again, and nothing of the person in clear."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.reconciliation import ReconciliationActivities
from registration import errors
from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.policy import Policy
from registration.reconciliation import Overdue, Started
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, account, day
from starter.dev.standing import SOURCE
from starter.gateway import OperationsGateway
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan
from store.accounts import Account
from tests.support.accounts import OLD_PASSWORD
from tests.support.importing import take


async def test_an_account_s_person_address_and_hash_stand_in_no_history_no_id_and_no_row_in_clear(world: World) -> None:
    """Principle 5; the hash of the password is sealed like the rest."""
    line = account(user_name="Ültetett.Fiók", email="ultetett@example.org", birth_place="Hódmezővásárhelykutas")
    (registration_id,) = await take(world, line)
    history = (await world.handle(registration_id).fetch_history()).to_json()
    columns = {"registrations": "id"} | dict.fromkeys(("events", "persons", "emails", "credentials"), "registration_id")
    stored = [
        str(await world.sql(f"select * from {table} where {column} = $1", registration_id))  # noqa: S608  our own names
        for table, column in columns.items()
    ]
    planted = (line["user_name"], line["email"], line["birth_place"], line["password_hash"])
    assert not any(value in place for value in planted for place in (history, *stored))
    assert registration_id in history


async def test_the_same_user_name_of_two_older_systems_is_two_people_and_the_second_is_refused(world: World) -> None:
    line = account()
    await take(world, line)
    other = AccountImport(world.engine, "operator-1", ImportPlan("other-portal"))
    outcome = await other.take([CsvLine(2, line)])
    assert [(refused.number, type(refused.refusal)) for refused in outcome.refused] == [(2, errors.UserNameTaken)]


async def test_a_line_that_was_taken_over_is_done_whatever_today_s_rules_say_of_it(world: World) -> None:
    """Such as a password that was valid when the first run was killed."""
    line = account()
    await take(world, line)
    importing = AccountImport(world.engine, "operator-1", ImportPlan(SOURCE))
    outcome = await importing.take([CsvLine(2, line | {"password_valid_until": day(-100)})])
    assert (outcome.already_there, outcome.refused, outcome.started) == (1, (), 0)


async def test_reconciliation_starts_what_an_import_left_and_sends_no_message_for_its_password(world: World) -> None:
    """Principle 8: the workflow starts with the same state, and its first event adopts the password."""
    line, long_ago = account(status="INACTIVE", password_valid_until=day(-500)), datetime.now(UTC) - timedelta(hours=1)
    key = world.engine.accounts.key_of(SOURCE, line["user_name"])
    checked = AccountForm.parse(line, policy=Policy(), now=long_ago)
    operator = Actor(ActorKind.OPERATOR, "operator-1")
    written = Account(key, checked, checked.password_valid_until)
    assert await world.engine.accounts.write([written], operator, long_ago) == {key.registration_id}
    assert await world.engine.accounts.write([written], operator, long_ago) == set()
    assert key.registration_id not in {
        pending.registration_id for pending in await world.engine.reader.pending_before(datetime.now(UTC))
    }
    (credential,) = await world.sql("select id from credentials where registration_id = $1", key.registration_id)
    activities = ReconciliationActivities(world.engine.writer, world.engine.reader, world.engine.log_ins)
    worker, overdue = ActivityEnvironment(client=world.client), Overdue(datetime.now(UTC) - timedelta(seconds=30))
    assert str(credential["id"]) not in (await worker.run(activities.send_pending, overdue)).request_ids
    assert await worker.run(activities.start_submitted, overdue) == Started((key.registration_id,))
    await world.until(key.registration_id, Status.INACTIVE)
    with pytest.raises(errors.VisitABody):
        await world.citizen.authenticate(line["user_name"], OLD_PASSWORD, client_address=CLIENT_ADDRESS)


async def test_an_import_is_on_record_once_and_a_disabled_operator_takes_nothing_over(world: World) -> None:
    operator, lines = f"operator-{uuid4()}", [CsvLine(number, account()) for number in (2, 3)]
    rehearsed, importing = (
        AccountImport(world.engine, operator, ImportPlan(SOURCE, dry_run=dry_run)) for dry_run in (True, False)
    )
    for run in (rehearsed, importing):
        for line in lines:
            assert (await run.take([line])).taken_over == 1
    await OperationsGateway(world.engine, "operator-9").disable_staff(operator)
    with pytest.raises(errors.StaffDisabled):
        await importing.take([CsvLine(4, account())])
    entries = await world.engine.accesses.entries(None, datetime.now(UTC).date())
    mine = [entry.access for entry in entries if entry.access.actor.id == operator]
    assert [(access.operation, access.refusal or access.outcome, access.detail) for access in mine] == [
        ("operations.check_import", "DONE", SOURCE),
        ("operations.import_accounts", "BEGUN", SOURCE),
        ("operations.import_accounts", "StaffDisabled", None),
    ]
