"""The failover drill: the primary of PostgreSQL is lost, and a standby takes over under running processes.

The table of docs/restore.md is what this run has found (`make drills` writes it).
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from temporalio.service import RPCError
from temporalio.testing import ActivityEnvironment

from activities.reconciliation import ReconciliationActivities
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind
from registration.reconciliation import Overdue
from registration.record import EventKind
from registration.statuses import Channel, Status
from starter.dev.environment import Addresses
from starter.dev.installation import World, world_on
from starter.dev.postgres import PostgresServer
from starter.dev.samples import EVIDENCE, form
from starter.gateway.engine import new_request_id, now
from starter.gateway.forms import checked_form
from store.database import DATABASE_FAILURES
from tests.support.backups import promote, standby_of, streaming
from tests.support.drills import NOTHING, assert_documented, cell
from tests.support.installation import Installation, eventually, installation
from tests.support.verifying import found
from tests.workflows.lives import MINUTE, bring, quiet

HEADER: Final = ("standby", "acknowledged acts", "`audit verify --all`", "the operator", "verify then")
WITHIN_SECONDS: Final = 180
"""An attempt to record is given up after 10 s; the next one comes later each time."""


async def test_a_failover_loses_nothing_that_was_acknowledged_where_the_standby_is_synchronous() -> None:
    """... and with an asynchronous one what it had not received; the histories have the events of that."""
    async with AsyncExitStack() as stack:
        servers, _ = await stack.enter_async_context(installation())
        second = await stack.enter_async_context(standby_of(servers.postgres, servers.folder / "second"))
        synchronous = await _synchronous(servers, second)
        third = await stack.enter_async_context(standby_of(second, servers.folder / "third"))
        asynchronous = await _asynchronous(servers, second, third)
        assert_documented("failover", HEADER, [synchronous, asynchronous])


async def _synchronous(servers: Installation, standby: PostgresServer) -> tuple[str, ...]:
    """While the standby is away nothing is acknowledged, however often it is tried; afterwards it is, once."""
    async with world_on(_on_either(servers, servers.postgres, standby), servers.folder) as world:
        registration_id, _ = await bring(world, Status.TEMPORARY)
        await _synchronize(servers.postgres)
        await world.desk.disclose(registration_id, EVIDENCE)
        deadline = (await world.audit.describe(registration_id)).deadline
        assert deadline
        # A reminder that waits for the standby would keep time from being skipped: it goes out before.
        await world.forward_to(registration_id, deadline - MINUTE)
        await quiet(world, registration_id)
        await standby.kill()
        filled, submitted_id = form(), new_request_id()
        await _submit_in_vain(world, checked_form(filled), submitted_id)
        await world.forward_to(registration_id, deadline + MINUTE)

        async def was_tried_again() -> bool:
            described = await world.handle(registration_id).describe()
            return any(one.attempt > 2 for one in described.raw_description.pending_activities)

        await eventually(was_tried_again, within_seconds=WITHIN_SECONDS)
        assert EventKind.TEMPORARY_LAPSED in await _kinds(world, registration_id), "only the primary has it"
        await servers.postgres.kill()
        await standby.start()
        assert EventKind.TEMPORARY_LAPSED not in await _kinds(world, registration_id), "the standby has it not"
        assert not await _is_submitted(world, submitted_id)
        await promote(standby)
        await world.until(registration_id, Status.LAPSED, within_seconds=WITHIN_SECONDS)
        await quiet(world, registration_id)
        with pytest.raises(RPCError, match="not found"):
            await world.handle(submitted_id).describe()
        assert await world.register(filled, request_id=submitted_id) == submitted_id
        await world.until(submitted_id, Status.AWAITING_ACTIVATION, within_seconds=WITHIN_SECONDS)
        await quiet(world, submitted_id)
        assert EventKind.DATA_DISCLOSED in await _kinds(world, registration_id)
        findings = await found(world)
    assert findings == []
    return "synchronous", "all are there", NOTHING, NOTHING, NOTHING


async def _submit_in_vain(world: World, checked: RegistrationForm, registration_id: str) -> None:
    """Its row is on the primary alone: neither the same request again nor reconciliation takes it for durable.

    Past the gateway, whose count of the sender would wait for the standby first: it is lost between the two.
    """
    engine, applicant = world.engine, Actor(ActorKind.CITIZEN, "applicant")
    submit = partial(engine.open, checked, Channel.ONLINE, applicant, registration_id=registration_id)
    with pytest.raises(DATABASE_FAILURES):
        await submit()
    assert await _is_submitted(world, registration_id)
    reconciliation = ReconciliationActivities(engine.writer, engine.reader, engine.log_ins)
    again, started = await asyncio.gather(
        submit(),
        ActivityEnvironment(client=world.client).run(reconciliation.start_submitted, Overdue(now())),
        return_exceptions=True,
    )
    assert isinstance(again, DATABASE_FAILURES)
    assert isinstance(started, DATABASE_FAILURES)


async def _asynchronous(servers: Installation, primary: PostgresServer, standby: PostgresServer) -> tuple[str, ...]:
    """What was acknowledged while the standby was behind is gone from the database, and in the histories."""
    async with world_on(_on_either(servers, primary, standby), servers.folder) as world:
        registration_id, _ = await bring(world, Status.ACTIVE)
        await streaming(primary)
        await standby.kill()
        await world.desk.disclose(registration_id, EVIDENCE)
        await quiet(world, registration_id)
        await primary.kill()
        await standby.start()
        await promote(standby)
        first = await found(world)
        assert EventKind.DATA_DISCLOSED not in await _kinds(world, registration_id)
        assert (await world.operations.roll_forward()).events == 1
        assert EventKind.DATA_DISCLOSED in await _kinds(world, registration_id)
        then = await found(world)
    assert {one.about for one in first + then} == {registration_id}
    return (
        "asynchronous, behind",
        "the last ones are gone",
        cell({one.kind for one in first}),
        "`ugyfelkapu admin roll-forward`; tells the auditor",
        cell({one.kind for one in then}),
    )


def _on_either(servers: Installation, *of: PostgresServer) -> Addresses:
    """Addresses with both servers, of which a process takes the one that is the primary."""
    hosts = ",".join(parse_qs(urlsplit(server.url).query)["host"][0] for server in of)
    database = f"postgresql://postgres@/ugyfelkapu?host={hosts}&port=5432,5432&target_session_attrs=primary"
    return replace(servers.addresses, database=database)


async def _synchronize(primary: PostgresServer) -> None:
    connection = await asyncpg.connect(primary.url)
    try:
        await connection.execute("alter system set synchronous_standby_names = '*'")
        await connection.execute("select pg_reload_conf()")

        async def is_synchronous() -> bool:
            return bool(await connection.fetchval("select true from pg_stat_replication where sync_state = 'sync'"))

        await eventually(is_synchronous, within_seconds=WITHIN_SECONDS)
    finally:
        await connection.close()


async def _kinds(world: World, registration_id: str) -> list[str]:
    """The recorded events, also of a standby that is not the primary yet."""
    rows = await _anywhere(world, "select kind from events where registration_id = $1", registration_id)
    return [row["kind"] for row in rows]


async def _is_submitted(world: World, registration_id: str) -> bool:
    return bool(await _anywhere(world, "select from registrations where id = $1", registration_id))


async def _anywhere(world: World, statement: str, registration_id: str) -> list[asyncpg.Record]:
    anywhere = world.addresses.database.replace("=primary", "=any")
    connection = await asyncpg.connect(anywhere)
    try:
        return await connection.fetch(statement, registration_id)
    finally:
        await connection.close()
