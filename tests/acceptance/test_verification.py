"""Every honest way of living is whole: what a verification says of it, one registration each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from registration.policy import Policy
from registration.record import EventKind
from registration.statuses import Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, account, another_address, form
from starter.gateway import AuditorGateway, open_engine
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan
from tests.support.archiving import archived, remove
from tests.support.servers import SharedServers
from tests.support.signing import signed_document
from tests.workflows.lives import bring, choosy_world, ended, into_second_run, quiet, to_deadline, two_runs


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(shared: SharedServers) -> AsyncIterator[World]:
    """A world whose Temporal removes a history as soon as it may."""
    async with choosy_world(shared) as (world, _):
        yield world


async def is_whole(world: World, registration_id: str) -> None:
    """Nothing is found of a registration, with the whole histories of all its runs."""
    report = await world.audit.verification.one(registration_id)
    assert report.findings == ()
    assert (report.registrations, report.histories) == (1, 1)


async def test_a_life_with_everything_that_a_clerk_does(lived: World) -> None:
    filled = form()
    registration_id = (await lived.desk.register(filled, EVIDENCE)).registration_id
    await lived.redeem(filled, await lived.code(filled["email"]))
    await lived.desk.disclose(registration_id, EVIDENCE)
    await lived.desk.change_email(registration_id, "other@example.org", EVIDENCE)
    await to_deadline(lived, registration_id, Status.PASSWORD_EXPIRED)
    await to_deadline(lived, registration_id, Status.INACTIVE)
    await lived.desk.signal_reactivate(registration_id, EVIDENCE)
    await lived.until(registration_id, Status.AWAITING_REACTIVATION)
    await lived.desk.signal_reactivate(registration_id, EVIDENCE)
    await quiet(lived, registration_id)
    kinds = [event.kind for event in await lived.audit.events(registration_id)]
    assert kinds[-1] is EventKind.SIGNAL_REFUSED
    await is_whole(lived, registration_id)


async def test_a_life_that_the_client_confirms_and_ends_erased_included(lived: World) -> None:
    registration_id, filled = await lived.active()
    new = f"new.{filled['email']}"
    await lived.citizen.request_email_change(registration_id, new, client_address=another_address())
    name, here = filled["user_name"], CLIENT_ADDRESS
    await lived.citizen.confirm(name, await lived.code(new), Purpose.NEW_EMAIL, client_address=here)
    await quiet(lived, registration_id)  # the letter of the change comes before that of the closure
    await lived.citizen.request_closure(registration_id, client_address=another_address())
    code = await lived.code(new, 3)
    await is_whole(lived, registration_id)
    await lived.citizen.confirm(name, code, Purpose.CLOSURE, client_address=here)
    await is_whole(lived, registration_id)
    await asyncio.wait_for(lived.handle(registration_id).result(), 30)
    await quiet(lived, registration_id)
    kinds = [event.kind for event in await lived.audit.events(registration_id)]
    assert kinds[-1] is EventKind.PERSONAL_DATA_ERASED
    await is_whole(lived, registration_id)


async def test_a_life_that_a_signature_opened_and_an_operator_extended(lived: World) -> None:
    filled = form()
    document, signature = await signed_document(lived, filled)
    registration_id = await lived.portal.register_signed(document, signature, client_address=another_address())
    await lived.redeem(filled, await lived.code(filled["email"]))
    until = (await lived.audit.snapshot(registration_id)).password_valid_until
    assert until
    await lived.operations.extend_validity(registration_id, until + timedelta(days=90))
    await lived.citizen.change_password(
        filled["user_name"], PASSWORD, "Egészen más 2", client_address=another_address()
    )
    await quiet(lived, registration_id)
    await is_whole(lived, registration_id)


async def test_an_account_that_was_taken_over(lived: World) -> None:
    importing = AccountImport(lived.engine, "operator-1", ImportPlan("verified"))
    line = CsvLine(2, account())
    for batch in importing.batches([line]):
        assert not (await importing.take(batch)).refused
    name = (line.fields or {})["user_name"]
    registration_id = await lived.engine.registration_id(name)
    await lived.until(registration_id, Status.ACTIVE)
    await is_whole(lived, registration_id)


async def test_a_life_whose_dead_address_a_clerk_replaces_while_reactivating(lived: World) -> None:
    """What was asked for twice is done once."""
    registration_id, _ = await bring(lived, Status.INACTIVE)
    for _ in range(2):
        await lived.desk.change_email_and_reactivate(registration_id, "alive@example.org", EVIDENCE, request_id="once")
    before, event = (await lived.audit.events(registration_id))[-2:]
    assert (before.kind, event.kind) == (EventKind.GRACE_ENDED, EventKind.REACTIVATED)
    assert event.email_id != before.email_id
    await is_whole(lived, registration_id)


async def test_a_life_of_two_runs_under_two_policies(lived: World) -> None:
    """The second run's first event is far from its last; one policy came into force with an event of its own."""
    registration_id, filled = await lived.active()
    await lived.operations.adopt_policy(Policy(version=2, grace_days=61))
    await into_second_run(lived, registration_id, filled)
    kinds = [event.kind for event in await lived.audit.events(registration_id)]
    assert EventKind.POLICY_APPLIED in kinds
    await is_whole(lived, registration_id)
    for _ in range(8):
        await lived.desk.disclose(registration_id, EVIDENCE)
    everything = lived.audit.verification.everything(lambda _: None)
    assert [finding async for finding in everything.findings] == []


async def test_a_finished_life_without_any_history_is_named_where_there_is_an_archive(lived: World) -> None:
    """Without one, Temporal's retention has removed what no archive was to keep."""
    registration_id = await ended(lived)
    runs = [run.run_id for run in (await lived.audit.timeline(registration_id)).runs]
    await remove(lived, registration_id, runs)
    findings = (await lived.audit.verification.one(registration_id)).findings
    assert [(str(found.kind), found.sequence) for found in findings] == [("WORKFLOW_MISSING", None)]
    settings = lived.settings.model_copy(update={"archive_folder": None})
    async with open_engine(settings, lived.client) as engine:
        assert (await AuditorGateway(engine, "auditor-1").verification.one(registration_id)).findings == ()


async def test_a_life_of_two_runs_and_one_whose_histories_only_the_archive_has(lived: World) -> None:
    """The archive bears witness too: a tail that is cut off is named from there."""
    await is_whole(lived, await two_runs(lived))
    registration_id = await ended(lived)
    await archived(lived, registration_id, 2)
    runs = [run.run_id for run in (await lived.audit.timeline(registration_id)).runs]
    await remove(lived, registration_id, runs)
    await is_whole(lived, registration_id)
    last = (await lived.audit.events(registration_id))[-1].sequence
    await lived.sql("delete from events where registration_id = $1 and sequence = $2", registration_id, last)
    await lived.sql(
        "update registrations set sequence = $2, head = (select hash from events where registration_id = $1 and "
        "sequence = $2) where id = $1",
        *(registration_id, last - 1),
    )
    findings = (await lived.audit.verification.one(registration_id)).findings
    assert [(str(found.kind), found.sequence) for found in findings] == [
        ("CREDENTIAL_DIFFERS", 6),
        ("PERSONAL_DATA_DIFFERS", None),
        ("HISTORY_DIFFERS", last),
    ]
    everything = lived.audit.verification.everything(lambda _: None)
    named = [found.sequence async for found in everything.findings if found.about == registration_id]
    assert named == [6, None, last]
