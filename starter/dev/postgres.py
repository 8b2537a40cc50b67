"""A real PostgreSQL 18, for one developer or one test run."""

import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from starter.dev import postgres_package, postgres_processes
from starter.dev.child import Child

PORT = "5432"  # in the socket's name; given to both sides, because PGPORT may say otherwise
CONNECT_TIMEOUT = 1.0  # seconds for one answer to "are you ready?"
SETTINGS = {
    "listen_addresses": "",  # the Unix socket only
    "port": PORT,
    "timezone": "UTC",  # initdb takes the machine's
    "log_timezone": "UTC",
}


class PostgresServer:
    """PostgreSQL as our child process, with its data in `directory`, which is made if need be.

    It listens on a Unix socket in a private directory that only we (and PostgreSQL's own system user) may enter, so it
    needs no password. As root, the package creates the system user `pgserver` and makes every parent of `directory`
    and of the package readable to all.
    """

    def __init__(self, directory: Path, *, settings: Mapping[str, str] = {}) -> None:
        """Take `settings` on top of PostgreSQL's own defaults, such as `{"fsync": "off"}` for tests."""
        self._directory = directory.resolve()
        self._data = self._directory / "data"
        self._settings = dict(settings)
        self._sockets: Path | None = None
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Of the maintenance database, for asyncpg and libpq; the same after each restart. RuntimeError before."""
        return self._url("postgres")

    @property
    def pid(self) -> int:
        """The postmaster's process id. RuntimeError when it is not running."""
        return self._started().pid

    async def start(self) -> None:
        """Start it, after `stop` or `kill` on the same data, and wait until it accepts connections.

        RuntimeError, naming the log file, when that fails within 120 s, or when another server has the same data.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        log = self._directory / "postgres.log"
        await postgres_package.initialise(self._data, log)
        await postgres_processes.wait_for_end(self._data)
        sockets = self._make_socket_directory()
        settings = SETTINGS | {"unix_socket_directories": str(sockets)} | self._settings
        self._child = Child(
            name="PostgreSQL",
            command=(
                *(postgres_package.program("postgres"), "-D", str(self._data)),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ),
            environment=postgres_package.environment(),
            log=log,
            stop_signal=signal.SIGINT,  # "fast shutdown": SIGTERM would wait for the clients
            death_signal=signal.SIGINT,  # SIGKILL would leave backends behind that are in the middle of a query
            user=postgres_package.system_user(),
        )
        await self._child.start(self._accepts_connections)

    async def stop(self) -> None:
        """Disconnect the clients, write a checkpoint and end, within 30 s or by force. Removes the socket."""
        if self._child is not None:
            await self._child.stop()
            await postgres_processes.kill(self._data)
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)

    async def kill(self) -> None:
        """SIGKILL the postmaster and its backends, as a power cut would, and wait for their end."""
        if self._child is not None:
            await self._child.kill()
            await postgres_processes.kill(self._data)

    async def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create it unless it exists, as a copy of a database without connections, and return its URL.

        It sorts by code point and knows Unicode's letters (PostgreSQL's own C.UTF-8), the same on every machine.
        """
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(
                f"""CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(template)} ENCODING 'UTF8' LOCALE 'C'
                LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'""",
            )
        except asyncpg.DuplicateDatabaseError:
            pass
        finally:
            await connection.close()
        return self._url(name)

    async def dump(self, url: str, *, schema_only: bool = False) -> str:
        """Return pg_dump's SQL for the database, the same for the same content; RuntimeError when pg_dump fails."""
        return await postgres_package.dump(url, schema_only=schema_only)

    def _started(self) -> Child:
        if self._child is None:
            message = "PostgreSQL has not been started."
            raise RuntimeError(message)
        return self._child

    def _url(self, database: str) -> str:
        self._started()
        return f"postgresql://postgres@/{quote(database, safe='')}?host={self._sockets}&port={PORT}"

    def _make_socket_directory(self) -> Path:
        """One that is new and ours, always at the same place; not in `directory`: a socket's path has 107 bytes."""
        if self._sockets is None:
            self._sockets = Path(tempfile.mkdtemp(prefix="ugyfelkapu-", dir="/tmp"))
        shutil.rmtree(self._sockets, ignore_errors=True)
        self._sockets.mkdir(mode=0o700)
        if user := postgres_package.system_user():
            shutil.chown(self._sockets, user)
        return self._sockets

    async def _accepts_connections(self) -> bool:
        try:
            connection = await asyncpg.connect(self.url, timeout=CONNECT_TIMEOUT)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
