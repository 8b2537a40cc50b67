"""The servers of one installation, each with a handle to kill and restart it by; no worker."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starter.dev.environment import Addresses, mails_folder
from starter.dev.inbox import Inbox
from starter.dev.keys import development_keys
from starter.dev.postgres import PostgresServer
from starter.dev.temporal_server import TemporalServer
from tests.support.postgres import FAST
from tests.support.world import World, private_folder, world_of

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Installation:
    """Running servers; each comes back with its data, at its old address, after `kill` and `start`.

    Temporal only where it was said that it dies.
    """

    folder: Path
    addresses: Addresses
    temporal: TemporalServer
    postgres: PostgresServer
    inbox: Inbox

    def environment(self) -> dict[str, str]:
        """The environment of a worker process on these servers."""
        settings = development_keys(self.folder) | {
            "database_url": self.addresses.database,
            "smtp_url": self.addresses.smtp,
        }
        return {
            **os.environ,
            **{f"UGYFELKAPU_{name.upper()}": text for name, text in settings.items()},
            "TEMPORAL_ADDRESS": self.addresses.temporal,
        }


@asynccontextmanager
async def installation(
    *,
    mail_handler: object = None,
    temporal_dies: bool = False,
    database_folder: Callable[[Path], Path] = lambda folder: folder / "postgres",
) -> AsyncIterator[tuple[Installation, World]]:
    """Servers, and a world on them without a worker; `mail_handler` is an aiosmtpd handler in place of delivery.

    `database_folder` makes the database's folder in the installation's own.
    Only where `temporal_dies` does the Temporal server keep its histories on disk, and wait for it, as in production.
    """
    async with AsyncExitStack() as stack:
        folder = await stack.enter_async_context(private_folder())
        inbox = Inbox(mails_folder(folder), handler=mail_handler)
        inbox.start()
        stack.callback(inbox.stop)
        postgres = PostgresServer(database_folder(folder), settings=FAST)
        await postgres.start()
        stack.push_async_callback(postgres.stop)
        database = await postgres.create_database("ugyfelkapu")
        temporal = TemporalServer(folder / "temporal", persistent=temporal_dies)
        await temporal.start()
        stack.push_async_callback(temporal.stop)
        addresses = Addresses(temporal.address, database, inbox.url, None)
        world = await stack.enter_async_context(world_of(addresses, folder, with_worker=False))
        yield Installation(folder, addresses, temporal, postgres, inbox), world


async def eventually(holds: Callable[[], Awaitable[bool]], *, within_seconds: float) -> None:
    """Waits, in real time, until something holds. Raises `TimeoutError`."""
    async with asyncio.timeout(within_seconds):
        while not await holds():  # noqa: ASYNC110  servers and folders send no event for it
            await asyncio.sleep(POLL_SECONDS)
