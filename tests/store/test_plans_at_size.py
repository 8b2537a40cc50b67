"""The plans that PostgreSQL really chooses with 200,000 registrations: none of them reads a big table whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import asyncpg
import pytest
import pytest_asyncio

from bench.record.plans import kept_plan_of, plan_of
from starter.dev.postgres import PostgresServer
from tests.store.example_arguments import Examples
from tests.store.large_record import REGISTRATIONS, large_record
from tests.store.query_kinds import JOBS, QUERIES, SMALL

_MOST_ROWS: Final = 15_000
"""What a page of 500 registrations with all their events takes, and some; a scan of any big table is more."""


@dataclass(frozen=True)
class Large:
    """The database, and what its queries are asked with."""

    url: str
    examples: Examples


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def large(server: PostgresServer) -> Large:
    """Built once for all queries, each of which is rolled back."""
    url = await large_record(server, "large")
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("select count(*) from registrations") >= REGISTRATIONS
        return Large(url, await Examples.read(connection))
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def connection(large: Large) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """In a transaction that is rolled back."""
    connection = await asyncpg.connect(large.url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@pytest.mark.parametrize("name", sorted(set(QUERIES) - JOBS))
async def test_no_query_of_a_request_reads_a_big_table_whole(
    large: Large, connection: "asyncpg.Connection[asyncpg.Record]", name: str
) -> None:
    """With the arguments that programs give; and the plan that PostgreSQL keeps once a statement was used often."""
    plan = await plan_of(connection, name, large.examples.of(name), run=True)
    assert plan.read_whole <= SMALL, plan.root
    assert plan.rows_read <= _MOST_ROWS, plan.root
    kept = await kept_plan_of(connection, name, large.examples.of(name))
    assert kept.read_whole <= SMALL, kept.root


@pytest.mark.parametrize("name", sorted(JOBS))
async def test_a_job_that_reads_all_is_one(
    large: Large, connection: "asyncpg.Connection[asyncpg.Record]", name: str
) -> None:
    """Else it belongs to the others, whose plans are proven."""
    plan = await plan_of(connection, name, large.examples.of(name), run=True)
    assert plan.rows_read > _MOST_ROWS, plan.root
