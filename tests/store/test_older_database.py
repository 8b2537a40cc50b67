"""A database from before rows were sealed: migrated it is whole, and from then on nothing in it changes unseen."""

import itertools
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio

from audit.verification.run import Pass
from registration.access import BEGUN, Access
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.policy import Policy
from starter.dev.postgres import PostgresServer
from store.accesses import AccessStore
from store.audited import AuditStore
from store.database import opened_pool
from store.documents import dump
from store.migrate import migrate
from tests.store.lives import KEYS, NOW, form
from tests.store.older import OlderIds, submit_older

ONE, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
EMAIL, EXTENSION = str(uuid.UUID(int=3)), str(uuid.UUID(int=4))
_numbers = itertools.count(1)
OPERATOR = Actor(ActorKind.OPERATOR, "operator-1")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def older(server: PostgresServer) -> str:
    """With a row of each kind that the migration has to accept as it is."""
    url = await server.create_database("older")
    await migrate(url, KEYS, revision="0009")
    connection = await asyncpg.connect(url)
    await submit_older(connection, KEYS, OlderIds(ONE, EMAIL, OTHER), form())
    await connection.execute("insert into used_signatures values ('mark', $1)", ONE)
    await connection.execute("insert into idempotency values ('k', 'f', $1, $2, null, '{}')", ONE, NOW)
    await connection.execute("insert into policies values (1, $1, $2)", dump(Policy()).decode(), NOW)
    await connection.execute("insert into offices values ('1051', 'OKMANYIRODA', 'Hivatal', 'Budapest', true)")
    await connection.execute("insert into disabled_staff values ('clerk-9', $1, 'operator-1')", NOW)
    await connection.execute(
        "insert into extensions values ($1, $2, 30, 'operator-1', $2, 'operator-2', $2, $2)", EXTENSION, NOW
    )
    ended, until = NOW - timedelta(days=2), NOW + timedelta(days=28)
    await connection.execute("insert into extension_items values ($1, $2, $3, $4)", EXTENSION, ONE, ended, until)
    await connection.close()
    async with opened_pool(url, most=1) as pool:
        for day in (0, 1):
            access = Access(OPERATOR, Operation.ADMIN_PUT_OFFICE, BEGUN, detail="1051")
            await AccessStore(pool).add(access, NOW + timedelta(days=day))
    await migrate(url, KEYS)
    return url


@pytest_asyncio.fixture
async def database(server: PostgresServer, older: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """A copy of its own for each test."""
    assert older
    async with opened_pool(await server.create_database(f"older{next(_numbers)}", template="older"), most=3) as pool:
        yield pool


async def named(pool: "asyncpg.Pool[asyncpg.Record]") -> list[tuple[str, str]]:
    """What a pass without histories and checkpoints finds."""
    verification = Pass(AuditStore(pool, KEYS), None, None)
    return [(one.about, str(one.kind)) async for one in verification.everything(lambda _: None)]


async def test_it_is_whole_once_it_is_migrated(database: "asyncpg.Pool[asyncpg.Record]") -> None:
    assert await named(database) == []


@pytest.mark.parametrize(
    ("statement", "about", "kind"),
    [
        ("update policies set body = '{}'", "policy 1", "POLICY_DIFFERS"),
        ("delete from policies", "policy 1", "POLICY_DIFFERS"),
        ("update offices set open = false", "office 1051", "OFFICE_DIFFERS"),
        ("delete from disabled_staff", "staff clerk-9", "STAFF_DIFFERS"),
        (
            "update extension_items set until = until + interval '1 day', valid_until = valid_until + interval '1 day'",
            f"extension {EXTENSION}",
            "EXTENSION_DIFFERS",
        ),
        ("update used_signatures set mark = 'other'", ONE, "SIGNATURE_MARK_DIFFERS"),
        ("update registrations set submitted_at = now()", ONE, "READ_MODEL_DIFFERS"),
        ("update registrations set opened_by = opened_by || ' '", ONE, "READ_MODEL_DIFFERS"),
        ("update credentials set message = '{\"validity_days\":9999}'", ONE, "CREDENTIAL_DIFFERS"),
        ("update idempotency set answer = 'other'", f"request {ONE}", "ANSWER_DIFFERS"),
        ("update persons set identity_index = null", ONE, "SEARCH_INDEX_DIFFERS"),
        ("delete from seal_keys", "seal key", "SEAL_KEY_MISSING"),
    ],
)
async def test_what_changes_afterwards_is_named(
    database: "asyncpg.Pool[asyncpg.Record]", statement: str, about: str, kind: str
) -> None:
    await database.execute(statement)
    assert await named(database) == [(about, kind)]
