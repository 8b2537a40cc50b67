"""Fixtures that every shelf may use."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.api import Api, api_on
from tests.support.world import World, whole_world


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world() -> AsyncIterator[World]:
    """One installation for the whole session; tests keep apart by their registrations."""
    async with whole_world() as shared:
        yield shared


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(world: World) -> AsyncIterator[Api]:
    """The API over HTTP on the session's installation."""
    async with api_on(world) as running:
        yield running
