"""Whether this process can do its work at the moment."""

import asyncio
from dataclasses import dataclass
from typing import Final

from registration.errors import Unavailable
from starter.gateway.connection import Gateway
from store.database import CONNECTION_TROUBLE
from store.migrate import newest_revision
from wiring.start_problems import CannotStart
from wiring.temporal import check_namespace

_ANSWERS_WITHIN_SECONDS: Final = 3
"""Less than the probes of load balancers wait."""


@dataclass(frozen=True)
class Readiness:
    """What can be reached: Temporal's namespace; `migrated`, a database with this schema or a later one."""

    database: bool
    migrated: bool
    temporal: bool

    @property
    def is_ready(self) -> bool:
        """Everything is there."""
        return self.database and self.migrated and self.temporal


class HealthGateway:
    """Asks the servers."""

    def __init__(self, gateway: Gateway) -> None:
        """Shares the process's connections. Revisions are numbers of four digits, so their order is that of text."""
        self._gateway = gateway
        self._needed = newest_revision()

    async def readiness(self) -> Readiness:
        """Asks both at once; whoever does not answer within 3 seconds is not there."""
        (database, migrated), temporal = await asyncio.gather(self._database(), self._temporal())
        return Readiness(database, migrated, temporal)

    async def _database(self) -> tuple[bool, bool]:
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                return True, (await self._gateway.reader.revision() or "") >= self._needed
        except CONNECTION_TROUBLE:
            return False, False

    async def _temporal(self) -> bool:
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                await check_namespace(self._gateway.client)
        except (CannotStart, Unavailable, RuntimeError, TimeoutError):
            return False
        return True
