"""Backups as docs/restore.md takes them: base backups and archived WAL of PostgreSQL, copies of Temporal's file."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final

import asyncpg

from starter.dev import postgres_package
from starter.dev.postgres import PostgresServer
from tests.support.installation import eventually
from tests.support.servers import postgres_server

WITHIN_SECONDS: Final = 120
"""For what takes moments on a quiet machine."""
_BACKUP_SECONDS: Final = 600


_HAS_ALL: Final = """
select true from pg_stat_replication where state = 'streaming' and flush_lsn >= pg_current_wal_lsn()
"""


def archiving(wal: Path) -> dict[str, str]:
    """The settings of a PostgreSQL that archives its WAL in a folder, which is made its own."""
    give_to_postgres(wal)
    return {"archive_mode": "on", "archive_command": f"test ! -f {wal}/%f && cp %p {wal}/%f"}


def give_to_postgres(folder: Path) -> None:
    """Makes a folder, with all in it, that of the system user as which PostgreSQL runs."""
    if user := postgres_package.system_user():
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)


async def base_backup(server: PostgresServer, folder: Path, *options: str) -> None:
    """`pg_basebackup` of a running server into `folder`/data. RuntimeError, with its output, when it fails."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    process = await asyncio.create_subprocess_exec(
        postgres_package.program("pg_basebackup"),
        *("--dbname", server.url, "--pgdata", str(folder / "data"), "--checkpoint", "fast", "--no-sync", *options),
        env=postgres_package.environment(),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, error = await asyncio.wait_for(process.communicate(), _BACKUP_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise RuntimeError(error.decode())
    give_to_postgres(folder)


async def restore_point(server: PostgresServer, name: str) -> None:
    """Names this moment in the WAL, and waits until the archive has it."""
    async with _connected(server) as connection:
        segment = await connection.fetchval("select pg_walfile_name(pg_create_restore_point($1))", name)
        await connection.execute("select pg_switch_wal()")

        async def is_archived() -> bool:
            last = await connection.fetchval("select last_archived_wal from pg_stat_archiver")
            return bool(last and last >= segment)

        await eventually(is_archived, within_seconds=WITHIN_SECONDS)


@asynccontextmanager
async def restored(backup: Path, wal: Path, point: str) -> AsyncIterator[PostgresServer]:
    """A server on a base backup, which has followed the archived WAL up to a restore point and was promoted there."""
    (backup / "data" / "recovery.signal").touch()
    give_to_postgres(backup)
    settings = {
        "restore_command": f"cp {wal}/%f %p",
        "recovery_target_name": point,
        "recovery_target_action": "promote",
    }
    async with postgres_server(backup, settings) as server:
        await promoted(server)
        yield server


async def promoted(server: PostgresServer) -> None:
    """Waits until a server takes writes."""

    async def takes_writes() -> bool:
        async with _connected(server) as connection:
            return not await connection.fetchval("select pg_is_in_recovery()")

    await eventually(takes_writes, within_seconds=WITHIN_SECONDS)


@asynccontextmanager
async def standby_of(
    primary: PostgresServer, folder: Path, settings: Mapping[str, str] = {}
) -> AsyncIterator[PostgresServer]:
    """A standby that streams from the primary."""
    await base_backup(primary, folder, "--write-recovery-conf")
    async with postgres_server(folder, settings) as server:
        await streaming(primary)
        yield server


async def streaming(primary: PostgresServer) -> None:
    """Waits until the primary's standby has all that the primary has."""

    async def is_streaming() -> bool:
        async with _connected(primary) as connection:
            return bool(await connection.fetchval(_HAS_ALL))

    await eventually(is_streaming, within_seconds=WITHIN_SECONDS)


async def promote(standby: PostgresServer) -> None:
    """Makes the standby the primary."""
    async with _connected(standby) as connection:
        await connection.execute("select pg_promote()")
    await promoted(standby)


def copy_of_temporal(file: Path, into: Path) -> None:
    """A consistent copy of the file of a running Temporal server."""
    into.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(into / file.name)) as copy:
        source.backup(copy)


@asynccontextmanager
async def _connected(server: PostgresServer) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(server.url)
    try:
        yield connection
    finally:
        await connection.close()
