"""The pool of connections, the named queries, and which failures of PostgreSQL pass by themselves."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache, wraps
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import aiosql
import asyncpg

from settings.addresses import postgres_address
from settings.setting_rules import BrokenRule, SettingRule, SettingsError
from settings.spans import SpanAttribute, SpanKind, span

if TYPE_CHECKING:
    _DriversConnection = asyncpg.Connection[asyncpg.Record]
    _DriversPool = asyncpg.Pool[asyncpg.Record]
else:  # generic in the stubs only
    _DriversConnection, _DriversPool = asyncpg.Connection, asyncpg.Pool

_Arguments = ParamSpec("_Arguments")
_Outcome = TypeVar("_Outcome")

DATABASE_FAILURES: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""Everything that the network, the driver and the server raise; `passes` says which of it may be tried again."""

_PASSING_CLASSES: Final = frozenset({"08", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX"})
"""SQLSTATE classes (PostgreSQL, appendix A) whose cause lies with the server or its load, not in the statement:
connections, credentials and databases that an operator is changing, rolled back transactions, resources, locks,
shutdown, the disk, the server's configuration and its internal errors."""

_PASSING_STATES: Final = frozenset({"25006", "25P03", "25P04"})
"""A read-only server, as after a failover, and the server's time limits of transactions."""

_ROLLED_BACK: Final = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock: nothing of the transaction has happened, and the same may succeed at once."""

_OUTDATED: Final = asyncpg.InvalidCachedStatementError
"""A migration has changed a table under a running process: nothing was executed, and the driver prepares it again."""

_ATTEMPTS: Final = 3
_PAUSE_SECONDS: Final = 0.05
"""At most, before another attempt; random, so that colliding transactions do not collide again."""

_CONNECT_SECONDS: Final = 5.0
"""The address may say another number as `connect_timeout`."""

_ACQUIRE_SECONDS: Final = 5.0
"""The longest wait for a free connection; then the answer is 503."""

_LOCK_SECONDS: Final = 3
"""A row is locked for milliseconds. Where a table is locked for longer, a waiting request gives its connection back
within `_ACQUIRE_SECONDS`, so that requests to other tables still get one; very many waiting requests can use up all
connections, and then the others are answered 503, too."""

_COMMAND_SECONDS: Final = 10
"""No query of ours takes a tenth of this; beyond it the server counts as lost."""

_CLOSE_SECONDS: Final = 5
"""Queries under way end within this; connections still open after it are cut."""


def passes(failure: Exception) -> bool:
    """Whether a failure of the database is temporary, so that the same may succeed later.

    The SQLSTATE's class decides. All others are ours to fix: a broken constraint, a wrong statement, a missing right.
    """
    if isinstance(failure, _OUTDATED):
        return True
    if isinstance(failure, asyncpg.PostgresError):
        state = failure.sqlstate or ""
        return state[:2] in _PASSING_CLASSES or state in _PASSING_STATES
    if isinstance(failure, asyncpg.InterfaceError):
        return not isinstance(failure, ValueError)  # a value that does not fit its column
    return isinstance(failure, (OSError, TimeoutError, asyncpg.InternalClientError))


def retried(
    transaction: Callable[_Arguments, Awaitable[_Outcome]],
) -> Callable[_Arguments, Awaitable[_Outcome]]:
    """Repeats a whole transaction that PostgreSQL has rolled back because of another one; three attempts in all."""

    @wraps(transaction)
    async def repeated(*arguments: _Arguments.args, **options: _Arguments.kwargs) -> _Outcome:
        return await _repeated(transaction, *arguments, **options)

    return repeated


async def _repeated(
    transaction: Callable[_Arguments, Awaitable[_Outcome]], /, *arguments: _Arguments.args, **options: _Arguments.kwargs
) -> _Outcome:
    for _ in range(_ATTEMPTS - 1):
        try:
            return await transaction(*arguments, **options)
        except _OUTDATED:
            continue
        except asyncpg.PostgresError as failure:
            if failure.sqlstate not in _ROLLED_BACK:
                raise
        await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS))  # noqa: S311  spreads load, protects nothing
    return await transaction(*arguments, **options)


class _Connection(_DriversConnection):
    """Repeats single statements as `retried` does transactions; in a transaction only the whole may be repeated.

    Each is a span, named by its query.
    """

    async def execute(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  as the driver's
        return await self._run(super().execute, *arguments, **options)

    async def executemany(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        return await self._run(super().executemany, *arguments, **options)

    async def fetch(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        return await self._run(super().fetch, *arguments, **options)

    async def fetchrow(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        return await self._run(super().fetchrow, *arguments, **options)

    async def fetchval(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        return await self._run(super().fetchval, *arguments, **options)

    async def _run(self, statement: Callable[..., Awaitable[Any]], sql: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        name = _name_of(sql)
        with span(name, SpanKind.CLIENT) as traced:
            traced.note(SpanAttribute.DATABASE, "postgresql")
            traced.note(SpanAttribute.QUERY, name)
            if self.is_in_transaction():
                return await statement(sql, *arguments, **options)
            return await _repeated(statement, sql, *arguments, **options)


class _Pool(_DriversPool):
    """Waits for a free connection, and for a new one to open, for a limited time."""

    def acquire(self, *, timeout: float | None = _ACQUIRE_SECONDS) -> Any:  # noqa: ANN401  as the driver's
        return super().acquire(timeout=timeout)

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ANN401, ASYNC109  as the driver's
        """The driver's own makes a task of each wait before Python 3.12, which costs as much as a short query."""
        async with asyncio.timeout(timeout):
            connection = await super()._acquire(None)  # type: ignore[misc]  # not in the stubs
        connection._holder._timeout = timeout  # noqa: SLF001  as the driver's own does: giving it back keeps to it
        return connection

    def __dir__(self) -> list[str]:
        """Before each query aiosql looks for `acquire` in here; making the whole list takes longer than to acquire."""
        return ["acquire"]


async def _leave_as_it_is(_connection: object) -> None:
    """No query of ours changes a session: spares a round trip each time a connection goes back to the pool."""


_POOL_DEFAULTS: Final[dict[str, Any]] = {
    "connection_class": _Connection,
    "record_class": asyncpg.Record,
    "reset": _leave_as_it_is,
    "init_size": None,
    "max_queries": 50_000,
    "max_inactive_connection_lifetime": 300.0,
    **dict.fromkeys(("loop", "connect", "setup", "init")),
}
"""What `asyncpg.create_pool` gives its pool, which a class of our own has to be given by hand."""


def _load() -> Any:  # noqa: ANN401  aiosql makes the methods from the .sql files
    with as_file(files("store").joinpath("queries")) as folder:
        return aiosql.from_path(folder, "asyncpg", encoding="utf-8")


queries: Final = _load()

_TRANSACTION: Final = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
"""What the driver sends around the statements of a transaction."""


@cache
def _names() -> dict[str, str]:
    return {getattr(queries, name).sql: name for name in reversed(queries.available_queries)}


def _name_of(sql: str) -> str:
    """What a span calls a statement: its name in store/queries; never its text."""
    return _names().get(sql) or next(filter(sql.startswith, _TRANSACTION), "statement")


@asynccontextmanager
async def opened_pool(url: str, *, most: int) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """A pool of at most `most` connections to `url` (`postgresql://…`).

    Each wait has its bound: for a connection, for a lock, for a statement. Raises `DATABASE_FAILURES`, and
    `SettingsError` for what only driver or server find in the address, such as `sslmode=x`.
    """
    with _reading_address():
        address = postgres_address(url)
        pool = await _Pool(
            address.url,
            min_size=1,
            max_size=most,
            **_POOL_DEFAULTS,
            timeout=address.connect_timeout or _CONNECT_SECONDS,
            command_timeout=_COMMAND_SECONDS,
            server_settings={"lock_timeout": f"{_LOCK_SECONDS}s"},
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
    """One connection without a bound of its statements, as migrations need it; the same errors."""
    with _reading_address():
        address = postgres_address(url)
        return await asyncpg.connect(address.url, timeout=address.connect_timeout or _CONNECT_SECONDS)


@contextmanager
def _reading_address() -> Iterator[None]:
    try:
        yield
    except asyncpg.ClientConfigurationError:
        raise SettingsError("database_url", BrokenRule(SettingRule.DATABASE_URL)) from None
    except (asyncpg.UndefinedObjectError, asyncpg.InvalidParameterValueError, asyncpg.CantChangeRuntimeParamError):
        raise SettingsError("database_url", BrokenRule(SettingRule.DATABASE_PARAMETERS)) from None
