"""What somebody put in place for a moment and took back leaves its traces in what was decided meanwhile."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio

from registration.access import Access, AccessOutcome
from registration.extensions import ExtensionState
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD
from starter.gateway import DeskGateway, FindingLine, OperationsGateway
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.verifying import found, found_of
from worker import running_workers

BEFORE = datetime.now(UTC) + timedelta(days=1000)


@pytest_asyncio.fixture(loop_scope="session")
async def world(shared: SharedServers) -> AsyncIterator[World]:
    async with installation_on(shared) as (_, found), running_workers(found.client, found.settings):
        yield found


def pairs_of(findings: list[FindingLine]) -> set[tuple[str, str]]:
    """What each is about, by its name."""
    return {(finding.about, str(finding.kind)) for finding in findings}


async def test_a_policy_that_was_there_while_passwords_were_changed(world: World) -> None:
    registration_id, filled, code = await world.registered()
    honest, _ = await world.active()
    (policy,) = await world.sql("select body from policies where version = 1")
    hundred = json.dumps({**json.loads(policy["body"]), "version": 1000, "validity_max_years": 100})
    await world.sql("insert into policies values (1000, $1, now())", hundred)
    await world.redeem(filled, code)
    await world.desk.verify_identity(registration_id, EVIDENCE)
    name, new = filled["user_name"], "Egészen új 12"
    await world.citizen.change_password(name, PASSWORD, new, client_address=CLIENT_ADDRESS)
    ends = (await world.audit.snapshot(registration_id)).password_valid_until
    assert ends
    assert ends.year > datetime.now(UTC).year + 90
    await world.sql("delete from policies where version = 1000")
    for findings in (await found(world), await found_of(world, registration_id)):
        assert (registration_id, "POLICY_DIFFERS") in pairs_of(findings)
        assert [str(one.kind) for one in findings] == ["POLICY_DIFFERS"]
    assert await found_of(world, honest) == []


@pytest.mark.parametrize(("days", "meanwhile"), [(30, 600), (None, 3000), (30, None)])
async def test_terms_of_an_approved_extension_that_were_others_when_its_list_was_fixed(
    world: World, days: int | None, meanwhile: int | None
) -> None:
    registration_id, _ = await world.active()
    extension = await world.operations.extensions.request(BEFORE, days=days)
    second = OperationsGateway(world.engine, "operator-2")
    await second.extensions.approve(extension.extension_id)
    database = await asyncpg.connect(world.addresses.database)
    try:
        await database.execute("update extensions set days = $1", meanwhile)
        await second.extensions.start(extension.extension_id, rate=500)

        async def is_done() -> bool:
            return (await second.extensions.status(extension.extension_id)).state is ExtensionState.DONE

        await eventually(is_done, within_seconds=SOON_SECONDS * 3)
        await database.execute("update extensions set days = $1", days)
    finally:
        await database.close()
    for findings in (await found(world), await found_of(world, registration_id)):
        assert pairs_of(findings) == {(registration_id, "EXTENSION_DIFFERS")}
        assert len(findings) == 1


async def test_a_clerk_who_acts_while_nobody_knows_that_he_is_disabled(world: World) -> None:
    """Disabled long enough ago: what clocks may differ by is no finding."""
    by = Access(Actor(ActorKind.OPERATOR, "operator-1"), Operation.OPERATIONS_DISABLE_STAFF, AccessOutcome.BEGUN)
    database = await asyncpg.connect(world.addresses.database)
    try:
        await world.engine.staff.disable("clerk-bad", by, datetime.now(UTC) - timedelta(minutes=11))
        row = await database.fetchrow("delete from disabled_staff where id = 'clerk-bad' returning *")
        assert row
        registration_id, _ = await world.temporary()
        await DeskGateway(world.engine, "clerk-bad", "1051").verify_identity(registration_id, EVIDENCE)
        await database.execute("insert into disabled_staff values ($1, $2, $3)", *row.values())
    finally:
        await database.close()
    findings = await found(world)
    assert [(one.about.split()[0], str(one.kind)) for one in findings] == [("1051", "STAFF_DIFFERS")]


async def test_an_office_that_was_there_while_a_clerk_acted_for_it(world: World) -> None:
    registration_id, _ = await world.temporary()
    await world.sql("insert into offices values ('6666', 'OKMANYIRODA', 'Sehol', '6666 Sehol', true)")
    await DeskGateway(world.engine, "clerk-x", "6666").verify_identity(registration_id, EVIDENCE)
    await world.sql("delete from offices where code = '6666'")
    findings = await found(world)
    assert [(one.about.split()[0], str(one.kind)) for one in findings] == [("6666", "OFFICE_DIFFERS")]
