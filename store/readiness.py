"""Whether a process can work with its database at the moment."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from store.database import DATABASE_FAILURES, passes
from store.reader import Reader
from store.revisions import newest_revision
from store.writer import Writer

_ANSWERS_WITHIN_SECONDS: Final = 3
"""Less than the probes of load balancers wait."""

_WRITES_EVERY_SECONDS: Final = 5
"""However often it is asked: a read-only server or a full disk answers every question but takes nothing in."""


@dataclass(frozen=True)
class DatabaseReadiness:
    """What of it is there; `migrated` means that the database has this version's schema, or a later one.

    `writable` means that the database took a row in, not longer than 5 seconds ago; `seal_key` that this process has
    the key of the seals, without which it takes nothing in.
    """

    database: bool
    migrated: bool
    writable: bool
    seal_key: bool

    @property
    def is_ready(self) -> bool:
        """Everything is there."""
        return self.database and self.migrated and self.writable and self.seal_key


class DatabaseCheck:
    """Asks the database."""

    def __init__(self, reader: Reader, writer: Writer, now: Callable[[], datetime]) -> None:
        """Shares the process's connections. Revisions are numbers of four digits, so their order is that of text."""
        self._reader = reader
        self._writer = writer
        self._now = now
        self._needed = newest_revision()
        self._writes_again_at = -math.inf
        self._writable = False
        self._writing = asyncio.Lock()
        self._seals = False

    async def readiness(self) -> DatabaseReadiness:
        """A database that does not answer within 3 seconds counts as down."""
        migrated = await self._migrated()
        prepared = bool(migrated)
        return DatabaseReadiness(migrated is not None, prepared, prepared and self._writable, prepared and self._seals)

    async def _migrated(self) -> bool | None:
        """Whether the database has the schema, and then whether it takes rows in; `None` where it is not there."""
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                migrated = (await self._reader.revision() or "") >= self._needed
                if migrated:
                    async with self._writing:  # probes that come together share one write, and its outcome
                        await self._write_now_and_then()
        except DATABASE_FAILURES as failure:
            if not passes(failure):
                raise
            return None
        return migrated

    async def _write_now_and_then(self) -> None:
        if time.monotonic() < self._writes_again_at:
            return
        self._writes_again_at = time.monotonic() + _WRITES_EVERY_SECONDS
        self._writable = self._seals = False
        await self._writer.prove_writable(self._now())
        self._writable = True
        self._seals = await self._writer.has_seal_key()
