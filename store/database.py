"""The pool of connections and the named queries."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.resources import as_file, files
from typing import Any, Final

import aiosql
import asyncpg

from wiring.setting_rules import BrokenRule, SettingRule, SettingsError

CONNECTION_TROUBLE: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
)
"""What a PostgreSQL that goes away raises (TEMPORAL.md, measured under an immediate shutdown); all are retryable."""

_COMMAND_SECONDS: Final = 10
"""No query of ours takes a tenth of this; beyond it the server is gone."""

_CLOSE_SECONDS: Final = 5
"""Queries under way end within this; what is still open then is cut off."""


async def _leave_as_it_is(_connection: object) -> None:
    """No query of ours changes a session: spares a round trip each time a connection goes back to the pool."""


def _load() -> Any:  # noqa: ANN401  aiosql makes the methods from the .sql files
    with as_file(files("store").joinpath("queries")) as folder:
        return aiosql.from_path(folder, "asyncpg")


queries: Final = _load()


@asynccontextmanager
async def opened_pool(url: str, *, most: int) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """A pool of at most `most` connections to `url` (`postgresql://…`).

    Raises what `CONNECTION_TROUBLE` names, and `SettingsError` for what only the driver finds, such as `sslmode=x`.
    """
    with _reading_address():
        pool = await asyncpg.create_pool(
            url, min_size=1, max_size=most, command_timeout=_COMMAND_SECONDS, reset=_leave_as_it_is
        )
    try:
        yield pool
    finally:
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()


async def connected(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection; the same errors."""
    with _reading_address():
        return await asyncpg.connect(url)


@contextmanager
def _reading_address() -> Iterator[None]:
    try:
        yield
    except asyncpg.ClientConfigurationError:
        raise SettingsError("database_url", BrokenRule(SettingRule.DATABASE_URL)) from None
