"""The running processes with the ids of their keys: each announces itself in the database as long as it runs."""

import asyncio
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from pydantic import ValidationError
from uuid_utils import compat as uuids

from settings.side_tasks import side_task
from settings.start_problems import CannotStart, StartProblem
from store.clock import MOST_SECONDS, difference
from store.database import queries
from store.documents import load
from store.keys import Keys, KeyUse

if TYPE_CHECKING:
    import asyncpg

    Connection = (
        asyncpg.Connection[asyncpg.Record]
        | asyncpg.Pool[asyncpg.Record]
        | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    )
    Check = Callable[[Connection], Awaitable[None]]

_log = structlog.get_logger()

REFRESHED_EVERY_SECONDS: Final = 20
SEEN_WITHIN_SECONDS: Final = 120
"""Five refreshes may fail, as while PostgreSQL changes over, before a process counts as dead."""

_WITHDRAWN_WITHIN_SECONDS: Final = 2
"""A process that ends does not wait for a database that is away: its row ages by itself."""


@dataclass(frozen=True)
class RunningProcess:
    """One that was seen within the last two minutes; `keys` are ids by use, in order, `None` if unreadable."""

    id: str
    kind: str
    name: str
    keys: Mapping[str, Sequence[str]] | None

    def first(self, use: KeyUse) -> str | None:
        """The key of a use that it works with; `None` where it has none, or its row cannot be read."""
        return next(iter((self.keys or {}).get(use.name, ())), None)

    def lacks(self, use: KeyUse, key_id: str) -> bool:
        """Whether it has keys of a use, but not this one; one whose row cannot be read counts as without any key."""
        if self.keys is None:
            return True
        own = self.keys.get(use.name)
        return bool(own) and key_id not in (own or ())

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


async def running_processes(connection: "Connection") -> list[RunningProcess]:
    """Those that were seen within the last two minutes."""
    rows = queries.running_processes(connection, within=timedelta(seconds=SEEN_WITHIN_SECONDS))
    return [RunningProcess(str(row["id"]), row["kind"], row["name"], _read(row["keys"])) async for row in rows]


def _read(keys: str) -> Mapping[str, Sequence[str]] | None:
    try:
        return load(dict[str, list[str]], keys)
    except ValidationError:
        return None


class Processes:
    """The process itself, among the others."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        kind: str,
        keys: Keys,
        clock: Callable[[], float] = time.time,
        *,
        ids: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Writes through a pool; `clock` is that of this machine, in seconds since 1970.

        `ids` are what it announces by use where that is more than its keys: those that it only verifies with.
        """
        self._pool = pool
        self._kind = kind
        self._keys = keys
        self._clock = clock
        self._ids = {use.name: list(ring) for use, ring in keys.items()} if ids is None else ids
        self._id = uuids.uuid7()
        self._difference = 0.0
        self._shown: list[Callable[[float], object]] = []

    def show_clock(self, show: Callable[[float], object]) -> None:
        """Calls `show` now and after each refresh with the seconds between this machine's clock and the database's.

        One process may serve several sites, each with metrics of its own.
        """
        self._shown.append(show)
        show(abs(self._difference))

    async def lacking(self, use: KeyUse, key_id: str) -> list[RunningProcess]:
        """The running processes that have keys of a use but not this one, in the order of their names."""
        return [process for process in await running_processes(self._pool) if process.lacks(use, key_id)]

    async def is_first(self) -> bool:
        """Whether no running process of its kind has run longer: what only one of them should do, this one does.

        For some seconds two may hold themselves for it, or for two minutes none, after the first one has died.
        """
        first = await queries.first_process(self._pool, kind=self._kind, within=timedelta(seconds=SEEN_WITHIN_SECONDS))
        return bool(first == self._id)

    @asynccontextmanager
    async def announced(self, check: "Check | None" = None) -> AsyncIterator[None]:
        """Announces this process as long as the context lasts; `check` belongs to the same transaction.

        Raises what `check` raises, and `CannotStart` where another process lacks a key that this one would seal or sign
        with: it looks after it was announced, so that of two that start at once at least one sees the other.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            if check:
                await check(connection)
            await self._announce(connection)
        try:
            for use, ring in self._keys.items():
                key_id = next(iter(ring))
                if lacking := await self.lacking(use, key_id):
                    raise CannotStart(
                        StartProblem.KEY_NOT_EVERYWHERE,
                        setting=use.setting,
                        key=key_id,
                        processes=", ".join(map(str, lacking)),
                        seconds=str(SEEN_WITHIN_SECONDS),
                    )
            async with side_task(self._refresh()):
                yield
        finally:
            await self._withdraw()

    async def _announce(self, connection: "Connection") -> None:
        before = self._clock()
        database: datetime = await queries.announce_process(
            connection,
            id=self._id,
            kind=self._kind,
            name=f"{socket.gethostname()}:{os.getpid()}",
            keys=json.dumps(self._ids),
        )
        self._difference = difference(before, database, self._clock())
        for show in self._shown:
            show(abs(self._difference))

    async def _refresh(self) -> None:
        """Logs once when something begins to be wrong, and once when it is over; stops nothing."""
        wrong: set[str] = set()
        while True:
            await asyncio.sleep(REFRESHED_EVERY_SECONDS)
            found: dict[str, dict[str, object]] = {}
            try:
                await self._announce(self._pool)
            except Exception as trouble:  # noqa: BLE001  whatever it is, the process's own work goes on
                found["process_not_announced"] = {"error": type(trouble).__name__}
            else:
                if abs(self._difference) > MOST_SECONDS:
                    found["clocks_differ"] = {"seconds": round(self._difference, 1)}
            for event in found.keys() - wrong:
                _log.error(event, **found[event])
            for event in wrong - found.keys():
                _log.info(f"{event}_no_more")
            wrong = set(found)

    async def _withdraw(self) -> None:
        try:
            async with asyncio.timeout(_WITHDRAWN_WITHIN_SECONDS):
                await queries.withdraw_process(self._pool, id=self._id)
        except Exception as trouble:  # noqa: BLE001  the row ages by itself
            _log.info("process_not_withdrawn", error=type(trouble).__name__)
