"""A real PostgreSQL for this shelf, a fresh database for each test that writes."""

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from registration.policy import Policy
from starter.dev.postgres import PostgresServer
from store.database import opened_pool
from store.migrate import migrate
from store.preparation import prepare_database
from tests.store.lives import KEYS, NOW, Store
from tests.store.rings import copied, settings

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(postgres: PostgresServer) -> PostgresServer:
    """The session's."""
    return postgres


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(server: PostgresServer) -> str:
    """A database with every migration and nothing else in it."""
    url = await server.create_database("migrated")
    await migrate(url, KEYS)
    return url


@pytest_asyncio.fixture
async def store(server: PostgresServer, migrated: str) -> AsyncIterator[Store]:
    """The writer and the reader on a database of their own, with the first policy in force."""
    database = await server.create_database(f"store{next(_numbers)}", template="migrated")
    async with opened_pool(database, most=4) as pool:
        made = Store(pool, KEYS)
        await made.writer.adopt_policy(Policy(), NOW)
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prepared(server: PostgresServer) -> str:
    """The name of a prepared database without a registration."""
    await prepare_database(settings(await server.create_database("prepared")), NOW)
    return "prepared"


@pytest_asyncio.fixture
async def url(server: PostgresServer, prepared: str) -> str:
    """A prepared database of the test's own."""
    return await copied(server, prepared)
