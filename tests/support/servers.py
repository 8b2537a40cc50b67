"""The servers that the tests of one process share, unless a test kills or reconfigures them."""

import itertools
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starter.dev.environment import Addresses
from starter.dev.installation import private_folder, world_on
from starter.dev.postgres import PostgresServer
from starter.dev.temporal_server import TemporalServer
from tests.support.archiving import QUICK_REMOVAL
from tests.support.postgres import FAST

_TEMPLATE: Final = "template"
_KEYS: Final = "keys"


@dataclass(frozen=True)
class SharedServers:
    """A database and a namespace of their own keep the tests on them apart."""

    folder: Path
    postgres: PostgresServer
    temporal: TemporalServer
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def place(self, folder: Path, smtp: str, *, migrated: bool = True) -> Addresses:
        """A database and a namespace that nothing else uses, for an installation with its keys in `folder`.

        Not `migrated`, the database is empty, and the keys are still to be made: for tests that name keys themselves.
        """
        name = f"own{next(self._numbers)}"
        if migrated:
            shutil.copytree(self.folder / _KEYS, folder, dirs_exist_ok=True)
            database = await self.postgres.create_database(name, template=_TEMPLATE)
        else:
            database = await self.postgres.create_database(name)
        return Addresses(self.temporal.address, database, smtp, None, namespace=name)


@asynccontextmanager
async def postgres_server(folder: Path, settings: Mapping[str, str] = {}) -> AsyncIterator[PostgresServer]:
    """A PostgreSQL with its data in a folder, stopped at the end; as fast as tests can have it."""
    server = PostgresServer(folder, settings=FAST | dict(settings))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def shared_servers(postgres: PostgresServer) -> AsyncIterator[SharedServers]:
    """Temporal beside a running PostgreSQL; a prepared database to copy, and the keys that it knows."""
    with private_folder() as folder:
        temporal = TemporalServer(folder / "temporal", persistent=False, extra_dynamic_config=QUICK_REMOVAL)
        await temporal.start()
        try:
            database = await postgres.create_database(_TEMPLATE)
            addresses = Addresses(temporal.address, database, "smtp://127.0.0.1:1", None, namespace=_TEMPLATE)
            async with world_on(addresses, folder / _KEYS, with_worker=False):
                pass
            yield SharedServers(folder, postgres, temporal)
        finally:
            await temporal.kill()  # it has nothing to save, and its stop can take 30 s after a long session (measured)
