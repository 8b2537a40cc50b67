"""Installations of a test's own, without a worker: on the shared servers, or on servers that it may kill."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starter.dev.environment import Addresses, mails_folder
from starter.dev.inbox import Inbox
from starter.dev.installation import World, private_folder, world_on
from starter.dev.keys import development_keys
from starter.dev.postgres import PostgresServer
from starter.dev.temporal_server import TemporalServer
from tests.support.servers import SharedServers, postgres_server

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Installation:
    """Servers that a world is on. Its own ones come back with their data at their old address after `kill` and `start`.

    Temporal only with `temporal_dies`.
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
            "TEMPORAL_NAMESPACE": self.addresses.namespace,
        }


@asynccontextmanager
async def installation_on(
    servers: SharedServers, *, mail_handler: Callable[[Path], object] = lambda _: None, migrated: bool = True
) -> AsyncIterator[tuple[Installation, World]]:
    """A database, a namespace, an inbox and keys of its own on the shared servers.

    `mail_handler` makes an aiosmtpd handler in place of delivery, given the folder of letters. Not `migrated`, the
    database begins empty, for keys that the environment names.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(private_folder())
        inbox = _started_inbox(stack, folder, mail_handler)
        addresses = await servers.place(folder, inbox.url, migrated=migrated)
        world = await stack.enter_async_context(world_on(addresses, folder, with_worker=False))
        yield Installation(folder, addresses, servers.temporal, servers.postgres, inbox), world


@asynccontextmanager
async def installation(
    *,
    mail_handler: Callable[[Path], object] = lambda _: None,
    temporal_dies: bool = False,
    dynamic_config: Mapping[str, str] = {},
    database_folder: Callable[[Path], Path] = lambda folder: folder / "postgres",
    database_settings: Mapping[str, str] = {},
) -> AsyncIterator[tuple[Installation, World]]:
    """Servers that the test may kill or has configured, and a world on them.

    `mail_handler` is as above, `dynamic_config` Temporal's, `database_settings` PostgreSQL's; `database_folder` makes
    the database's folder in the installation's own. Only where `temporal_dies` does the Temporal server keep its
    histories on disk, and wait for it, as in production.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(private_folder())
        inbox = _started_inbox(stack, folder, mail_handler)
        postgres = await stack.enter_async_context(postgres_server(database_folder(folder), database_settings))
        database = await postgres.create_database("ugyfelkapu")
        temporal = TemporalServer(folder / "temporal", persistent=temporal_dies, extra_dynamic_config=dynamic_config)
        await temporal.start()
        stack.push_async_callback(temporal.stop)
        addresses = Addresses(temporal.address, database, inbox.url, None)
        world = await stack.enter_async_context(world_on(addresses, folder, with_worker=False))
        yield Installation(folder, addresses, temporal, postgres, inbox), world


def _started_inbox(stack: AsyncExitStack, folder: Path, mail_handler: Callable[[Path], object]) -> Inbox:
    mails = mails_folder(folder)
    inbox = Inbox(mails, handler=mail_handler(mails))
    inbox.start()
    stack.callback(inbox.stop)
    return inbox


async def eventually(holds: Callable[[], Awaitable[bool]], *, within_seconds: float) -> None:
    """Waits, in real time, until something holds. Raises `TimeoutError`."""
    async with asyncio.timeout(within_seconds):
        while not await holds():  # noqa: ASYNC110  servers and folders send no event for it
            await asyncio.sleep(POLL_SECONDS)
