"""Fixtures that every shelf may use, and the order in which the files begin."""

import gc
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from starter.dev.installation import World, private_folder
from starter.dev.postgres import PostgresServer
from tests.support.api import Api, api_on
from tests.support.installation import installation_on
from tests.support.servers import SharedServers, postgres_server, shared_servers
from worker import running_workers

_TESTS: Final = Path(__file__).parent

BEGIN_FIRST: Final = (
    "chaos/test_temporal_killed.py",
    "chaos/test_postgres_down.py",
    "chaos/test_api_killed.py",
    "browser/test_every_page.py",
    "browser/test_every_staff_page.py",
    "api/test_contract.py",
    "acceptance/test_readme.py",
    "unit/test_state_machine.py",
    "chaos/test_worker_and_server_killed.py",
    "chaos/test_worker_killed.py",
    "chaos/test_record_killed.py",
    "acceptance/test_state_machine_on_servers.py",
    "workflows/test_continue_as_new.py",
    "workflows/test_letters_and_ends.py",
    "workflows/test_messages.py",
    "acceptance/test_cli.py",
    "acceptance/test_cli_ends.py",
    "acceptance/test_demo.py",
)
"""The longest files. The four processes of `make test` take them from the top: two of them wait for what was broken to
heal while the other two work. The longest computation comes before its process has a `world`, whose worker lives in the
same event loop and would stand still. The rest follows as it is found."""


def pytest_configure() -> None:
    """Workers of the tests take as long for a workflow task as the machine needs.

    On a busy machine a long one takes more than the SDK's two seconds, which it takes for a deadlock and begins again,
    forever. `test_flood_of_signals.py` keeps to the limit.
    """
    os.environ["TEMPORAL_DEBUG"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first. Raises `ValueError` where one of them has another name by now."""
    files = [_TESTS / name for name in BEGIN_FIRST]
    if gone := [str(file) for file in files if not file.exists()]:
        raise ValueError(f"BEGIN_FIRST in tests/conftest.py names files that are gone: {', '.join(gone)}")
    places = {file: place for place, file in enumerate(files)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """What is imported by now stays, and is not looked through at each collection.

    On a busy machine that took long enough for the SDK to take a workflow task for a deadlock.
    """
    gc.freeze()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres() -> AsyncIterator[PostgresServer]:
    """The PostgreSQL of the whole session (of each process)."""
    with private_folder() as folder:
        async with postgres_server(folder) as server:
            yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(postgres: PostgresServer) -> AsyncIterator[SharedServers]:
    """The servers of the whole session, on which a test may have an installation of its own (`installation_on`)."""
    async with shared_servers(postgres) as servers:
        yield servers


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(shared: SharedServers) -> AsyncIterator[World]:
    """One installation for the whole session; tests keep apart by their registrations."""
    async with installation_on(shared) as (_, found), running_workers(found.client, found.settings):
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(world: World) -> AsyncIterator[Api]:
    """The API over HTTP on the session's installation."""
    async with api_on(world) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def counts_of_its_own(world: World) -> AsyncIterator[None]:
    """For tests that fill up counts which others share: the portal's, and those of the tests' common address."""
    yield
    await world.sql("delete from attempts")
