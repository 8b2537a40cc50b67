"""Opens the store for a process: on a database that this version can work with, with the installation's keys."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from settings.metrics import CLOCK_DIFFERENCE, DATABASE_CONNECTIONS, DATABASE_CONNECTIONS_MAX, Metrics
from settings.settings import Settings
from settings.start_problems import CannotStart, StartProblem
from store.clock import check_clock
from store.database import opened_pool, queries
from store.key_checks import KeyChecks
from store.keys import CODE, key_ids, key_ring, keys_of
from store.processes import Processes
from store.revisions import newest_revision, revision_of
from store.sealing import KeyRing
from store.trouble import naming_database_trouble

if TYPE_CHECKING:
    import asyncpg

    from store.processes import Connection


@dataclass(frozen=True)
class OpenStore:
    """What a process works with as long as it runs."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    keys: KeyRing
    processes: Processes

    def show(self, metrics: Metrics) -> None:
        """Shows from now on how the clock differs from the database's, and how many connections are open."""
        self.processes.show_clock(partial(metrics.set, CLOCK_DIFFERENCE))
        metrics.follow(DATABASE_CONNECTIONS, self.pool.get_idle_size, "idle")
        metrics.follow(DATABASE_CONNECTIONS, lambda: self.pool.get_size() - self.pool.get_idle_size(), "used")
        metrics.set(DATABASE_CONNECTIONS_MAX, self.pool.get_max_size())


@asynccontextmanager
async def opened_store(settings: Settings, kind: str) -> AsyncIterator[OpenStore]:
    """The pool, the keys, and this process announced, as long as the context lasts.

    `kind` says what the process is. Raises `CannotStart` where it must not work on this database (schema, clock,
    keys), `SettingsError`, and `Unavailable` where the database does not answer.
    """
    async with AsyncExitStack() as stack:
        with naming_database_trouble():
            pool = await stack.enter_async_context(
                opened_pool(settings.database_url.get_secret_value(), most=settings.database_connections)
            )
            keys, ring = keys_of(settings), key_ring(settings)
            async with pool.acquire() as connection:
                await check_schema(connection)
                await check_clock(connection)

            async def compare(connection: "Connection") -> None:
                nonlocal ring
                await queries.share_key_checks(connection)
                await check_schema(connection)  # again: it may have been taken back meanwhile (store/migrate.py)
                checks = await KeyChecks.read(connection)
                checks.compare(keys)
                ring = replace(ring, retired_code_keys=checks.retired(CODE))

            processes = Processes(pool, kind, keys, ids=key_ids(settings))
            await stack.enter_async_context(processes.announced(compare))
        yield OpenStore(pool, ring, processes)


async def check_schema(connection: "Connection") -> None:
    """Raises `CannotStart` on a schema older than this version's; on a later one it works (docs/settings.md)."""
    found, needed = await revision_of(connection), newest_revision()
    if found is None:
        raise CannotStart(StartProblem.NO_SCHEMA)
    if found < needed:
        raise CannotStart(StartProblem.OLD_SCHEMA, found=found, needed=needed)
