"""The bundle of version 1.0: everything that an installation has stored, as its servers left it."""

import json
import lzma
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from registration.statuses import Status
from starter.dev.environment import Addresses, mails_folder
from starter.dev.inbox import Inbox
from starter.dev.installation import World, private_folder, world_on
from starter.dev.postgres import PostgresServer
from starter.dev.temporal_server import TemporalServer
from tests.support.archiving import QUICK_REMOVAL
from tests.support.postgres import psql

READ_FROM_FOUR: Final = {"matching.numTaskqueueReadPartitions": "4"}
"""The server that has left it wrote into four partitions; an upgrade drains them (docs/upgrades.md)."""

BUNDLE: Final = Path(__file__).with_name("bundle")
DATABASE: Final = "database.sql.xz"
"""PostgreSQL's dump."""
TEMPORAL: Final = "temporal.db.xz"
"""The SQLite file of the embedded Temporal server."""
FILES: Final = "files"
"""The installation's folder: archive, checkpoints, and keys that protect nothing but this bundle."""
MANIFEST: Final = "registrations.json"

KEPT_FILES: Final = ("archive", "checkpoints", "authority", "keys.json", "token-key", "token-keys.json")
TEMPORAL_FILE: Final = Path("temporal", "temporal.db")


@dataclass(frozen=True)
class Kept:
    """A registration of the bundle; its password is that of the samples, `code` the one that was sent last."""

    registration_id: str
    user_name: str
    email: str
    code: str | None


@dataclass(frozen=True)
class Manifest:
    """What is in the bundle.

    `standing`: one registration in each status that no deadline ends for a century. `halfway`: what a dead gateway or
    an absent mail server has left, by what is missing. `due`: ids of registrations that end weeks or years after the
    bundle was made, by their statuses. `lived`: ids of recorded lives, by their names. `events`: how many there are.
    """

    standing: Mapping[Status, Kept]
    halfway: Mapping[str, Kept]
    due: Mapping[Status, str]
    lived: Mapping[str, str]
    events: int

    @classmethod
    def of_bundle(cls) -> Self:
        """The manifest as it was written."""
        whole = json.loads((BUNDLE / MANIFEST).read_text(encoding="utf-8"))
        return cls(
            {Status(status): Kept(**kept) for status, kept in whole["standing"].items()},
            {missing: Kept(**kept) for missing, kept in whole["halfway"].items()},
            {Status(status): registration_id for status, registration_id in whole["due"].items()},
            whole["lived"],
            whole["events"],
        )


@asynccontextmanager
async def opened(postgres: PostgresServer) -> AsyncIterator[World]:
    """The bundle as an upgrade finds it: a restored database, Temporal on its file; prepared, with a worker."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(private_folder())
        shutil.copytree(BUNDLE / FILES, folder, dirs_exist_ok=True)
        inbox = Inbox(mails_folder(folder))
        inbox.start()
        stack.callback(inbox.stop)
        database = await postgres.create_database(folder.name)
        psql(database, lzma.decompress((BUNDLE / DATABASE).read_bytes()).decode())
        file = folder / TEMPORAL_FILE
        file.parent.mkdir()
        file.write_bytes(lzma.decompress((BUNDLE / TEMPORAL).read_bytes()))
        temporal = TemporalServer(file.parent, extra_dynamic_config=QUICK_REMOVAL | READ_FROM_FOUR)
        await temporal.start()
        stack.push_async_callback(temporal.kill)  # a stop takes seconds, and there is nothing to keep
        yield await stack.enter_async_context(world_on(Addresses(temporal.address, database, inbox.url, None), folder))
