"""Whether this process can do its work at the moment."""

import asyncio
import math
import time
from dataclasses import dataclass
from typing import Final

from registration.errors import Unavailable
from settings.start_problems import CannotStart
from starter.gateway.engine import Engine, now
from store.database import DATABASE_FAILURES, passes
from store.migrate import newest_revision
from temporal.client import check_namespace

_ANSWERS_WITHIN_SECONDS: Final = 3
"""Less than the probes of load balancers wait."""

_WRITES_EVERY_SECONDS: Final = 5
"""However often it is asked: a read-only server or a full disk answers every question but takes nothing in."""


@dataclass(frozen=True)
class Readiness:
    """What can be reached; `migrated` means that the database has this version's schema, or a later one.

    `writable` means that the database took a row in, not longer than 5 seconds ago; `seal_key` that this process has
    the key of the seals, without which it takes nothing in.
    """

    database: bool
    migrated: bool
    writable: bool
    seal_key: bool
    temporal: bool

    @property
    def is_ready(self) -> bool:
        """Everything is there."""
        return self.database and self.migrated and self.writable and self.seal_key and self.temporal


class HealthGateway:
    """Asks the servers."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections. Revisions are numbers of four digits, so their order is that of text."""
        self._engine = engine
        self._needed = newest_revision()
        self._writes_again_at = -math.inf
        self._writable = False
        self._writing = asyncio.Lock()
        self._seals = False

    async def readiness(self) -> Readiness:
        """Asks both at once; whoever does not answer within 3 seconds is not there."""
        migrated, temporal = await asyncio.gather(self._migrated(), self._temporal())
        prepared = bool(migrated)
        return Readiness(
            migrated is not None, prepared, prepared and self._writable, prepared and self._seals, temporal
        )

    async def _migrated(self) -> bool | None:
        """Whether the database has the schema, and then whether it takes rows in; `None` where it is not there."""
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                migrated = (await self._engine.reader.revision() or "") >= self._needed
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
        await self._engine.writer.prove_writable(now())
        self._writable = True
        self._seals = await self._engine.writer.has_seal_key()

    async def _temporal(self) -> bool:
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                await check_namespace(self._engine.client)
        except (CannotStart, Unavailable, RuntimeError, TimeoutError):
            return False
        return True
