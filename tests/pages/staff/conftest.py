"""The pages for staff on the session's installation, with the embedded provider."""

from collections.abc import AsyncIterator

import pytest_asyncio

from starter.dev.installation import World
from tests.support.staff import StaffPages, running_staff


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def staff(world: World) -> AsyncIterator[StaffPages]:
    async with running_staff(world) as running:
        yield running
