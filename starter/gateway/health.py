"""Whether this process can serve: it needs the database and its keys, and works while everything else is away."""

from starter.gateway.engine import Engine, now
from store.readiness import DatabaseCheck, DatabaseReadiness


class ReadinessCheck:
    """Log-in needs neither Temporal nor the issuer of tokens (principle 10): an outage of these takes none away."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._database = DatabaseCheck(engine.reader, engine.writer, now)

    async def readiness(self) -> DatabaseReadiness:
        """Within 3 seconds."""
        return await self._database.readiness()
